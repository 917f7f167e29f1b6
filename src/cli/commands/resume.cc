#include <fmt/format.h>

#include "base/printable.h"
#include "cli/commands/change.h"
#include "cli/commands/commands.h"
#include "cli/commands/submission.h"
#include "cli/not_found.h"
#include "cli/session.h"
#include "cli/text/counted.h"

namespace sennit::cli {
namespace {

class ResumeCommand final : public Command {
 public:
  Declaration declare() override {
    return {
        .positionals = {{.name = "ID", .help = "the workflow", .target = &workflow_, .completes = Completes::kWorkflow},
                        {.name = "TASK|GROUP",
                         .help = "only these of its tasks and groups, of a workflow under way",
                         .target = &names_,
                         .completes = Completes::kTask,
                         .list = Positional::List::kAnyNumber}},
        .options = {{.names = "-m,--message",
                     .value = "TEXT",
                     .help = "why; it is kept in the workflow's history",
                     .target = &message_},
                    {.names = "-d,--detach",
                     .value = "",
                     .help = "do not wait for the end of one that was finished",
                     .target = &detach_},
                    {.names = "--no-tui",
                     .value = "",
                     .help = "lines, with progress below them; no full-screen view",
                     .target = &no_tui_}}};
  }

  ExitCode run(Session& session) override {
    Result<client::Api> api = session.connect();
    if (!api) return session.fail(api.error());
    const Result<views::ChangeReply> reply = api->resume(workflow_, change_request(names_, message_));
    if (!reply) return fail_for_workflow(session, *api, reply.error(), workflow_);
    if (reply->reopened > 0) return go_on(session, *reply);
    tell_change(session, "Resuming", *reply);
    return ExitCode::kCompleted;
  }

 private:
  // It was finished, so it is watched as one that was submitted.
  ExitCode go_on(Session& session, const views::ChangeReply& reply) const {
    session.say(fmt::format("Workflow {} goes on: {}", printable(reply.name), counted(reply.reopened, "task")));
    views::SubmitReply as_submitted;
    as_submitted.name = reply.name;
    as_submitted.uuid = reply.uuid;
    as_submitted.outputs = reply.outputs;
    as_submitted.tasks = reply.reopened;
    as_submitted.last_event = reply.last_event;
    if (!detach_) return follow_submitted(session, as_submitted, no_tui_ ? Screen::kLines : Screen::kWhole);
    print_submitted(session, as_submitted);
    return ExitCode::kCompleted;
  }

  std::string workflow_;
  std::vector<std::string> names_;
  std::string message_;
  bool detach_ = false;
  bool no_tui_ = false;
};

}  // namespace

const CommandInfo kResumeCommand{
    .name = "resume",
    .section = Section::kChange,
    .summary = "Go on with a workflow that is paused, was cancelled, failed or was lost",
    .examples =
        "sennit resume last\n"
        "sennit resume digits-3 fit\n"
        "sennit resume digits-3 -m 'more memory' --detach",
    .details =
        "A workflow under way: it, and every task of it that is paused, or only those named.\n"
        "A finished one: the same workflow goes on and is followed to its end. What completed stays, everything else\n"
        "waits again, as new attempts, with fresh retries and time limits. The exit code is the workflow's, as with\n"
        "`run`.",
    .make = [] { return std::unique_ptr<Command>(new ResumeCommand); }};

}  // namespace sennit::cli
