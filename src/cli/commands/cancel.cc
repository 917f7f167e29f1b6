#include <fmt/format.h>

#include <algorithm>

#include "base/printable.h"
#include "cli/commands/commands.h"
#include "cli/commands/not_found.h"
#include "cli/session.h"
#include "views/json_writer.h"

namespace sennit::cli {
namespace {

class CancelCommand final : public Command {
 public:
  Declaration declare() override {
    return {.positionals = {{.name = "ID",
                             .help = "the workflows to cancel",
                             .target = &workflows_,
                             .completes = Completes::kWorkflow}},
            .options = {{.names = "-m,--message",
                         .value = "TEXT",
                         .help = "why; it is kept in the workflow's history",
                         .target = &message_}}};
  }

  ExitCode run(Session& session) override {
    Result<client::Api> api = session.connect();
    if (!api) return session.fail(api.error());
    ExitCode worst = ExitCode::kCompleted;
    for (const std::string& workflow : workflows_) worst = std::max(worst, cancel(session, *api, workflow));
    return worst;
  }

 private:
  ExitCode cancel(Session& session, client::Api& api, const std::string& workflow) {
    const Result<views::SubmitReply> asked = api.cancel(workflow, {.user = user_name(), .message = message_});
    if (!asked) return fail_for_workflow(session, api, asked.error(), workflow);
    session.say(fmt::format("Cancelling {}", printable(asked->name)));
    if (!session.wants_json()) return ExitCode::kCompleted;
    std::string json;
    views::JsonWriter writer(json);
    writer.begin_object();
    writer.field("name", std::string_view(asked->name));
    writer.end_object();
    session.print_json(json);
    return ExitCode::kCompleted;
  }

  std::vector<std::string> workflows_;
  std::string message_;
};

}  // namespace

const CommandInfo kCancelCommand{
    .name = "cancel",
    .section = Section::kChange,
    .summary = "Stop workflows",
    .examples =
        "sennit cancel last\n"
        "sennit cancel digits-3 digits-4 -m 'wrong data set'",
    .details =
        "Running tasks get SIGTERM and, after a grace period, SIGKILL. Returns when the request is stored;\n"
        "`sennit events -f ID` shows the end.",
    .make = [] { return std::unique_ptr<Command>(new CancelCommand); }};

}  // namespace sennit::cli
