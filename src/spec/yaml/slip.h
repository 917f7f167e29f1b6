// What somebody meant whose text is not YAML: from libyaml's complaint to the place that must be changed, with words
// that help and, where the cause is certain, the change itself.
//
// libyaml complains where it can go on no further, often a line or more after the slip. These rules look at the lines
// around that place as text.
//
// Threads:   pure functions.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sennit::spec {

// A change of a text: at `at`, `erase` bytes give way to `insert`.
struct Edit {
  std::size_t at = 0;
  std::size_t erase = 0;
  std::string insert;
};

struct Slip {
  std::size_t at = 0;      // bytes of the text
  std::size_t length = 1;  // bytes
  std::string message;
  std::string expected;
  std::vector<Edit> mend;  // in ascending order; empty: what was meant is not certain
};

// libyaml's words, the byte where it stopped, and the byte where what it was reading had begun.
struct Complaint {
  std::string_view problem;
  std::size_t at = 0;
  std::optional<std::size_t> context;
};

Slip explain(std::string_view text, const Complaint& complaint);

// The line at `at` is a field of the list item whose first field is at `item`, but not indented like it. Nothing if
// they are not written as lines.
std::optional<Slip> torn_off(std::string_view text, std::size_t at, std::size_t item);

// {{output}} without quotes is a map in a map to YAML. `at` is within two bytes of its braces; nothing if there are
// none.
std::optional<Slip> bare_token(std::string_view text, std::size_t at);

}  // namespace sennit::spec
