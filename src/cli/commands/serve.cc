// The two long-running programs; what they do is behind Programs.
#include <fmt/format.h>
#include <sys/stat.h>

#include <limits>

#include "cli/commands/commands.h"
#include "cli/session.h"

namespace sennit::cli {
namespace {

// An inherited descriptor by its number. kInvalid if nothing is open there.
Result<std::optional<int>> inherited(std::optional<std::uint64_t> number) {
  if (!number) return std::optional<int>();
  struct stat facts {};
  const bool fits = *number <= static_cast<std::uint64_t>(std::numeric_limits<int>::max());
  if (!fits || ::fstat(static_cast<int>(*number), &facts) != 0) {
    return Error(ErrorCode::kInvalid, fmt::format("--ready-fd {}: no such descriptor is open", *number));
  }
  return std::optional(static_cast<int>(*number));
}

Option ready_fd_option(std::optional<std::uint64_t>& target) {
  return {.names = "--ready-fd",
          .value = "N",
          .help = "where to say that it is ready",
          .target = &target,
          .shown = Option::Shown::kNo};
}

class ServeCommand final : public Command {
 public:
  Declaration declare() override {
    return {.options = {{.names = "--config",
                         .value = "KEY=VALUE",
                         .help = "a setting of config.yaml, for this server",
                         .target = &config_,
                         .takes = Option::Takes::kAssignments},
                        ready_fd_option(ready_fd_)}};
  }

  ExitCode run(Session& session) override {
    const Result<std::optional<int>> ready = inherited(ready_fd_);
    if (!ready) return session.fail(ready.error());
    ServeOptions options{.ready_fd = *ready, .config = {}};
    for (const std::string& assignment : config_) {
      const std::size_t equals = assignment.find('=');
      if (equals == std::string::npos || equals == 0) {
        return session.fail(Error(ErrorCode::kInvalid, fmt::format("--config wants KEY=VALUE, not '{}'", assignment)));
      }
      options.config.emplace_back(assignment.substr(0, equals), assignment.substr(equals + 1));
    }
    return static_cast<ExitCode>(session.programs().serve(options));
  }

 private:
  std::optional<std::uint64_t> ready_fd_;
  std::vector<std::string> config_;
};

class AgentCommand final : public Command {
 public:
  Declaration declare() override { return {.options = {ready_fd_option(ready_fd_)}}; }

  ExitCode run(Session& session) override {
    const Result<std::optional<int>> ready = inherited(ready_fd_);
    if (!ready) return session.fail(ready.error());
    return static_cast<ExitCode>(session.programs().agent({.ready_fd = *ready}));
  }

 private:
  std::optional<std::uint64_t> ready_fd_;
};

}  // namespace

const CommandInfo kServeCommand{.name = "serve",
                                .section = Section::kSetup,
                                .summary = "Be the server, in the foreground",
                                .examples =
                                    "sennit serve\n"
                                    "sennit serve --config server.idle_timeout=0",
                                .details = "Other commands start one in the background when they need it.",
                                .make = [] { return std::unique_ptr<Command>(new ServeCommand); }};

const CommandInfo kAgentCommand{.name = "agent",
                                .section = Section::kHidden,
                                .summary = "Be the agent of this host; started by the server",
                                .make = [] { return std::unique_ptr<Command>(new AgentCommand); }};

}  // namespace sennit::cli
