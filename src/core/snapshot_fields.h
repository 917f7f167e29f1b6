// How the records of a snapshot read and write their fields. Internal to it and its codecs.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string_view>
#include <utility>

#include "base/fields.h"
#include "base/instant.h"
#include "base/result.h"

namespace sennit::core {

inline Error corrupt(std::string_view what) { return {ErrorCode::kCorrupt, fmt::format("snapshot: {}", what)}; }

// Times are stored as the distance from the submission: two or three bytes less for each, on millions.
class Clockwork {
 public:
  explicit Clockwork(Instant base) : base_(base.unix_us()) {}
  void put(FieldWriter& writer, std::uint32_t tag, Instant at) const {
    if (at.is_set()) writer.put(tag, zigzag(at.unix_us() - base_) + 1);
  }
  Instant get(const Field& field) const {
    if (field.number == 0) return {};
    const std::uint64_t raw = field.number - 1;
    return Instant::from_unix_us(base_ + (static_cast<std::int64_t>(raw >> 1) ^ -static_cast<std::int64_t>(raw & 1)));
  }

 private:
  static std::uint64_t zigzag(std::int64_t value) {
    return static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63);
  }
  std::int64_t base_;
};

// Reads fields of one record; `take` gets each and returns false for a value out of range.
template <class Take>
Result<void> read_fields(std::string_view bytes, Take take) {
  FieldReader reader(bytes);
  Field field;
  while (reader.next(field)) {
    if (!take(field)) return corrupt(fmt::format("field {} is out of range", field.tag));
  }
  return reader.status();
}

template <class Enum>
bool take_enum(const Field& field, Enum& value, Enum last) {
  if (field.number > static_cast<std::uint64_t>(last)) return false;
  value = static_cast<Enum>(field.number);
  return true;
}

template <class Int>
bool take_int(const Field& field, Int& value) {
  if (!std::in_range<Int>(field.number)) return false;
  value = static_cast<Int>(field.number);
  return true;
}

inline bool take_signed(const Field& field, std::int32_t& value) {
  if (!std::in_range<std::int32_t>(field.as_signed())) return false;
  value = static_cast<std::int32_t>(field.as_signed());
  return true;
}

template <class Id>
bool take_id(const Field& field, Id& id) {
  typename Id::rep value = 0;
  if (!take_int(field, value)) return false;
  id = Id(value);
  return true;
}

}  // namespace sennit::core
