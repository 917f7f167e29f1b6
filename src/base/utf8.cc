#include "base/utf8.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

#include "base/character_width.h"

namespace sennit {

CodePoint first_code_point(std::string_view text) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return {};
  std::uint32_t value = lead & (0x7FU >> length);
  for (std::size_t at = 1; at < length; ++at) {
    if ((byte(at) & 0xC0) != 0x80) return {};
    value = value << 6 | (byte(at) & 0x3FU);
  }
  constexpr std::array<std::uint32_t, 5> kSmallest{0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value < kSmallest[length] || value > 0x10FFFF || surrogate) return {};
  return {value, length};
}

void append_utf8(std::string& out, std::uint32_t code_point) {
  const auto put = [&out](std::uint32_t bits) { out += static_cast<char>(bits); };
  if (code_point < 0x80) return put(code_point);
  if (code_point < 0x800) {
    put(0xC0 | code_point >> 6);
  } else if (code_point < 0x10000) {
    put(0xE0 | code_point >> 12);
    put(0x80 | (code_point >> 6 & 0x3F));
  } else {
    put(0xF0 | code_point >> 18);
    put(0x80 | (code_point >> 12 & 0x3F));
    put(0x80 | (code_point >> 6 & 0x3F));
  }
  put(0x80 | (code_point & 0x3F));
}

std::size_t first_bad_utf8(std::string_view text) {
  constexpr std::uint64_t kHighBits = 0x8080808080808080U;
  for (std::size_t at = 0; at < text.size();) {
    // Large files are mostly ASCII: eight bytes at a time.
    std::uint64_t word = kHighBits;
    if (at + sizeof(word) <= text.size()) std::memcpy(&word, text.data() + at, sizeof(word));
    if ((word & kHighBits) == 0) {
      at += sizeof(word);
      continue;
    }
    if (static_cast<unsigned char>(text[at]) < 0x80) {
      ++at;
      continue;
    }
    const CodePoint point = first_code_point(text.substr(at));
    if (point.bytes == 0) return at;
    at += point.bytes;
  }
  return std::string_view::npos;
}

std::size_t whole_code_points(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return text.size();
  constexpr std::size_t kMostBytes = 4;
  for (std::size_t before = 1; before < kMostBytes && before <= limit; ++before) {
    const std::size_t begin = limit - before;
    if (first_code_point(text.substr(begin)).bytes > before) return begin;
  }
  return limit;
}

std::size_t display_width(std::uint32_t code_point) { return character_width(code_point); }

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const CodePoint point = first_code_point(text);
    width += point.bytes == 0 ? 1 : display_width(point.value);
    text.remove_prefix(std::max<std::size_t>(point.bytes, 1));
  }
  return width;
}

}  // namespace sennit
