// Reads a map whose fields are known: a table of names and readers instead of a chain of comparisons. Unknown fields
// get a "did you mean", missing ones are named, and all of it at once.
//
// Threads:   one.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "spec/reporter.h"
#include "spec/yaml/node.h"

namespace sennit::spec {

// kHidden: taken, but not offered to somebody who looks for a field.
enum class Need : std::uint8_t { kOptional, kRequired, kHidden };

template <class Reader, class T>
struct FieldOf {
  std::string_view name;
  void (*read)(Reader& reader, const Node& value, T& out);
  Need need = Need::kOptional;
};

// `what` in these messages is the thing that has the fields: "a task", "'timeout'". Returns the name that was probably
// meant; "" if none is near.
std::string report_unknown_field(Reporter& reporter, const Node& key, std::string_view what,
                                 std::span<const std::string_view> names);
void report_missing_field(Reporter& reporter, Span at, std::string_view what, std::string_view name);
// A warning: of a key that is given twice the last value counts.
void report_repeated_field(Reporter& reporter, const Node& key);
// Complains if `node` is not a map.
bool expect_map(Reporter& reporter, const Node& node, std::string_view what);

// Returns a bit for each field that was there, in the order of the table.
template <class Reader, class T, std::size_t N>
std::uint64_t read_fields(Reader& reader, Reporter& reporter, const Node& map, std::string_view what,
                          const std::array<FieldOf<Reader, T>, N>& fields, T& out) {
  static_assert(N <= 64);
  if (!expect_map(reporter, map, what)) return 0;
  std::uint64_t seen = 0;
  std::uint64_t meant = 0;  // there under a wrong name: one mistake, not two
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
      for (std::size_t i = 0; i < N; ++i) meant |= fields[i].name == near ? std::uint64_t{1} << i : 0;
      continue;
    }
    seen |= std::uint64_t{1} << at;
    fields[at].read(reader, value, out);
  }
  for (std::size_t i = 0; i < N; ++i) {
    const bool there = ((seen | meant) >> i & 1U) != 0;
    if (!there && fields[i].need == Need::kRequired) report_missing_field(reporter, map.at, what, fields[i].name);
  }
  return seen;
}

}  // namespace sennit::spec
