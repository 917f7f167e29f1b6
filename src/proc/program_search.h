// Finds the file of a program as execvp would, but in the parent: the child then needs one execve, and what is wrong is
// known before anything is spawned.
//
// Nothing is remembered between calls: an earlier task may have made the program that the next one means (a virtual
// environment whose bin/ comes first in PATH), and asking the kernel costs under a microsecond for each directory.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace sennit::proc {

// `path` is the child's PATH (null: unset), `directory` where the child will stand; relative entries of PATH count from
// there. A name with a slash in it is returned as it is. Never blocks for long; thread-safe.
// Fails: kNotFound (nowhere in PATH), kInvalid (found, but may not be executed; or an empty name).
Result<std::string> find_program(std::string_view name, const char* path, std::string_view directory);

}  // namespace sennit::proc
