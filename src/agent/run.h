// `sennit agent`: three processes that start, watch and clean up after the tasks of one host.
//
//   starter   outermost; starts `sennit serve` when the agent asks for it, so that a server that the agent brings back
//             is no descendant of the guard. Also cleans up when somebody kills the guard.
//   guard     child subreaper. When the agent ends, in whatever way, it kills every descendant that is left, also those
//             that called setsid or forked twice, then ends too.
//   agent     listens, starts the tasks, captures their output, reports their exits (agent/supervisor.h).
//
// All three end together when the agent is idle: no server is connected, nothing runs, every exit is acknowledged.
#pragma once

#include <functional>
#include <string>

#include "base/instant.h"
#include "base/result.h"
#include "model/ids.h"

namespace sennit::agent {

struct AgentOptions {
  InstanceId instance;
  std::string version;
  std::string socket;                           // where to listen
  std::string lock;                             // held by guard and agent as long as either lives (flock)
  std::string spool_dir;                        // made if it is not there
  std::string log;                              // messages of the agent itself; rotated at start when large
  Micros idle_limit = std::chrono::seconds(2);  // without a server and without work

  // Starts a detached `sennit serve` on the same state directory. Called in the starter process, which has one thread;
  // called although a server may be running already (the second one finds the lock and leaves).
  std::function<Result<void>()> start_server;
};

// Runs all of it and returns the process's exit code once it is over: 0 after an orderly end, 1 if it could not begin
// (the reason is on standard error) or the agent was killed. The caller has one thread and nothing worth keeping open:
// descriptors other than the standard ones are closed, the standard ones are pointed at /dev/null and the log.
// kConflict, as exit code 1 and text, if the lock is held: an agent runs there already.
int run_agent(const AgentOptions& options);

}  // namespace sennit::agent
