#include "spec/tasks/between_tags.h"

#include <algorithm>
#include <array>

namespace sennit::spec {
namespace {

constexpr auto kElsewhere = std::to_array<std::string_view>(
    {"block", "call", "extends", "filter", "from", "import", "include", "macro", "raw"});

// The first word of {%- word ... %}.
std::string_view word_of(std::string_view tag) {
  tag.remove_prefix(std::min(tag.find_first_not_of("{%-+ \t\r\n"), tag.size()));
  return tag.substr(0, tag.find_first_of(" \t\r\n-+%("));
}

// Behind the tag at `begin`.
std::size_t end_of(std::string_view text, std::size_t begin) {
  const char inner = text[begin + 1] == '{' ? '}' : text[begin + 1];
  const char closing[] = {inner, '}'};
  const std::size_t end = text.find(std::string_view(closing, 2), begin + 2);
  const std::size_t next = text.find(text.substr(begin, 2), begin + 2);
  if (end != std::string_view::npos && end < next) return end + 2;
  return std::min(text.find('\n', begin), text.size());
}

}  // namespace

std::optional<std::string> between_tags(std::string_view text) {
  std::string rest(text);
  for (std::size_t at = text.find('{'); at < text.size(); at = text.find('{', at)) {
    const char sign = at + 1 < text.size() ? text[at + 1] : ' ';
    if (sign != '{' && sign != '%' && sign != '#') {
      ++at;
      continue;
    }
    const std::size_t end = end_of(text, at);
    const std::string_view word = sign == '%' ? word_of(text.substr(at, end - at)) : std::string_view();
    if (std::ranges::find(kElsewhere, word) != kElsewhere.end()) return std::nullopt;
    for (; at < end; ++at) {
      if (rest[at] != '\n' && rest[at] != '\r') rest[at] = sign == '{' ? 'x' : ' ';
    }
  }
  return rest;
}

}  // namespace sennit::spec
