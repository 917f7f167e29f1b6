#include <fmt/format.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "base/unique_fd.h"
#include "cli/commands/commands.h"
#include "cli/render/workflow_text.h"
#include "cli/session.h"
#include "views/json.h"

namespace sennit::cli {
namespace {

constexpr int kStopLimitMs = 60'000;

ExitCode show_server(Session& session, client::Api& api) {
  const Result<std::string> json = api.server_json();
  if (!json) return session.fail(json.error());
  if (session.wants_json()) {
    session.print_json(*json);
    return ExitCode::kCompleted;
  }
  const Result<views::ServerView> view = views::parse_server(*json);
  if (!view) return session.fail(view.error());
  session.out().write(server_text(*view));
  return ExitCode::kCompleted;
}

class ServerStatusCommand final : public Command {
 public:
  Declaration declare() override { return {}; }

  ExitCode run(Session& session) override {
    Result<client::Api> api = session.connect(client::IfAbsent::kFail);
    if (!api && api.error().code() == ErrorCode::kUnavailable) {
      return session.fail(Error(ErrorCode::kUnavailable, "no server is running"),
                          "any command that needs one starts it; so does `sennit server start`");
    }
    if (!api) return session.fail(api.error());
    return show_server(session, *api);
  }
};

class ServerStartCommand final : public Command {
 public:
  Declaration declare() override { return {}; }

  ExitCode run(Session& session) override {
    Result<client::Api> api = session.connect();
    if (!api) return session.fail(api.error());
    return show_server(session, *api);
  }
};

// Waits for a process that is not our child. True: it is gone.
bool wait_for_end(std::int64_t pid) {
  const UniqueFd process(static_cast<int>(::syscall(SYS_pidfd_open, static_cast<pid_t>(pid), 0)));
  if (!process) return errno == ESRCH;
  pollfd ended{.fd = process.get(), .events = POLLIN, .revents = 0};
  return ::poll(&ended, 1, kStopLimitMs) > 0;
}

class ServerStopCommand final : public Command {
 public:
  Declaration declare() override {
    return {.options = {{.names = "--when-idle",
                         .value = "",
                         .help = "only once nothing is left to run; returns at once",
                         .target = &when_idle_}}};
  }

  ExitCode run(Session& session) override {
    Result<client::Api> api = session.connect(client::IfAbsent::kFail);
    if (!api && api.error().code() == ErrorCode::kUnavailable) {
      session.say("No server is running");
      return ExitCode::kCompleted;
    }
    if (!api) return session.fail(api.error());
    const Result<views::ServerView> server = api->server();
    if (!server) return session.fail(server.error());
    const Result<void> asked = api->stop_server(when_idle_ ? client::StopWhen::kIdle : client::StopWhen::kNow);
    if (!asked) return session.fail(asked.error());
    if (when_idle_) {
      session.say("The server stops when nothing is left to run");
      return ExitCode::kCompleted;
    }
    if (!wait_for_end(server->pid)) {
      return session.fail(
          Error(ErrorCode::kTimeout, fmt::format("server {} has not stopped in a minute", server->pid)));
    }
    session.say(fmt::format("Server {} stopped", server->pid));
    return ExitCode::kCompleted;
  }

 private:
  bool when_idle_ = false;
};

}  // namespace

const CommandInfo kServerStatusCommand{.name = "server status",
                                       .section = Section::kSetup,
                                       .summary = "Show whether a server runs, and its state directory",
                                       .examples =
                                           "sennit server status\n"
                                           "sennit server status -o json",
                                       .details = "Starts none. Exit code 10 if there is none.",
                                       .make = [] { return std::unique_ptr<Command>(new ServerStatusCommand); }};

const CommandInfo kServerStartCommand{
    .name = "server start",
    .section = Section::kSetup,
    .summary = "Start the server, if it is not running",
    .examples = "sennit server start",
    .details = "Not needed: every command that needs a server starts it. It leaves by itself when idle.",
    .make = [] { return std::unique_ptr<Command>(new ServerStartCommand); }};

const CommandInfo kServerStopCommand{
    .name = "server stop",
    .section = Section::kSetup,
    .summary = "Stop the server; running tasks go on",
    .examples =
        "sennit server stop\n"
        "sennit server stop --when-idle",
    .details =
        "Tasks that run go on to their end. Nothing new starts until a command that needs the server starts it again.\n"
        "To end the tasks, cancel their workflows.",
    .make = [] { return std::unique_ptr<Command>(new ServerStopCommand); }};

}  // namespace sennit::cli
