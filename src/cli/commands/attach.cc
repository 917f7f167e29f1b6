#include <chrono>

#include "cli/channel/exec_run.h"
#include "cli/channel/raw_terminal.h"
#include "cli/commands/commands.h"
#include "cli/not_found.h"
#include "cli/session.h"

namespace sennit::cli {
namespace {

constexpr Micros kPatience = std::chrono::seconds(60);
constexpr std::string_view kDetachKeys = "\x10\x11";  // Ctrl-P Ctrl-Q, as with Docker

class AttachCommand final : public Command {
 public:
  Declaration declare() override {
    return {
        .positionals = {{.name = "ID", .help = "the workflow", .target = &workflow_, .completes = Completes::kWorkflow},
                        {.name = "TASK", .help = "the task", .target = &task_, .completes = Completes::kTask}}};
  }

  ExitCode run(Session& session) override {
    Result<client::Reach> reach = session.reach();
    if (!reach) return session.fail(reach.error());
    Result<http::WebSocket::Start> start = reach->attach(workflow_, task_, terminal_size());
    if (!start) return fail_for_workflow(session, start.error(), workflow_, task_);
    const bool on_terminal = is_on_terminal();
    if (on_terminal) session.say("Attached; Ctrl-P Ctrl-Q leaves, and the task goes on");
    const ExecEnd end = run_exec(std::move(*start), {.terminal = on_terminal ? Terminal::kOurs : Terminal::kNone,
                                                     .patience = kPatience,
                                                     .detach_keys = kDetachKeys});
    if (end.interrupted) return ExitCode::kCancelled;
    if (end.detached) {
      session.say("\nDetached");
      return ExitCode::kCompleted;
    }
    // The end of the task is what one waits for.
    if (end.result.status == "broken" && end.was_open) {
      session.say(end.result.message);
      return ExitCode::kCompleted;
    }
    return session.fail(Error(end.was_open ? ErrorCode::kUnavailable : ErrorCode::kConflict, end.result.message));
  }

 private:
  std::string workflow_;
  std::string task_;
};

}  // namespace

const CommandInfo kAttachCommand{
    .name = "attach",
    .section = Section::kReach,
    .summary = "See and use the terminal of a task's own command",
    .examples = "sennit attach last shell",
    .details =
        "For tasks with `tty: true`: their command has a terminal, of which the log keeps what it prints.\n"
        "Several may be attached to one, and whoever leaves (Ctrl-P Ctrl-Q) leaves it as it is.",
    .make = [] { return std::unique_ptr<Command>(new AttachCommand); }};

}  // namespace sennit::cli
