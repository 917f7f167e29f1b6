#include <chrono>
#include <set>

#include "cli/commands/commands.h"
#include "cli/commands/registry.h"
#include "cli/completion/scripts.h"
#include "cli/session.h"
#include "spec/config/config.h"
#include "views/json.h"

namespace sennit::cli {
namespace {

// A shell waits for this at every press of the key.
constexpr std::chrono::milliseconds kPatience{300};

class CompletionCommand final : public Command {
 public:
  Declaration declare() override {
    return {.positionals = {
                {.name = "SHELL", .help = "bash, zsh or fish", .target = &shell_, .choices = {"bash", "zsh", "fish"}}}};
  }

  ExitCode run(Session& session) override {
    session.out().write(shell_ == "bash"  ? bash_script(all_commands())
                        : shell_ == "zsh" ? zsh_script(all_commands())
                                          : fish_script(all_commands()));
    return ExitCode::kCompleted;
  }

 private:
  std::string shell_;
};

// Prints one name a line; nothing at all if no server runs or it is slow: no error belongs into a half-typed line.
class CompleteValuesCommand final : public Command {
 public:
  Declaration declare() override {
    return {
        .positionals = {
            {.name = "KIND", .help = "", .target = &kind_, .choices = {"workflows", "tasks", "pools", "credentials"}},
            {.name = "ID", .help = "", .target = &workflow_}}};
  }

  ExitCode run(Session& session) override {
    http::ClientOptions options;
    options.timeout = kPatience;
    Result<client::Api> api = session.connect(client::IfAbsent::kFail, options);
    if (kind_ == "pools") return print_pools(session, api);
    if (!api) return ExitCode::kCompleted;
    if (kind_ == "workflows") {
      print_workflows(session, *api);
    } else if (kind_ == "credentials") {
      print_credentials(session, *api);
    } else if (workflow_) {
      print_tasks(session, *api);
    }
    return ExitCode::kCompleted;
  }

 private:
  static void print_workflows(Session& session, client::Api& api) {
    const Result<views::WorkflowList> list =
        api.list({.limit = 50, .offset = 0, .statuses = {}, .name = {}, .user = {}});
    if (!list) return;
    for (const views::WorkflowSummary& workflow : list->workflows) session.out().write(workflow.name + "\n");
    session.out().write("last\n");
  }

  // Those of the server, and those that the files here add for a submission.
  static ExitCode print_pools(Session& session, Result<client::Api>& api) {
    std::set<std::string> names;
    if (const Result<std::string> directory = current_directory()) {
      spec::FoundConfig found = spec::find_config_files(*directory, variable);
      const spec::LoadedConfig loaded =
          spec::load_config({.files = std::move(found.files), .variable = variable, .flags = {}});
      for (const auto& [name, pool] : loaded.config.pools) names.insert(name);
    }
    const Result<std::string> json =
        api ? api->collection_json(client::Collection::kPools) : Result<std::string>(api.error());
    const Result<views::PoolList> list = json ? views::parse_pool_list(*json) : Result<views::PoolList>(json.error());
    if (list) {
      for (const views::NodeSetView& set : list->node_sets) {
        for (const views::PoolView& pool : set.pools) names.insert(pool.name);
      }
    }
    for (const std::string& name : names) session.out().write(name + "\n");
    return ExitCode::kCompleted;
  }

  static void print_credentials(Session& session, client::Api& api) {
    const Result<std::string> json = api.collection_json(client::Collection::kCredentials);
    if (!json) return;
    const Result<views::CredentialList> list = views::parse_credential_list(*json);
    if (!list) return;
    for (const views::CredentialView& credential : list->credentials) session.out().write(credential.name + "\n");
  }

  void print_tasks(Session& session, client::Api& api) const {
    const Result<views::WorkflowView> view = api.workflow(*workflow_);
    if (!view) return;
    std::set<std::string> names;
    for (const views::GroupView& group : view->groups) {
      for (const views::TaskView& task : group.tasks) names.insert(task.name);
    }
    for (const std::string& name : names) session.out().write(name + "\n");
  }

  std::string kind_;
  std::optional<std::string> workflow_;
};

}  // namespace

const CommandInfo kCompletionCommand{.name = "completion",
                                     .section = Section::kSetup,
                                     .summary = "Print the completion script of a shell",
                                     .examples =
                                         "source <(sennit completion bash)\n"
                                         "sennit completion fish | source",
                                     .make = [] { return std::unique_ptr<Command>(new CompletionCommand); }};

const CommandInfo kCompleteValuesCommand{
    .name = "__complete", .section = Section::kHidden, .summary = "Print names for a completion script", .make = [] {
      return std::unique_ptr<Command>(new CompleteValuesCommand);
    }};

}  // namespace sennit::cli
