// The command line: everything that `sennit ...` does before and after talking to a server.
//
// The two long-running programs live in rooms that this one may not see, so `main` hands them in as callbacks.
//
// Threads: the main thread. Errors: printed, and told by the exit status (cli/exit_code.h).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "client/server_launch.h"

namespace sennit::cli {

struct ServeOptions {
  // Inherited from whoever started the server on demand and waits: the server writes one message of
  // client/readiness.h there ("ready", or why it cannot serve) and closes it. Not given: started by hand.
  std::optional<int> ready_fd;
  std::vector<std::pair<std::string, std::string>> config;  // --config key=value, in order
};

struct AgentOptions {
  std::optional<int> ready_fd;  // as above: written once the agent listens
};

// The view on the whole screen. Returns when the user has left it; fails if there is no terminal.
struct ViewOptions {
  client::ServerPlace place;
  std::string user;
  std::string workflow;  // opened first; "": the list of all
};

// The first two return the exit status of the process.
struct Programs {
  std::function<int(const ServeOptions&)> serve;
  std::function<int(const AgentOptions&)> agent;
  std::function<Result<void>(const ViewOptions&)> view;
};

// Parses the arguments, runs the command and returns the exit status.
int run(int argc, char** argv, const Programs& programs);

}  // namespace sennit::cli
