#include "cli/commands/commands.h"
#include "cli/commands/not_found.h"
#include "cli/commands/submission.h"
#include "cli/follow/interrupts.h"
#include "cli/follow/run_follower.h"

namespace sennit::cli {
namespace {

// Both run what did not complete as a new workflow; `restart` returns, as OSMO's does, `resume` follows, as `run`.
enum class Afterwards : std::uint8_t { kReturn, kFollow };

class RestartCommand final : public Command {
 public:
  explicit RestartCommand(Afterwards afterwards) : follow_(afterwards == Afterwards::kFollow) {}

  Declaration declare() override {
    Declaration declaration{
        .positionals = {
            {.name = "ID", .help = "a finished workflow", .target = &workflow_, .completes = Completes::kWorkflow}}};
    if (follow_) {
      declaration.options.push_back(
          {.names = "-d,--detach", .value = "", .help = "print the new id and do not wait", .target = &detach_});
      declaration.options.push_back(
          {.names = "--no-tui", .value = "", .help = "plain lines, no full-screen view", .target = &no_tui_});
    }
    return declaration;
  }

  ExitCode run(Session& session) override {
    Result<client::Api> api = session.connect();
    if (!api) return session.fail(api.error());
    const Result<views::SubmitReply> reply = api->restart(workflow_);
    if (!reply) return fail_for_workflow(session, *api, reply.error(), workflow_);
    tell_submitted(session, *reply);
    if (follow_ && !detach_) return follow(session, *reply);
    print_submitted(session, *reply);
    return ExitCode::kCompleted;
  }

 private:
  static ExitCode follow(Session& session, const views::SubmitReply& reply) {
    Result<Interrupts> interrupts = Interrupts::open();
    if (!interrupts) return session.fail(interrupts.error());
    RunFollower follower(session, *interrupts,
                         {.workflow = reply.name, .tasks = reply.tasks, .outputs = reply.outputs});
    return follower.follow();
  }

  std::string workflow_;
  bool follow_;
  bool detach_ = false;
  bool no_tui_ = false;
};

}  // namespace

const CommandInfo kRestartCommand{
    .name = "restart",
    .section = Section::kChange,
    .summary = "Run again what did not complete, and print the new id",
    .examples = "sennit restart digits-3",
    .details = "A new workflow with the next number; groups that completed are not run again, their outputs are used.",
    .make = [] { return std::unique_ptr<Command>(new RestartCommand(Afterwards::kReturn)); }};

const CommandInfo kResumeCommand{
    .name = "resume",
    .section = Section::kChange,
    .summary = "Run again what did not complete, and follow it to its end",
    .examples = "sennit resume last",
    .details = "As `restart`, and then as `run`: the exit code is the new workflow's.",
    .make = [] { return std::unique_ptr<Command>(new RestartCommand(Afterwards::kFollow)); }};

}  // namespace sennit::cli
