// The log of an attempt on disk: the raw bytes, and an index that says which stream they came from and when.
// docs/formats/log.md has the grammar and an example in bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/instant.h"

namespace sennit::logs {

enum class Stream : std::uint8_t {
  kStdout = 0,
  kStderr = 1,
  kNote = 2,  // lines of ours, for example where output was lost to a full disk
};

// From `offset` on, until the next record, the bytes came from `stream` and arrived at `at` or within a millisecond.
struct IndexRecord {
  std::uint64_t offset = 0;
  Stream stream = Stream::kStdout;
  Instant at;
  friend bool operator==(const IndexRecord&, const IndexRecord&) = default;
};

inline constexpr std::string_view kIndexMagic = "SNLOGIX1";
inline constexpr std::size_t kIndexHeaderBytes = 8;
inline constexpr std::size_t kIndexRecordBytes = 16;

// A number that is none of them counts as a note.
Stream stream_of(std::uint64_t number);

void encode_record(const IndexRecord& record, char* out);  // kIndexRecordBytes
IndexRecord decode_record(const char* bytes);

}  // namespace sennit::logs
