// Looks at a database file before SQLite may touch it: is it ours, whole, and not of a later release?
//
// Plain reads of a few hundred bytes; the library would, for example, take an empty file for a new database, and finds
// a missing tail only when somebody reads there.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace sennit::store {

enum class FileState : std::uint8_t { kAbsent, kOurs };

// `newest_version` is the highest user_version that this release reads. kCorrupt: not a database, not ours, of a later
// release, or cut short; kIo and others from the system. Never writes.
Result<FileState> check_file(const std::string& path, std::uint32_t newest_version);

}  // namespace sennit::store
