#include "base/printable.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <iterator>

#include "base/utf8.h"

namespace sennit {
namespace {

// C0, DEL, C1, and the marks that turn the writing direction around.
bool is_control(std::uint32_t value) {
  return value < 0x20 || (value >= 0x7F && value < 0xA0) || (value >= 0x202A && value <= 0x202E) ||
         (value >= 0x2066 && value <= 0x2069);
}

void append_escaped(std::string& out, std::string_view bytes) {
  if (bytes == "\n") {
    out += "\\n";
  } else if (bytes == "\t") {
    out += "\\t";
  } else {
    for (const char c : bytes) fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<unsigned char>(c));
  }
}

// How many bytes at the front are whole characters that fit into `columns`.
std::size_t bytes_within(std::string_view text, std::size_t columns) {
  std::size_t width = 0;
  std::size_t kept = 0;
  while (kept < text.size()) {
    const CodePoint point = first_code_point(text.substr(kept));
    const std::size_t more = point.bytes == 0 ? 1 : display_width(point.value);
    if (width + more > columns) break;
    width += more;
    kept += std::max<std::size_t>(point.bytes, 1);
  }
  return kept;
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const CodePoint point = first_code_point(text);
    const std::size_t bytes = std::max<std::size_t>(point.bytes, 1);
    if (point.bytes == 0 || is_control(point.value)) {
      append_escaped(out, text.substr(0, bytes));
    } else {
      out += text.substr(0, bytes);
    }
    text.remove_prefix(bytes);
  }
  return out;
}

std::string cut_to_width(std::string_view text, std::size_t columns, std::string_view mark) {
  if (display_width(text) <= columns) return std::string(text);
  const std::size_t mark_width = display_width(mark);
  if (columns <= mark_width) return std::string(mark.substr(0, bytes_within(mark, columns)));
  return std::string(text.substr(0, bytes_within(text, columns - mark_width))).append(mark);
}

std::string cut_in_the_middle(std::string_view text, std::size_t columns, std::string_view mark) {
  const std::size_t width = display_width(text);
  if (width <= columns) return std::string(text);
  const std::size_t mark_width = display_width(mark);
  if (columns <= mark_width) return std::string(mark.substr(0, bytes_within(mark, columns)));
  const std::size_t kept = columns - mark_width;
  std::string_view tail = text;
  // Whole characters go from the front until what is left fits.
  std::size_t tail_width = width;
  while (tail_width > kept / 2) {
    const CodePoint point = first_code_point(tail);
    tail_width -= point.bytes == 0 ? 1 : display_width(point.value);
    tail.remove_prefix(std::max<std::size_t>(point.bytes, 1));
  }
  const std::size_t head = bytes_within(text, kept - tail_width);
  return std::string(text.substr(0, head)).append(mark).append(tail);
}

}  // namespace sennit
