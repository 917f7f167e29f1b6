#include "cli/commands/change.h"
#include "cli/commands/commands.h"
#include "cli/not_found.h"
#include "cli/session.h"

namespace sennit::cli {
namespace {

class PauseCommand final : public Command {
 public:
  Declaration declare() override {
    return {
        .positionals = {{.name = "ID", .help = "the workflow", .target = &workflow_, .completes = Completes::kWorkflow},
                        {.name = "TASK|GROUP",
                         .help = "only these of its tasks and groups",
                         .target = &names_,
                         .completes = Completes::kTask,
                         .list = Positional::List::kAnyNumber}},
        .options = {
            {.names = "-m,--message", .value = "TEXT", .help = "why; status and why show it", .target = &message_}}};
  }

  ExitCode run(Session& session) override {
    Result<client::Api> api = session.connect();
    if (!api) return session.fail(api.error());
    const Result<views::ChangeReply> reply = api->pause(workflow_, change_request(names_, message_));
    if (!reply) return fail_for_workflow(session, *api, reply.error(), workflow_);
    tell_change(session, "Pausing", *reply);
    return ExitCode::kCompleted;
  }

 private:
  std::string workflow_;
  std::vector<std::string> names_;
  std::string message_;
};

}  // namespace

const CommandInfo kPauseCommand{
    .name = "pause",
    .section = Section::kChange,
    .summary = "Let nothing new of a workflow start, or let tasks of it stand still",
    .examples =
        "sennit pause last -m 'the disk is full'\n"
        "sennit pause digits-3 fit",
    .details =
        "A paused workflow goes on with what runs and starts nothing else. A paused task stands still: its processes\n"
        "are frozen, it keeps its GPUs and its memory, and its time limit does not run; one that has not begun is not\n"
        "started and holds nothing. A pause outlasts a restart of the server. `sennit resume` ends it.",
    .make = [] { return std::unique_ptr<Command>(new PauseCommand); }};

}  // namespace sennit::cli
