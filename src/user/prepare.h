// `sennit-user init`: what must lie below /osmo before a task's containers start. May be repeated.
#pragma once

#include <string>

#include "base/result.h"

namespace sennit::user {

struct PrepareOptions {
  std::string root = "/osmo";
  std::string ctrl;  // the program to put beside ours; "": the one beside us, if there is one
};

// Makes data/input, data/output and data/socket, which anybody may write to (the containers of a task have users of
// their own), and usr/bin with copies of this program and of ctrl, and `sennit` and `osmo` as names of the former.
// Copies take the place of what was there at once, so that a container that is starting finds a whole program.
// Fails: kNotFound (the ctrl that was named), kIo, kExhausted, naming the path.
Result<void> prepare(const PrepareOptions& options);

// The file that this process runs.
Result<std::string> own_program();

}  // namespace sennit::user
