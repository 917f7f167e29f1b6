#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/printable.h"
#include "base/time_text.h"
#include "cli/commands/commands.h"
#include "cli/not_found.h"
#include "cli/session.h"
#include "cli/text/table.h"
#include "views/json.h"

namespace sennit::cli {
namespace {

std::string list_text(const std::vector<std::string>& words) {
  return words.empty() ? "-" : fmt::format("{}", fmt::join(words, ", "));
}

class HookListCommand final : public Command {
 public:
  Declaration declare() override { return {}; }

  ExitCode run(Session& session) override {
    Result<client::Api> api = session.connect();
    if (!api) return session.fail(api.error());
    const Result<std::string> json = api->hooks_json();
    if (!json) return session.fail(json.error());
    if (session.wants_json()) {
      session.print_json(*json);
      return ExitCode::kCompleted;
    }
    const Result<views::HookList> list = views::parse_hook_list(*json);
    if (!list) return session.fail(list.error());
    if (list->hooks.empty()) {
      session.say("There are no hooks; they are set in config.yaml (`sennit config path`)");
      return ExitCode::kCompleted;
    }
    print(session, *list);
    return ExitCode::kCompleted;
  }

 private:
  static void print(Session& session, const views::HookList& list) {
    Table table({"Hook", "On", "Per", "Workflows", "Tasks", "Action"});
    for (const views::HookView& hook : list.hooks) {
      table.add(
          {{hook.name}, {hook.event}, {hook.per}, {list_text(hook.workflows)}, {list_text(hook.tasks)}, {hook.action}});
    }
    session.out().write(table.render(session.out_style()));
    if (list.waiting > 0) session.out().write(fmt::format("\n{} deliveries wait.\n", list.waiting));
    for (const views::HookView& hook : list.hooks) {
      if (!hook.problem.empty()) session.warn(fmt::format("{}: {}", printable(hook.name), printable(hook.problem)));
    }
  }
};

class HookLogCommand final : public Command {
 public:
  Declaration declare() override {
    return {
        .positionals = {
            {.name = "ID", .help = "of this workflow only", .target = &workflow_, .completes = Completes::kWorkflow}}};
  }

  ExitCode run(Session& session) override {
    Result<client::Api> api = session.connect();
    if (!api) return session.fail(api.error());
    const std::string workflow = workflow_.value_or("");
    const Result<std::string> json = api->deliveries_json(workflow);
    if (!json && !workflow.empty()) return fail_for_workflow(session, *api, json.error(), workflow);
    if (!json) return session.fail(json.error());
    if (session.wants_json()) {
      session.print_json(*json);
      return ExitCode::kCompleted;
    }
    const Result<views::DeliveryList> list = views::parse_delivery_list(*json);
    if (!list) return session.fail(list.error());
    if (list->deliveries.empty()) {
      session.say("No hook has been due");
      return ExitCode::kCompleted;
    }
    print(session, *list);
    return ExitCode::kCompleted;
  }

 private:
  static Tint tint_of(const std::string& state) {
    if (state == "delivered") return Tint::kGood;
    return state == "given_up" ? Tint::kBad : Tint::kNone;
  }

  static void print(Session& session, const views::DeliveryList& list) {
    Table table({"Time", "Hook", "Workflow", "State", "Tries", "Last Try"});
    for (const views::DeliveryView& one : list.deliveries) {
      table.add({{date_time(one.made_at)},
                 {one.hook},
                 {one.workflow.empty() ? "(deleted)" : one.workflow},
                 {one.state, tint_of(one.state)},
                 {std::to_string(one.tries)},
                 {one.message.empty() ? "-" : one.message}});
    }
    session.out().write(table.render(session.out_style()));
  }

  std::optional<std::string> workflow_;
};

class HookTestCommand final : public Command {
 public:
  Declaration declare() override {
    return {.positionals = {{.name = "NAME", .help = "as `sennit hook list` shows it", .target = &name_},
                            {.name = "ID",
                             .help = "whose event it is told; an example without",
                             .target = &workflow_,
                             .completes = Completes::kWorkflow}}};
  }

  ExitCode run(Session& session) override {
    Result<client::Api> api = session.connect(client::IfAbsent::kStart, client::kPatient);
    if (!api) return session.fail(api.error());
    const Result<std::string> json = api->test_hook_json(name_, {.workflow = workflow_.value_or("")});
    if (!json) return session.fail(json.error());
    const Result<views::HookTrial> trial = views::parse_hook_trial(*json);
    if (!trial) return session.fail(trial.error());
    if (session.wants_json()) {
      session.print_json(*json);
    } else {
      session.say(fmt::format("Told {}: {}", printable(trial->hook), printable(trial->told)));
      if (!trial->output.empty()) session.out().write(printable_lines(trial->output));
      session.say(fmt::format("{} after {}", printable(trial->message), duration_text(trial->seconds)));
    }
    return trial->ok ? ExitCode::kCompleted : ExitCode::kFailed;
  }

 private:
  static std::string printable_lines(const std::string& text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = std::min(text.find('\n', at), text.size());
      out += printable(std::string_view(text).substr(at, end - at)) + "\n";
      at = end + 1;
    }
    return out;
  }

  std::string name_;
  std::optional<std::string> workflow_;
};

}  // namespace

const CommandInfo kHookListCommand{
    .name = "hook list",
    .section = Section::kSetup,
    .summary = "List the hooks: what is run or sent when something happens",
    .examples =
        "sennit hook list\n"
        "sennit hook list -o json",
    .details =
        "Hooks are set in config.yaml, as `hooks`:\n"
        "  hooks:\n"
        "    on_failure: mail -s \"$SENNIT_SUMMARY\" ada@example.org\n"
        "    on_end: {url: \"https://hooks.example/x\", workflows: [train-*]}\n"
        "What may be a secret is left out here: of URLs what follows the host, of headers the values.",
    .make = [] { return std::unique_ptr<Command>(new HookListCommand); }};

const CommandInfo kHookLogCommand{.name = "hook log",
                                  .section = Section::kSetup,
                                  .summary = "Show what hooks were told, what waits, and what failed",
                                  .examples =
                                      "sennit hook log\n"
                                      "sennit hook log train-3",
                                  .details = "The newest first. What has ended is kept for the last 200 times.",
                                  .make = [] { return std::unique_ptr<Command>(new HookLogCommand); }};

const CommandInfo kHookTestCommand{
    .name = "hook test",
    .section = Section::kSetup,
    .summary = "Run a hook now, and show what comes of it",
    .examples =
        "sennit hook test on_failure\n"
        "sennit hook test on_failure train-3",
    .details =
        "Once, without retries. With a workflow, the hook is told the last event of it that it is for. The exit code\n"
        "is 1 if the hook fails.",
    .make = [] { return std::unique_ptr<Command>(new HookTestCommand); }};

}  // namespace sennit::cli
