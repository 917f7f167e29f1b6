#include "logs/shown_line.h"

#include <algorithm>

#include "base/printable.h"
#include "base/utf8.h"

namespace sennit::logs {
namespace {

constexpr char kEscape = '\x1b';

bool is_plain(char c) { return (c >= 0x20 && c < 0x7f) || c == '\t'; }

// How many bytes the escape sequence at the front has: all of them, if it does not end.
std::size_t sequence_bytes(std::string_view text) {
  if (text.size() < 2) return text.size();
  if (text[1] == '[') {
    std::size_t end = 2;
    while (end < text.size() && text[end] >= 0x20 && text[end] < 0x40) ++end;
    return std::min(end + 1, text.size());
  }
  if (std::string_view("]PX^_").find(text[1]) != std::string_view::npos) {  // a text up to BEL or ST
    for (std::size_t i = 2; i < text.size(); ++i) {
      if (text[i] == '\a') return i + 1;
      if (text[i] == kEscape && i + 1 < text.size() && text[i + 1] == '\\') return i + 2;
    }
    return text.size();
  }
  std::size_t end = 1;
  while (end < text.size() && text[end] >= 0x20 && text[end] < 0x30) ++end;
  return std::min(end + 1, text.size());
}

// "\x1b[1;31m"
bool is_colour(std::string_view sequence) {
  return sequence.size() >= 3 && sequence[1] == '[' && sequence.back() == 'm' &&
         std::ranges::all_of(sequence.substr(2, sequence.size() - 3),
                             [](char c) { return (c >= '0' && c <= '9') || c == ';' || c == ':'; });
}

bool is_reset(std::string_view colour) { return colour == "\x1b[m" || colour == "\x1b[0m"; }

}  // namespace

void append_shown(std::string& out, std::string_view line) {
  bool coloured = false;
  while (!line.empty()) {
    const auto plain = static_cast<std::size_t>(std::ranges::find_if_not(line, is_plain) - line.begin());
    out += line.substr(0, plain);
    line.remove_prefix(plain);
    if (line.empty()) break;
    std::size_t bytes = 0;
    if (line.front() == kEscape) {
      bytes = sequence_bytes(line);
      const std::string_view sequence = line.substr(0, bytes);
      if (is_colour(sequence)) {
        out += sequence;
        coloured = !is_reset(sequence);
      }
    } else {
      bytes = std::max<std::size_t>(first_code_point(line).bytes, 1);
      out += printable(line.substr(0, bytes));
    }
    line.remove_prefix(bytes);
  }
  if (coloured) out += "\x1b[0m";
}

std::string without_colours(std::string_view shown) {
  std::string out;
  for (std::size_t i = 0; i < shown.size(); ++i) {
    if (shown[i] == kEscape) {
      i = std::min(shown.find('m', i), shown.size());
    } else {
      out += shown[i];
    }
  }
  return out;
}

}  // namespace sennit::logs
