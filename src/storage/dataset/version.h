// What is known of a version of a dataset, and its JSON (docs/formats/dataset.md).
//
// Threads: pure functions. Errors: kCorrupt.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/instant.h"
#include "base/result.h"
#include "storage/dataset/digest.h"

namespace sennit::storage {

// Names and values that people give: labels are for choosing, metadata for reading.
using Notes = std::map<std::string, std::string, std::less<>>;

struct VersionRecord {
  std::uint32_t number = 0;
  Digest manifest{};
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  Instant created;
  std::string created_by;
  std::string source;  // "prep-3/make": the task that made it; "": a person
  Notes labels;
  Notes metadata;
  friend bool operator==(const VersionRecord&, const VersionRecord&) = default;
};

std::string format_version(const VersionRecord& record);
Result<VersionRecord> parse_version(std::string_view text);

// A tag is an object that names a number.
std::string format_tag(std::uint32_t number);
Result<std::uint32_t> parse_tag(std::string_view text);

}  // namespace sennit::storage
