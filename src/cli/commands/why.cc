#include "cli/commands/commands.h"
#include "cli/not_found.h"
#include "cli/own_task.h"
#include "cli/render/workflow_text.h"
#include "cli/session.h"
#include "views/json.h"

namespace sennit::cli {
namespace {

class WhyCommand final : public Command {
 public:
  Declaration declare() override {
    return {
        .positionals = {{.name = "ID",
                         .help = "the workflow; inside a task its own may be left out",
                         .target = &workflow_,
                         .completes = Completes::kWorkflow},
                        {.name = "TASK", .help = "one of its tasks", .target = &task_, .completes = Completes::kTask}}};
  }

  ExitCode run(Session& session) override {
    if (const Result<void> named = name_workflow(workflow_); !named) return session.fail(named.error());
    Result<client::Api> api = session.connect();
    if (!api) return session.fail(api.error());
    const Result<std::string> json = api->why_json(*workflow_, task_.value_or(""));
    if (!json) return fail_for_workflow(session, *api, json.error(), *workflow_, task_.value_or(""));
    if (session.wants_json()) {
      session.print_json(*json);
      return ExitCode::kCompleted;
    }
    const Result<views::WhyView> why = views::parse_why(*json);
    if (!why) return session.fail(why.error());
    session.out().write(why_text(*why, session.out_style()));
    return ExitCode::kCompleted;
  }

 private:
  std::optional<std::string> workflow_;
  std::optional<std::string> task_;
};

}  // namespace

const CommandInfo kWhyCommand{.name = "why",
                              .section = Section::kLook,
                              .summary = "Say what a workflow or a task waits for, or why it ended as it did",
                              .examples =
                                  "sennit why last\n"
                                  "sennit why digits-3 train",
                              .make = [] { return std::unique_ptr<Command>(new WhyCommand); }};

}  // namespace sennit::cli
