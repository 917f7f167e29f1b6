// The log of a server is appended to by whoever starts it: here it is kept from growing for ever. The agent, which
// opens its log itself, sees to that one.
#pragma once

#include <string>

#include "base/bytes.h"

namespace sennit::main {

constexpr Bytes kMostLog = mebibytes(10);

// Renames `path` to `path`.1 if it is larger than `limit`. If it is what this process writes its own messages to, it
// goes on in a new file. A log that cannot be renamed goes on as it is.
void rotate_log(const std::string& path, Bytes limit = kMostLog);

}  // namespace sennit::main
