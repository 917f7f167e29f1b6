#include "tui/parts/escapes.h"

#include <cstddef>

namespace sennit::tui {
namespace {

// Behind an escape character: how many bytes belong to it.
std::size_t sequence_length(std::string_view rest) {
  if (rest.empty()) return 0;
  if (rest[0] == '[') {
    std::size_t end = 1;
    while (end < rest.size() && (rest[end] < 0x40 || rest[end] > 0x7E)) ++end;
    return end < rest.size() ? end + 1 : rest.size();
  }
  // A string: up to BEL or ESC \.
  if (rest[0] == ']' || rest[0] == 'P' || rest[0] == '^' || rest[0] == '_' || rest[0] == 'X') {
    for (std::size_t end = 1; end < rest.size(); ++end) {
      if (rest[end] == '\a') return end + 1;
      if (rest[end] == '\x1b') return end + (end + 1 < rest.size() && rest[end + 1] == '\\' ? 2 : 1);
    }
    return rest.size();
  }
  return 1;
}

}  // namespace

std::string without_escapes(std::string_view line) {
  std::string out;
  out.reserve(line.size());
  for (std::size_t i = 0; i < line.size(); ++i) {
    const auto byte = static_cast<unsigned char>(line[i]);
    if (byte == 0x1B) {
      i += sequence_length(line.substr(i + 1));
    } else if (byte == '\t') {
      do out += ' ';
      while (out.size() % 8 != 0);
    } else if (byte >= 0x20 && byte != 0x7F) {
      out += line[i];
    }
  }
  return out;
}

}  // namespace sennit::tui
