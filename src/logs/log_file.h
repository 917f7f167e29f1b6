// Reading a file at a place, until there is enough or it ends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/result.h"

namespace sennit::logs {

// Reads until `limit` bytes or the end of the file; how many that were.
Result<std::size_t> read_at(int fd, std::uint64_t offset, char* out, std::size_t limit);

Result<std::uint64_t> size_of(int fd);

}  // namespace sennit::logs
