// Writes a file that the user named.
//
// Threads: any; blocking.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sennit::cli {

enum class IfExists : std::uint8_t { kRefuse, kReplace };

// All of it or nothing: an existing file is replaced at once. A link or a device is written through.
// Fails: kConflict (it exists, and is not to be replaced), kNotFound (no such directory), kIo.
Result<void> write_file(const std::string& path, std::string_view text, IfExists if_exists);

}  // namespace sennit::cli
