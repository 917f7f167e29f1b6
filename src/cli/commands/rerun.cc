#include <fmt/format.h>

#include "base/printable.h"
#include "cli/commands/commands.h"
#include "cli/commands/submission.h"
#include "cli/not_found.h"
#include "views/json.h"

namespace sennit::cli {
namespace {

std::string plan_text(const views::RerunPlan& plan) {
  std::string text =
      fmt::format("Would run {} of the {} tasks of {}, in pool {} with priority {}:\n", plan.tasks.size(), plan.of,
                  printable(plan.parent_name), printable(plan.pool), plan.priority);
  for (const std::string& task : plan.tasks) text += fmt::format("  {}\n", printable(task));
  if (plan.borrowed.empty()) return text;
  text += "with the outputs of:\n";
  for (const views::BorrowedView& output : plan.borrowed) {
    text += fmt::format("  {}  {}\n", printable(output.source), printable(output.path));
  }
  return text;
}

class RerunCommand final : public Command {
 public:
  Declaration declare() override {
    Declaration declaration{
        .positionals = {
            {.name = "ID", .help = "any workflow", .target = &workflow_, .completes = Completes::kWorkflow}}};
    declare_what(declaration);
    declare_how(declaration);
    return declaration;
  }

  ExitCode run(Session& session) override {
    Result<client::Api> api = session.connect();
    if (!api) return session.fail(api.error());
    request_.priority = priority_.value_or("");
    request_.user = user_name();
    if (dry_run_) return show_plan(session, *api);
    const Result<client::SubmitOutcome> outcome = api->rerun(workflow_, request_);
    if (!outcome) return fail_for_workflow(session, *api, outcome.error(), workflow_);
    if (const auto* refusal = std::get_if<client::Refusal>(&*outcome)) return refuse(session, *refusal);
    const auto& reply = std::get<views::SubmitReply>(*outcome);
    tell_submitted(session, reply);
    if (!detach_) return follow_submitted(session, reply, no_tui_ ? Screen::kLines : Screen::kWhole);
    print_submitted(session, reply);
    return ExitCode::kCompleted;
  }

 private:
  void declare_what(Declaration& declaration) {
    declaration.options = {{.names = "--from",
                            .value = "TASK",
                            .help = "this task and all that comes after it; may be repeated",
                            .target = &request_.from,
                            .completes = Completes::kTask},
                           {.names = "--only",
                            .value = "TASK",
                            .help = "this task alone; may be repeated",
                            .target = &request_.only,
                            .completes = Completes::kTask},
                           {.names = "--set",
                            .value = "KEY=VALUE",
                            .help = "another value for the file's template: a number or a text",
                            .target = &request_.set,
                            .takes = Option::Takes::kAssignments},
                           {.names = "--set-string",
                            .value = "KEY=VALUE",
                            .help = "the same, taken as text",
                            .target = &request_.set_string,
                            .takes = Option::Takes::kAssignments},
                           {.names = "--set-env",
                            .value = "NAME=VALUE",
                            .help = "an environment variable for every task",
                            .target = &request_.set_env,
                            .takes = Option::Takes::kAssignments}};
  }

  void declare_how(Declaration& declaration) {
    const std::vector<Option> options = {
        {.names = "--label",
         .value = "KEY=VALUE",
         .help = "a label of the workflow",
         .target = &request_.labels,
         .takes = Option::Takes::kAssignments},
        {.names = "-p,--pool",
         .value = "NAME",
         .help = "the pool to run in; otherwise the one that it ran in",
         .target = &request_.pool,
         .completes = Completes::kPool},
        {.names = "--priority",
         .value = "LEVEL",
         .help = "HIGH, NORMAL or LOW; otherwise the one that it had",
         .target = &priority_,
         .choices = {"HIGH", "NORMAL", "LOW"}},
        {.names = "--dry-run", .value = "", .help = "print what would run, and run nothing", .target = &dry_run_},
        {.names = "-d,--detach", .value = "", .help = "print the new id and do not wait", .target = &detach_},
        {.names = "--no-tui",
         .value = "",
         .help = "lines, with progress below them; no full-screen view",
         .target = &no_tui_}};
    declaration.options.insert(declaration.options.end(), options.begin(), options.end());
  }

  ExitCode refuse(Session& session, const client::Refusal& refusal) const {
    return refuse_with(session, "the file of " + workflow_, refusal);
  }

  ExitCode show_plan(Session& session, client::Api& api) {
    const auto answer = api.plan_rerun(workflow_, request_);
    if (!answer) return fail_for_workflow(session, api, answer.error(), workflow_);
    if (const auto* refusal = std::get_if<client::Refusal>(&*answer)) return refuse(session, *refusal);
    const auto& json = std::get<std::string>(*answer);
    const Result<views::RerunPlan> plan = views::parse_rerun_plan(json);
    if (!plan) return session.fail(plan.error());
    show(session, plan->diagnostics);
    if (session.wants_json()) {
      session.print_json(json);
    } else {
      session.out().write(plan_text(*plan));
    }
    return ExitCode::kCompleted;
  }

  std::string workflow_;
  views::RerunRequest request_;
  std::optional<std::string> priority_;
  bool dry_run_ = false;
  bool detach_ = false;
  bool no_tui_ = false;
};

}  // namespace

const CommandInfo kRerunCommand{
    .name = "rerun",
    .section = Section::kRun,
    .summary = "Run a workflow, or a part of it, once more and follow it to its end",
    .examples =
        "sennit rerun digits-3\n"
        "sennit rerun digits-3 --from train\n"
        "sennit rerun digits-3 --only report --dry-run\n"
        "sennit rerun digits-3 --set epochs=10 lr=0.01",
    .details =
        "A new workflow with the next number, from what was stored at the submission: the file, the local files that "
        "it\n"
        "names, the environment and the options. Without options it is the same, byte for byte.\n"
        "What is left out by --from or --only has to have completed: its outputs are used where they lie. Values that\n"
        "are set replace those of the submission; with --from or --only they must leave the tasks as they are.\n"
        "{{output}} is a new directory; a path that a command names itself is written to once more.",
    .make = [] { return std::unique_ptr<Command>(new RerunCommand); }};

}  // namespace sennit::cli
