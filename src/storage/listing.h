// The objects that `rclone lsjson` prints: a JSON array with one object a line, read as it comes.
//
// Threads: one at a time. Errors: kCorrupt for a line that is not such an object.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sennit::storage {

struct Entry {
  enum class Kind : std::uint8_t { kObject, kDirectory } kind = Kind::kObject;
  std::string path;  // as rclone shows it (storage/object_name.h)
  std::uint64_t size = 0;
  std::string modified;  // RFC 3339; "" if it was not asked for
};

// Nothing for lines that hold no object: brackets and empty ones.
Result<std::optional<Entry>> parse_listed_line(std::string_view line);

}  // namespace sennit::storage
