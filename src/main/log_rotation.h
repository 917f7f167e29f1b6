// The logs of the two long-running programs are appended to by whoever starts them: here they are kept from growing for
// ever.
#pragma once

#include <string>

#include "base/bytes.h"

namespace sennit::main {

constexpr Bytes kMostLog = mebibytes(10);

// Renames `path` to `path`.1 if it is larger than `limit`. If it is what this process writes its own messages to, it
// goes on in a new file. A log that cannot be renamed goes on as it is.
void rotate_log(const std::string& path, Bytes limit = kMostLog);

}  // namespace sennit::main
