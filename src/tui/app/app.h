// The terminal view: a stack of screens, what keys mean on all of them, and the loop that draws.
//
// A frame is drawn when something has changed, at most twenty times a second, and only once the terminal has taken the
// one before. Nothing waits for the server here.
//
// Threads: the main thread. Errors: run() fails as Terminal::open.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "client/server_launch.h"

namespace sennit::tui {

struct AppOptions {
  client::ServerPlace place;
  std::string user;
  std::string workflow;  // opened first; "": the list of all
  // Runs `sennit WORD...` on the terminal, which is given to it meanwhile.
  std::function<void(const std::vector<std::string>& words)> run_command;
};

// Until the user leaves.
Result<void> run(const AppOptions& options);

}  // namespace sennit::tui
