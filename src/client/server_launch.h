// Finds the server of a state directory, and starts one when nobody is listening.
//
// The server is started detached: a session of its own, no terminal, output to its log file, so that it outlives the
// command that needed it. The starter waits for the server's own word (client/readiness.h), not for a socket to appear.
// A file lock makes commands that start at the same moment take turns: the second finds the first one's server. While
// another server holds the state, which does not listen yet or any more, it is waited for: until it answers, or until
// it is gone and one can be started.
//
// Threads:   one at a time.
// Ownership: the caller owns the connection; nobody owns the server.
// Errors:    kUnavailable (nobody there and not to be started, or it died while starting), kCancelled (wake_fd),
//            kTimeout, kIo; each names what was tried and, where there is one, the server's own words.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "http/client.h"

namespace sennit::client {

struct ServerPlace {
  std::string state_dir;               // made (0700) when a server has to be started
  std::string socket;                  // where it listens
  std::string lock;                    // held by a server for its whole life
  std::string log;                     // its stdout and stderr
  std::string executable;              // this program
  std::vector<std::string> arguments;  // beside `serve --ready-fd N`
};

enum class IfAbsent : std::uint8_t { kStart, kFail };

Result<http::Client> connect(const ServerPlace& place, IfAbsent if_absent, const http::ClientOptions& options = {});

// The program that is running, for ServerPlace::executable. Stays usable after the file was replaced by an upgrade.
std::string own_executable();

}  // namespace sennit::client
