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

// Each returns the exit status of the process.
struct Programs {
  std::function<int(const ServeOptions&)> serve;
  std::function<int(const AgentOptions&)> agent;
};

// Parses the arguments, runs the command and returns the exit status.
int run(int argc, char** argv, const Programs& programs);

}  // namespace sennit::cli
