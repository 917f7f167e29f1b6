#include "api/priority.h"

#include <algorithm>

namespace sennit::api {
namespace {

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

}  // namespace

std::optional<Priority> parse_priority(std::string_view text) {
  for (const Priority priority : {Priority::kHigh, Priority::kNormal, Priority::kLow}) {
    const bool same = std::ranges::equal(text, to_string(priority), [](char a, char b) { return upper(a) == b; });
    if (same) return priority;
  }
  return std::nullopt;
}

}  // namespace sennit::api
