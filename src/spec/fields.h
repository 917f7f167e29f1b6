// Reads a map whose fields are known: a table of names and readers instead of a chain of comparisons. Unknown fields
// get a "did you mean", missing ones are named, and all of it at once. The same table makes the JSON Schema.
//
// Threads:   one.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "spec/reporter.h"
#include "spec/suggest.h"
#include "spec/yaml/node.h"

namespace sennit::spec {

class Schema;

// kHidden: taken, but not offered to somebody who looks for a field.
enum class Need : std::uint8_t { kOptional, kRequired, kHidden };

// A field as schema/ tells editors about it.
struct FieldText {
  std::string_view name;
  Need need = Need::kOptional;
  Schema (*shape)() = nullptr;   // the values that it takes; nullptr: any
  std::string_view description;  // sentences: an editor shows them beside the field
};

// The same, and how its value is read.
template <class Reader, class T>
struct FieldOf {
  std::string_view name;
  void (*read)(Reader& reader, const Node& value, T& out);
  Need need = Need::kOptional;
  Schema (*shape)() = nullptr;
  std::string_view description = {};
};

template <std::size_t N>
constexpr std::array<std::string_view, N> names_of(const std::array<FieldText, N>& fields) {
  std::array<std::string_view, N> names;
  for (std::size_t i = 0; i < N; ++i) names[i] = fields[i].name;
  return names;
}

// `what` in these messages is the thing that has the fields: "a task", "'timeout'". Returns the name that was probably
// meant; "" if none is near.
std::string report_unknown_field(Reporter& reporter, const Node& key, std::string_view what,
                                 std::span<const std::string_view> names);
// Whether a key is none of the fields, nor near one.
template <std::size_t N>
bool is_foreign(const Node& key, const std::array<std::string_view, N>& names) {
  return std::ranges::find(names, key.text) == names.end() && nearest(key.text, names).empty();
}

// The field that a key is, or that it probably is, which is reported; the end of `names` if it is none, which is too.
template <std::size_t N>
const std::string_view* known_field(Reporter& reporter, const Node& key, std::string_view what,
                                    const std::array<std::string_view, N>& names) {
  const auto* field = std::ranges::find(names, key.text);
  if (field != names.end() && key.is_text()) return field;
  return std::ranges::find(names, report_unknown_field(reporter, key, what, names));
}
void report_missing_field(Reporter& reporter, Span at, std::string_view what, std::string_view name);
// A warning: of a key that is given twice the last value counts.
void report_repeated_field(Reporter& reporter, const Node& key);
// An error, in place of such a warning: what has a second name is two of its kind, and the '- ' between them is
// missing.
void report_second_name(Reporter& reporter, const Node& key, std::string_view what);
// Complains if `node` is not a map.
bool expect_map(Reporter& reporter, const Node& node, std::string_view what);

struct FieldsRead {
  std::uint64_t there = 0;  // a bit for each field of the table that was there, perhaps with a slip in its name
  bool unknown = false;     // something was there under another name
};

// Whether a misspelt field is long enough for its value to be read as what was probably meant.
inline bool is_sure(std::string_view key, std::string_view meant) { return key.size() >= 4 && meant.size() >= 5; }

template <class Reader, class T, std::size_t N>
FieldsRead read_fields(Reader& reader, Reporter& reporter, const Node& map, std::string_view what,
                       const std::array<FieldOf<Reader, T>, N>& fields, T& out) {
  static_assert(N <= 64);
  FieldsRead read;
  if (!expect_map(reporter, map, what)) return read;
  for (const Node& value : Children(map)) {
    std::size_t at = 0;
    while (at < N && (fields[at].name != value.key->text || !value.key->is_text())) ++at;
    if (at == N) {
      std::array<std::string_view, N> names;
      std::size_t count = 0;
      for (const auto& field : fields) {
        if (field.need != Need::kHidden) names[count++] = field.name;
      }
      const std::string near = report_unknown_field(reporter, *value.key, what, std::span(names).first(count));
      read.unknown = true;
      at = 0;
      while (at < N && fields[at].name != near) ++at;
      if (at == N) continue;
      // One mistake, not two: the field is there.
      const bool first = (read.there >> at & 1U) == 0;
      read.there |= std::uint64_t{1} << at;
      if (first && is_sure(value.key->text, near)) fields[at].read(reader, value, out);
      continue;
    }
    read.there |= std::uint64_t{1} << at;
    fields[at].read(reader, value, out);
  }
  for (std::size_t i = 0; i < N; ++i) {
    const bool there = (read.there >> i & 1U) != 0;
    if (!there && fields[i].need == Need::kRequired) report_missing_field(reporter, map.at, what, fields[i].name);
  }
  return read;
}

}  // namespace sennit::spec
