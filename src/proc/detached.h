// Starts a program that outlives us and is not our child: a server by the CLI, an agent by a server.
#pragma once

#include <sys/resource.h>

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace sennit::proc {

struct DetachedProgram {
  std::string program;            // a path
  std::vector<std::string> argv;  // argv[0] included
  std::string log;                // where its standard output and error go, appended; "": /dev/null
  // Variables that it does not inherit, by the beginning of "NAME=value". A program that a task starts by way of us
  // must not look like a part of that task, which is ended with it.
  std::vector<std::string> without = {"SENNIT_ATTEMPT="};
  int kept = -1;                               // a descriptor that it inherits, under the same number
  std::optional<rlimit> files = std::nullopt;  // its limit of open files; not given: ours
};

// Returns once the program runs: in a session of its own, in the root directory, with an empty signal mask and no
// descriptor but the three standard ones and `kept`; its parent is init (or the nearest subreaper). Thread-safe; blocks
// about a millisecond. Fails: kNotFound, kInvalid, kExhausted, kIo (from opening the log or from execve).
Result<void> start_detached(const DetachedProgram& program);

}  // namespace sennit::proc
