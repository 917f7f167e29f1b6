#include "tui/parts/escapes.h"

#include <cstddef>

#include "base/utf8.h"

namespace sennit::tui {
namespace {

bool is_within(char byte, int low, int high) { return byte >= low && byte <= high; }

// Behind an escape character: how many bytes belong to it.
std::size_t sequence_length(std::string_view rest) {
  if (rest.empty()) return 0;
  // What breaks a sequence off is not part of it.
  if (rest[0] == '[') {
    std::size_t end = 1;
    while (end < rest.size() && is_within(rest[end], 0x20, 0x3F)) ++end;
    return end < rest.size() && is_within(rest[end], 0x40, 0x7E) ? end + 1 : end;
  }
  // A string: up to BEL or ESC \.
  if (rest[0] == ']' || rest[0] == 'P' || rest[0] == '^' || rest[0] == '_' || rest[0] == 'X') {
    for (std::size_t end = 1; end < rest.size(); ++end) {
      if (rest[end] == '\a') return end + 1;
      if (rest[end] == '\x1b') return rest.substr(end + 1).starts_with('\\') ? end + 2 : end;
    }
    return rest.size();
  }
  // "(B" and the like: a set of characters is chosen.
  std::size_t end = 0;
  while (end < rest.size() && is_within(rest[end], 0x20, 0x2F)) ++end;
  return end < rest.size() && is_within(rest[end], 0x30, 0x7E) ? end + 1 : end;
}

}  // namespace

std::string without_escapes(std::string_view line) {
  std::string out;
  out.reserve(line.size());
  std::size_t measured = 0;  // bytes of `out`, up to the last tab
  std::size_t column = 0;    // there
  for (std::size_t i = 0; i < line.size(); ++i) {
    const auto byte = static_cast<unsigned char>(line[i]);
    if (byte == 0x1B) {
      i += sequence_length(line.substr(i + 1));
    } else if (byte == '\t') {
      column += display_width(std::string_view(out).substr(measured));
      const std::size_t spaces = 8 - column % 8;
      out.append(spaces, ' ');
      column += spaces;
      measured = out.size();
    } else if (byte >= 0x20 && byte != 0x7F) {
      out += line[i];
    }
  }
  return out;
}

}  // namespace sennit::tui
