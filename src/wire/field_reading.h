// What the decoders of this room share: fields to numbers and enumerators. For the room's own sources.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <utility>

#include "base/fields.h"
#include "base/result.h"

namespace sennit::wire {

// Reads all fields of a payload; `take` gets each.
template <class Take>
Result<void> read_fields(std::string_view payload, Take&& take) {
  FieldReader reader(payload);
  Field field;
  while (reader.next(field)) take(field);
  return reader.status();
}

inline std::uint32_t small(const Field& field) { return static_cast<std::uint32_t>(field.number); }

// An enumerator that a later release knows and this one does not is taken as `last`.
template <class Enum>
Enum enumerator(std::uint64_t number, Enum last) {
  return static_cast<Enum>(std::min(number, static_cast<std::uint64_t>(last)));
}

inline Result<std::pair<std::string, std::string>> decode_variable(std::string_view payload) {
  std::pair<std::string, std::string> variable;
  SENNIT_TRY(read_fields(payload, [&](const Field& field) {
    if (field.tag == 1) variable.first = field.bytes;
    if (field.tag == 2) variable.second = field.bytes;
  }));
  return variable;
}

// A message of one number.
inline Result<std::uint64_t> decode_number(std::string_view payload) {
  std::uint64_t number = 0;
  SENNIT_TRY(read_fields(payload, [&](const Field& field) {
    if (field.tag == 1) number = field.number;
  }));
  return number;
}

}  // namespace sennit::wire
