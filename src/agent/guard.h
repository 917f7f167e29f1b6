// The two processes around the agent. See agent/run.h.
#pragma once

#include <sys/types.h>

#include <functional>

#include "agent/run.h"
#include "base/unique_fd.h"

namespace sennit::agent {

// Forks `agent` as a child that dies with us, waits for its end, collecting orphans meanwhile, then kills every
// descendant that is left. Returns the agent's exit code, 70 if it was killed. SIGTERM, SIGINT and SIGHUP are passed on
// to the agent. Only in a process with one thread, of which it becomes the subreaper.
int run_guard(const std::function<int()>& agent);

// Waits for the guard's end; each byte that comes from `requests` asks for the server. If the guard was killed, kills
// what its tasks left behind and asks for the server once more. Returns the guard's exit code, 1 if it was killed.
int run_starter(const AgentOptions& options, pid_t guard, UniqueFd requests);

}  // namespace sennit::agent
