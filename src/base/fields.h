// Tagged fields in bytes: the one encoding of the journal, the snapshots, the wire and the task bodies.
//
// The layout is Protocol Buffers' (varint key = tag << 3 | type; types 0 varint, 2 length-delimited), so any protobuf
// tool can print a record. The version rule: a tag is never reused or retyped, readers skip tags they do not know,
// and a missing field has its default. docs/formats/fields.md shows an example in bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sennit {

// Appends fields to a buffer that it does not own. Default values (0, "") are not written by the `put` overloads.
class FieldWriter {
 public:
  explicit FieldWriter(std::string& out) : out_(out) {}

  void put(std::uint32_t tag, std::uint64_t value);            // unsigned, bool, enum
  void put_signed(std::uint32_t tag, std::int64_t value);      // zigzag: exit codes, times
  void put(std::uint32_t tag, std::string_view bytes);         // text, blob
  void put_always(std::uint32_t tag, std::string_view bytes);  // one element of a list: "" counts too

  // A nested record: `write` gets a FieldWriter of its own.
  template <class Write>
  void nest(std::uint32_t tag, Write&& write) {
    std::string inner;
    FieldWriter writer(inner);
    write(writer);
    put_always(tag, inner);
  }

 private:
  std::string& out_;
};

// One field as read. `bytes` points into the buffer being read.
struct Field {
  std::uint32_t tag = 0;
  bool is_bytes = false;
  std::uint64_t number = 0;
  std::string_view bytes;

  std::int64_t as_signed() const {
    return static_cast<std::int64_t>(number >> 1) ^ -static_cast<std::int64_t>(number & 1);
  }
  bool as_bool() const { return number != 0; }
};

// Reads fields in order. After the loop `while (reader.next(field))`, `status()` tells the end from malformed bytes.
class FieldReader {
 public:
  explicit FieldReader(std::string_view bytes) : rest_(bytes) {}

  bool next(Field& field);
  // kCorrupt if the bytes ended in the middle of a field or had a type that we never write.
  Result<void> status() const;

 private:
  bool varint(std::uint64_t& value);
  std::string_view rest_;
  bool broken_ = false;
};

// A bare varint, as used for lengths in front of records.
void append_varint(std::string& out, std::uint64_t value);
// Takes one varint off the front of `bytes`; false if there is no whole one.
bool take_varint(std::string_view& bytes, std::uint64_t& value);

}  // namespace sennit
