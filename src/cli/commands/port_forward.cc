#include <fmt/format.h>

#include <chrono>

#include "cli/channel/exec_run.h"
#include "cli/commands/commands.h"
#include "cli/forward/forwarder.h"
#include "cli/not_found.h"
#include "cli/session.h"

namespace sennit::cli {
namespace {

constexpr Micros kPatience = std::chrono::seconds(60);

class PortForwardCommand final : public Command {
 public:
  Declaration declare() override {
    return {
        .positionals = {{.name = "ID", .help = "the workflow", .target = &workflow_, .completes = Completes::kWorkflow},
                        {.name = "TASK", .help = "the task", .target = &task_, .completes = Completes::kTask}},
        .options = {{.names = "-p,--port",
                     .value = "PORTS",
                     .help = "LOCAL:REMOTE, or one for both; ranges, lists with commas; LOCAL 0: a free one",
                     .target = &ports_},
                    {.names = "--host", .value = "ADDRESS", .help = "where to listen (localhost)", .target = &host_},
                    {.names = "--remote-host",
                     .value = "ADDRESS",
                     .help = "another address than the task's own loopback, as seen from the task",
                     .target = &remote_host_},
                    {.names = "--udp", .value = "", .help = "datagrams instead of connections", .target = &udp_},
                    {.names = "--stdio",
                     .value = "",
                     .help = "one connection, over standard input and output: for ssh's ProxyCommand",
                     .target = &stdio_}}};
  }

  ExitCode run(Session& session) override {
    if (ports_.empty()) {
      return session.fail(
          Error(ErrorCode::kInvalid, "--port is missing: which port of the task, as in --port 8080:80?"));
    }
    std::vector<PortPair> pairs;
    for (const std::string& text : ports_) {
      const Result<std::vector<PortPair>> some = parse_ports(text);
      if (!some) return session.fail(some.error());
      pairs.insert(pairs.end(), some->begin(), some->end());
    }
    if (stdio_) return carry_stdio(session, pairs);
    // A task that is not there is told now, and not by the first connection.
    if (const Result<void> there = check(session); !there) {
      return fail_for_workflow(session, there.error(), workflow_, task_);
    }
    Result<std::unique_ptr<Forwarder>> forwarder =
        Forwarder::open({.ports = std::move(pairs),
                         .host = host_,
                         .protocol = udp_ ? Protocol::kUdp : Protocol::kTcp,
                         .open = [this, &session](std::uint16_t remote) { return open(session, remote); },
                         .is_over = [this, &session](const Error& error) { return is_over(session, error); },
                         .say = [&session](const std::string& line) { session.say(line); }});
    if (!forwarder) return session.fail(forwarder.error());
    const Result<void> ran = (*forwarder)->run();
    return ran ? ExitCode::kCompleted : session.fail(ran.error());
  }

 private:
  Result<void> check(Session& session) const {
    SENNIT_ASSIGN(client::Reach reach, session.reach());
    return reach.check(workflow_, task_);
  }

  Result<http::WebSocket::Start> open(Session& session, std::uint16_t remote) const {
    SENNIT_ASSIGN(client::Reach reach, session.reach());
    const auto protocol = udp_ ? client::PortQuery::Protocol::kUdp : client::PortQuery::Protocol::kTcp;
    return reach.port(workflow_, task_, {.port = remote, .protocol = protocol, .host = remote_host_});
  }

  // A task that does not run now may run again, unless its workflow has finished.
  bool is_over(Session& session, const Error& error) const {
    if (error.code() == ErrorCode::kNotFound) return true;
    if (error.code() != ErrorCode::kConflict) return false;
    Result<client::Api> api = session.connect(client::IfAbsent::kStart);
    if (!api) return false;
    const Result<views::WorkflowView> view = api->workflow(workflow_);
    const std::optional<WorkflowStatus> status = view ? parse_workflow_status(view->status) : std::nullopt;
    return status && is_finished(*status);
  }

  ExitCode carry_stdio(Session& session, const std::vector<PortPair>& pairs) {
    if (pairs.size() != 1 || udp_) {
      return session.fail(Error(ErrorCode::kInvalid, "--stdio carries one TCP connection: it takes one port"));
    }
    Result<http::WebSocket::Start> start = open(session, pairs.front().remote);
    if (!start) return fail_for_workflow(session, start.error(), workflow_, task_);
    const ExecEnd end = run_exec(std::move(*start), {.ends_with = EndsWith::kOutput, .patience = kPatience});
    if (end.interrupted) return ExitCode::kCancelled;
    if (end.result.status == "exited") return ExitCode::kCompleted;
    return session.fail(Error(end.was_open ? ErrorCode::kUnavailable : ErrorCode::kConflict, end.result.message));
  }

  std::string workflow_;
  std::string task_;
  std::vector<std::string> ports_;
  std::string host_ = "localhost";
  std::string remote_host_;
  bool udp_ = false;
  bool stdio_ = false;
};

}  // namespace

const CommandInfo kPortForwardCommand{
    .name = "port-forward",
    .section = Section::kReach,
    .summary = "Make ports of a running task reachable from here",
    .examples =
        "sennit port-forward last notebook --port 8888\n"
        "sennit port-forward last server --port 8080:80,9000-9003\n"
        "sennit port-forward last sim --udp --port 14550",
    .details =
        "Listens here until it is interrupted; each connection goes on its own to that port of the task, and\n"
        "what one side does not take is not read from the other. When the server is restarted, open\n"
        "connections are reset and new ones work again. It ends when the workflow has finished.",
    .make = [] { return std::unique_ptr<Command>(new PortForwardCommand); }};

}  // namespace sennit::cli
