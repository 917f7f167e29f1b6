#include "wire/hello.h"

#include <algorithm>

#include "base/fields.h"

namespace sennit::wire {
namespace {

enum HelloTag : std::uint32_t { kProtoMin = 1, kProtoMax = 2 };

std::string text_of(ProtocolRange range) { return std::to_string(range.min) + " to " + std::to_string(range.max); }

}  // namespace

std::string format_hello(ProtocolRange range) {
  std::string bytes;
  FieldWriter writer(bytes);
  writer.put(kProtoMin, std::uint64_t{range.min});
  writer.put(kProtoMax, std::uint64_t{range.max});
  return bytes;
}

Result<ProtocolRange> parse_hello(std::string_view payload) {
  ProtocolRange range{.min = 0, .max = 0};
  FieldReader reader(payload);
  Field field;
  while (reader.next(field)) {
    if (field.tag == kProtoMin) range.min = static_cast<std::uint32_t>(field.number);
    if (field.tag == kProtoMax) range.max = static_cast<std::uint32_t>(field.number);
  }
  if (Result<void> status = reader.status(); !status) return std::move(status).error().in("read hello");
  if (range.min == 0 || range.max < range.min) {
    return Error(ErrorCode::kCorrupt, "hello with protocol versions " + text_of(range));
  }
  return range;
}

Result<std::uint32_t> common_version(ProtocolRange ours, ProtocolRange theirs) {
  const std::uint32_t highest = std::min(ours.max, theirs.max);
  if (highest >= std::max(ours.min, theirs.min)) return highest;
  return Error(ErrorCode::kConflict,
               "the peer speaks protocol versions " + text_of(theirs) + ", this release " + text_of(ours));
}

}  // namespace sennit::wire
