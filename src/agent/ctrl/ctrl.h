// `sennit-ctrl`: one task through its four phases, beside the task's container.
//
// It may be killed and started again with the same files at any time: the log, what is stored of it
// (agent/ctrl/stored_output.h) and the course (agent/ctrl/course.h) lie on disk, and the container waits.
//
// On its own it waits for a container that somebody else makes. Started by an agent it makes the container itself,
// tells the agent what becomes of it, and removes it at the end (agent/container_table.h).
#pragma once

#include <optional>
#include <string>

#include "agent/ctrl/container_run.h"
#include "agent/ctrl/task_order.h"
#include "base/instant.h"
#include "base/unique_fd.h"

namespace sennit::agent {

struct CtrlOptions {
  TaskOrder order;
  std::string socket;
  // The log. Beside it "<log>.idx", the index; "<log>.taken", what is stored; "<log>.course".
  std::string log;
  std::string report;                        // JSON, once it is over; "": none
  std::string output = "/osmo/data/output";  // where what the task sees by this name lies for us
  Micros wait_for_container = std::chrono::minutes(120);
  Micros wait_for_return = std::chrono::minutes(2);  // of an entry process that went away with the command
  Micros grace = std::chrono::seconds(10);           // after SIGTERM
  std::optional<ContainerOptions> container;         // to be made; nothing: somebody else's
  UniqueFd agent;                                    // a connection to it; empty: none
};

// Runs until it is over. Returns 0 if all four phases have done what they had to, whatever the command's exit code; 1
// if not, with the reason on standard error.
int run_ctrl(CtrlOptions options);

}  // namespace sennit::agent
