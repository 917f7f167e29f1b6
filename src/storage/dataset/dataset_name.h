// How datasets are named: [bucket/]name[:tag]. The bucket is one of the configuration's; the tag a number, "latest" or
// a name that was given to a version.
//
// Threads: pure functions. Errors: kInvalid, saying what is allowed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sennit::storage {

struct DatasetName {
  std::string bucket;  // "": the default one
  std::string name;
  std::string tag;  // "": the latest version

  std::string text() const;  // as it is written
  friend bool operator==(const DatasetName&, const DatasetName&) = default;
};

inline constexpr std::string_view kLatestTag = "latest";

Result<DatasetName> parse_dataset_name(std::string_view text);
// A bucket's, a dataset's or a tag's: letters, digits, '_', '-' and '.', none of the last two first; at most 128.
bool is_dataset_word(std::string_view word);
// The number of a version, if the tag is one.
std::optional<std::uint32_t> version_number(std::string_view tag);
// Whether the tag can be given to a version: neither a number nor "latest".
Result<void> check_new_tag(std::string_view tag);

}  // namespace sennit::storage
