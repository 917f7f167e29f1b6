#include <fmt/format.h>

#include "base/printable.h"
#include "cli/commands/commands.h"
#include "cli/commands/not_found.h"
#include "cli/commands/submission.h"

namespace sennit::cli {
namespace {

class ResumeCommand final : public Command {
 public:
  Declaration declare() override {
    return {.positionals = {{.name = "ID",
                             .help = "a finished workflow",
                             .target = &workflow_,
                             .completes = Completes::kWorkflow}},
            .options = {
                {.names = "-m,--message",
                 .value = "TEXT",
                 .help = "why; it is kept in the workflow's history",
                 .target = &message_},
                {.names = "-d,--detach", .value = "", .help = "do not wait for its end", .target = &detach_},
                {.names = "--no-tui", .value = "", .help = "plain lines, no full-screen view", .target = &no_tui_}}};
  }

  ExitCode run(Session& session) override {
    Result<client::Api> api = session.connect();
    if (!api) return session.fail(api.error());
    const Result<views::SubmitReply> reply = api->resume(workflow_, {.user = user_name(), .message = message_});
    if (!reply) return fail_for_workflow(session, *api, reply.error(), workflow_);
    session.say(fmt::format("Workflow {} goes on: {} {}", printable(reply->name), reply->tasks,
                            reply->tasks == 1 ? "task" : "tasks"));
    if (!detach_) return follow_submitted(session, *reply);
    print_submitted(session, *reply);
    return ExitCode::kCompleted;
  }

 private:
  std::string workflow_;
  std::string message_;
  bool detach_ = false;
  bool no_tui_ = false;
};

}  // namespace

const CommandInfo kResumeCommand{
    .name = "resume",
    .section = Section::kChange,
    .summary = "Go on with a workflow that was cancelled, failed or was lost, and follow it to its end",
    .examples =
        "sennit resume last\n"
        "sennit resume digits-3 -m 'more memory' --detach",
    .details =
        "The same workflow goes on: what completed stays, everything else waits again, as new attempts, with fresh\n"
        "retries and time limits. The exit code is the workflow's, as with `run`.",
    .make = [] { return std::unique_ptr<Command>(new ResumeCommand); }};

}  // namespace sennit::cli
