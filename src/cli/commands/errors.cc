#include "cli/commands/commands.h"
#include "cli/not_found.h"
#include "cli/own_task.h"
#include "cli/render/failures_text.h"
#include "cli/session.h"
#include "views/json.h"

namespace sennit::cli {
namespace {

class ErrorsCommand final : public Command {
 public:
  Declaration declare() override {
    return {.positionals = {{.name = "ID",
                             .help = "the workflow; inside a task its own may be left out",
                             .target = &workflow_,
                             .completes = Completes::kWorkflow}},
            .options = {
                {.names = "-n,--lines", .value = "N", .help = "lines of each log, 10 if not given", .target = &lines_},
                {.names = "--limit", .value = "N", .help = "tasks, 10 if not given", .target = &limit_}}};
  }

  ExitCode run(Session& session) override {
    if (const Result<void> named = name_workflow(workflow_); !named) return session.fail(named.error());
    Result<client::Api> api = session.connect();
    if (!api) return session.fail(api.error());
    const Result<std::string> json = api->errors_json(*workflow_, limit_, lines_);
    if (!json) return fail_for_workflow(session, *api, json.error(), *workflow_);
    if (session.wants_json()) {
      session.print_json(*json);
      return ExitCode::kCompleted;
    }
    const Result<views::FailureList> failures = views::parse_failures(*json);
    if (!failures) return session.fail(failures.error());
    session.out().write(failures_text(*failures, session.out_style()));
    return ExitCode::kCompleted;
  }

 private:
  std::optional<std::string> workflow_;
  std::optional<std::uint64_t> lines_;
  std::optional<std::uint64_t> limit_;
};

}  // namespace

const CommandInfo kErrorsCommand{
    .name = "errors",
    .section = Section::kLook,
    .summary = "Show what failed, why, and what its log says of it",
    .examples =
        "sennit errors last\n"
        "sennit errors -n 30 digits-3",
    .details =
        "Of each log the lines that look like errors, or else the last ones. Tasks that failed only because others\n"
        "did are counted.",
    .make = [] { return std::unique_ptr<Command>(new ErrorsCommand); }};

}  // namespace sennit::cli
