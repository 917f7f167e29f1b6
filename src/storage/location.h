// Where bytes lie: a storage URL, or a directory of this host as file:///path.
//
// Threads: pure functions. Errors: kInvalid with the forms that there are.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "spec/storage_url.h"

namespace sennit::storage {

struct Location {
  spec::StorageUrl url;  // scheme "file": only `path` is set, and is absolute

  bool is_file() const { return url.scheme == "file"; }
  // What a credential for it is stored under; "" for files.
  std::string profile() const { return is_file() ? std::string() : url.profile(); }
  // As a user writes it.
  std::string text() const;
};

// A path with ".." or "." in it is refused: servers take it for a name, rclone for a way out of the prefix.
Result<Location> parse_location(std::string_view text);

}  // namespace sennit::storage
