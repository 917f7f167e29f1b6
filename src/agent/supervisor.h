// The agent as its server sees it: takes orders from one connection, reports what becomes of them, and works on when
// nobody is connected.
//
// One server at a time: a newer connection replaces the older one. While none is connected and something is unfinished
// (a task runs, an exit is not acknowledged), the server is asked for, at once and then ever less often; with nothing
// to do the agent ends. A server that took its leave (Shutdown kIdle) is not asked for again.
//
// Threads:   the loop's. Ownership: the loop and the options' functions outlive it.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "agent/attempt_table.h"
#include "base/result.h"
#include "loop/loop.h"
#include "model/resources.h"

namespace sennit::agent {

struct SupervisorOptions {
  AttemptTableOptions table;
  std::string version;
  std::string socket;
  std::string host_name;
  HostCapacity capacity;
  std::string gpu_problem;
  std::string nvml;  // the library that says how busy the devices are, if the capacity says that they are measured
  Micros idle_limit = std::chrono::seconds(2);
  std::function<void()> ask_for_server;  // must not block
};

class Supervisor {
 public:
  // Listens. The loop is stopped when the agent is to end.
  // Fails: as AttemptTable::open and wire::Listener::open.
  static Result<std::unique_ptr<Supervisor>> open(loop::Loop& loop, SupervisorOptions options);
  ~Supervisor();
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;

  // Stops what runs and ends the loop when all of it is over: the process was told to terminate.
  void shut_down();

 private:
  class Impl;
  explicit Supervisor(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sennit::agent
