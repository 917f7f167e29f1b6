#include "cli/commands/commands.h"
#include "cli/commands/submission.h"
#include "cli/not_found.h"

namespace sennit::cli {
namespace {

class RestartCommand final : public Command {
 public:
  Declaration declare() override {
    return {.positionals = {{.name = "ID",
                             .help = "a finished workflow",
                             .target = &workflow_,
                             .completes = Completes::kWorkflow}},
            .options = {{.names = "-p,--pool",
                         .value = "NAME",
                         .help = "the pool to run in; otherwise the one that it ran in",
                         .target = &pool_,
                         .completes = Completes::kPool},
                        {.names = "--priority",
                         .value = "LEVEL",
                         .help = "HIGH, NORMAL or LOW; otherwise the one that it had",
                         .target = &priority_,
                         .choices = {"HIGH", "NORMAL", "LOW"}}}};
  }

  ExitCode run(Session& session) override {
    Result<client::Api> api = session.connect();
    if (!api) return session.fail(api.error());
    views::RerunRequest request;
    request.pool = pool_;
    request.priority = priority_.value_or("");
    request.user = user_name();
    const Result<client::SubmitOutcome> outcome = api->restart(workflow_, request);
    if (!outcome) return fail_for_workflow(session, *api, outcome.error(), workflow_);
    if (const auto* refusal = std::get_if<client::Refusal>(&*outcome)) {
      return refuse_with(session, "the file of " + workflow_, *refusal);
    }
    const auto& reply = std::get<views::SubmitReply>(*outcome);
    tell_submitted(session, reply);
    print_submitted(session, reply);
    return ExitCode::kCompleted;
  }

 private:
  std::string workflow_;
  std::string pool_;
  std::optional<std::string> priority_;
};

}  // namespace

const CommandInfo kRestartCommand{
    .name = "restart",
    .section = Section::kChange,
    .summary = "Run again what did not complete, as a new workflow, and print its id",
    .examples =
        "sennit restart digits-3\n"
        "sennit restart last --pool big --priority HIGH",
    .details =
        "A new workflow with the next number, for a finished one that failed. Groups that completed are not run "
        "again,\n"
        "their outputs are used where they lie. `resume` goes on with the same workflow instead.",
    .make = [] { return std::unique_ptr<Command>(new RestartCommand); }};

}  // namespace sennit::cli
