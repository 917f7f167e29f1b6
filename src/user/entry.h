// `sennit-user run`: the process in a container that the task's command is a child of.
//
// It waits for ctrl's order, starts the command, sends its output with positions, so that whatever a ctrl that crashed
// had not stored is sent again to the next one, passes signals on, and tells how the command ended until ctrl has
// stored that. While ctrl is away the command goes on; when the queue of unstored output is full it waits in its write.
//
// As pid 1 of a container it collects every orphan, and when the command has ended, ends whoever is left; elsewhere it
// is a subreaper, and ends the command's process group.
//
// Threads: one; the process has no other purpose.
#pragma once

#include <string>

#include "base/instant.h"

namespace sennit::user {

struct EntryOptions {
  std::string socket;
  Micros wait_for_ctrl = std::chrono::minutes(120);  // before there is an order
  Micros wait_for_store = std::chrono::minutes(10);  // after the end, for ctrl to store it
};

// Returns the exit code: the command's, 128 and its signal's number, 127 or 126 if it could not be started, what ctrl
// has said if it is not to be, or 69 if no ctrl came. Reasons go to standard error.
int run_entry(const EntryOptions& options);

}  // namespace sennit::user
