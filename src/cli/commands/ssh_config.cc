#include <fmt/format.h>

#include "cli/commands/commands.h"
#include "cli/not_found.h"
#include "cli/session.h"

namespace sennit::cli {
namespace {

constexpr std::uint64_t kSshPort = 22;

class SshConfigCommand final : public Command {
 public:
  Declaration declare() override {
    return {
        .positionals = {{.name = "ID", .help = "the workflow", .target = &workflow_, .completes = Completes::kWorkflow},
                        {.name = "TASK", .help = "the task", .target = &task_, .completes = Completes::kTask}},
        .options = {
            {.names = "-p,--port", .value = "PORT", .help = "where its sshd listens (22)", .target = &port_},
            {.names = "--host", .value = "NAME", .help = "what to call it; else sennit-ID-TASK", .target = &host_},
            {.names = "--user", .value = "NAME", .help = "who to be there", .target = &user_},
            {.names = "--identity", .value = "FILE", .help = "the key to show", .target = &identity_}}};
  }

  ExitCode run(Session& session) override {
    Result<client::Api> api = session.connect(client::IfAbsent::kStart);
    if (!api) return session.fail(api.error());
    const Result<views::WorkflowView> view = api->workflow(workflow_);
    if (!view) return fail_for_workflow(session, *api, view.error(), workflow_);
    Result<client::Reach> reach = session.reach();
    const Result<client::ServerPlace> place = session.place();
    if (!reach || !place) return session.fail(reach ? place.error() : reach.error());
    if (const Result<void> there = reach->check(view->name, task_); !there) {
      return fail_for_workflow(session, *api, there.error(), view->name, task_);
    }
    session.out().write(entry(view->name, *place));
    return ExitCode::kCompleted;
  }

 private:
  // "%" means something to ssh.
  static std::string plain(std::string_view text) {
    std::string out;
    for (const char c : text) out.append(c == '%' ? 2 : 1, c);
    return out;
  }

  std::string entry(const std::string& workflow, const client::ServerPlace& place) const {
    const std::string name = host_.empty() ? fmt::format("sennit-{}-{}", workflow, task_) : host_;
    std::string proxy = plain(place.executable);
    if (const auto home = variable("SENNIT_HOME"))
      proxy = fmt::format("env 'SENNIT_HOME={}' '{}'", plain(*home), proxy);
    std::string text = fmt::format("Host {}\n  HostName {}.{}\n", name, task_, workflow);
    if (!user_.empty()) text += fmt::format("  User {}\n", user_);
    if (!identity_.empty()) text += fmt::format("  IdentityFile \"{}\"\n", plain(identity_));
    text += fmt::format("  ProxyCommand {} port-forward {} {} --port {} --stdio\n", proxy, workflow, task_,
                        port_.value_or(kSshPort));
    // Each task has keys of its own, which nobody has seen before.
    text += fmt::format(
        "  HostKeyAlias {}\n  StrictHostKeyChecking accept-new\n  UserKnownHostsFile \"{}/ssh_known_hosts\"\n", name,
        plain(place.state_dir));
    return text;
  }

  std::string workflow_;
  std::string task_;
  std::optional<std::uint64_t> port_;
  std::string host_;
  std::string user_;
  std::string identity_;
};

}  // namespace

const CommandInfo kSshConfigCommand{
    .name = "ssh-config",
    .section = Section::kReach,
    .summary = "Print what ssh and editors need to reach a task",
    .examples =
        "sennit ssh-config dev-1 box --port 2222 --user root >> ~/.ssh/config\n"
        "ssh sennit-dev-1-box",
    .details =
        "An entry for ~/.ssh/config, with sennit as ProxyCommand: ssh, scp, and editors that work over ssh\n"
        "(VS Code's Remote-SSH, JetBrains Gateway) reach the task's sshd through it, wherever the task runs.\n"
        "The task has to run an sshd.",
    .make = [] { return std::unique_ptr<Command>(new SshConfigCommand); }};

}  // namespace sennit::cli
