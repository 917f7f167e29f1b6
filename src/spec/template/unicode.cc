#include "spec/template/unicode.h"

#include <locale.h>  // NOLINT(modernize-deprecated-headers): newlocale and the _l functions are POSIX, not C++
#include <wctype.h>  // NOLINT(modernize-deprecated-headers)

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <utility>

namespace sennit::spec::tmpl {

namespace {

// glibc has the C.UTF-8 tables built in; without them only ASCII has case and classes.
locale_t tables() {
  static const locale_t locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  return locale;
}

bool ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool ascii_lower(char32_t code) { return code >= U'a' && code <= U'z'; }
bool ascii_upper(char32_t code) { return code >= U'A' && code <= U'Z'; }

char32_t upper(char32_t code) {
  if (code < 0x80) return ascii_lower(code) ? code - 32 : code;
  return tables() == nullptr ? code : static_cast<char32_t>(towupper_l(static_cast<wint_t>(code), tables()));
}

char32_t lower(char32_t code) {
  if (code < 0x80) return ascii_upper(code) ? code + 32 : code;
  return tables() == nullptr ? code : static_cast<char32_t>(towlower_l(static_cast<wint_t>(code), tables()));
}

// The zeros of the scripts that have digits; one to nine follow each. Unicode 14.
constexpr auto kZeros = std::to_array<char32_t>(
    {0x30,    0x660,   0x6f0,   0x7c0,   0x966,   0x9e6,   0xa66,   0xae6,   0xb66,   0xbe6,   0xc66,
     0xce6,   0xd66,   0xde6,   0xe50,   0xed0,   0xf20,   0x1040,  0x1090,  0x17e0,  0x1810,  0x1946,
     0x19d0,  0x1a80,  0x1a90,  0x1b50,  0x1bb0,  0x1c40,  0x1c50,  0xa620,  0xa8d0,  0xa900,  0xa9d0,
     0xa9f0,  0xaa50,  0xabf0,  0xff10,  0x104a0, 0x10d30, 0x11066, 0x110f0, 0x11136, 0x111d0, 0x112f0,
     0x11450, 0x114d0, 0x11650, 0x116c0, 0x11730, 0x118e0, 0x11950, 0x11c50, 0x11d50, 0x11da0, 0x16a60,
     0x16ac0, 0x16b50, 0x1d7ce, 0x1d7d8, 0x1d7e2, 0x1d7ec, 0x1d7f6, 0x1e140, 0x1e2f0, 0x1e950, 0x1fbf0});
static_assert(std::ranges::is_sorted(kZeros));

// 0 to 9; nothing if it is no digit.
std::optional<unsigned> digit_of(char32_t code) {
  const auto* const after = std::ranges::upper_bound(kZeros, code);
  if (after == kZeros.begin()) return std::nullopt;
  const char32_t value = code - *std::prev(after);
  return value < 10 ? std::optional(static_cast<unsigned>(value)) : std::nullopt;
}

}  // namespace

Decoded decode(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(at);
  if (first < 0x80) return {first, 1};
  const std::size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 1;
  if (size == 1 || first > 0xf4 || at + size > text.size()) return {first, 1};
  char32_t code = first & (0x7fU >> size);
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(at + i) & 0xc0U) != 0x80) return {first, 1};
    code = code << 6U | (byte(at + i) & 0x3fU);
  }
  return {code, size};
}

std::size_t count_code_points(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); at += decode(text, at).size) ++count;
  return count;
}

std::size_t byte_offset(std::string_view text, std::size_t index) {
  std::size_t at = 0;
  for (; index > 0 && at < text.size(); --index) at += decode(text, at).size;
  return at;
}

bool is_space(char32_t code) {
  if (code < 0x80) return (code >= 9 && code <= 13) || (code >= 0x1c && code <= 0x20);
  return code == 0x85 || code == 0xa0 || code == 0x1680 || (code >= 0x2000 && code <= 0x200a) || code == 0x2028 ||
         code == 0x2029 || code == 0x202f || code == 0x205f || code == 0x3000;
}

bool is_alpha(char32_t code) {
  if (code < 0x80) return ascii_lower(code) || ascii_upper(code);
  return tables() != nullptr && iswalpha_l(static_cast<wint_t>(code), tables()) != 0 && !is_digit(code);
}

bool is_digit(char32_t code) { return digit_of(code).has_value(); }

std::string with_ascii_digits(std::string_view text) {
  if (ascii(text)) return std::string(text);
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const Decoded next = decode(text, at);
    const std::optional<unsigned> digit = digit_of(next.code);
    if (digit) {
      out += static_cast<char>('0' + *digit);
    } else {
      out += text.substr(at, next.size);
    }
    at += next.size;
  }
  return out;
}

bool is_word(char32_t code) { return is_alpha(code) || is_digit(code) || code == U'_'; }

bool is_printable(char32_t code) {
  if (code < 0x80) return code >= 0x20 && code < 0x7f;
  if (code < 0xa1 || is_space(code)) return false;
  // Format characters and private use, which the C library calls printable.
  constexpr std::pair<char32_t, char32_t> kHidden[] = {
      {0xad, 0xad},     {0x600, 0x605},   {0x61c, 0x61c},   {0x6dd, 0x6dd},     {0x70f, 0x70f},
      {0x180e, 0x180e}, {0x200b, 0x200f}, {0x202a, 0x202e}, {0x2060, 0x206f},   {0xd800, 0xf8ff},
      {0xfeff, 0xfeff}, {0xfff0, 0xfffb}, {0xfffe, 0xffff}, {0xe0000, 0xe0fff}, {0xf0000, 0x10ffff},
  };
  for (const auto& [first, last] : kHidden) {
    if (code >= first && code <= last) return false;
  }
  return tables() == nullptr || iswprint_l(static_cast<wint_t>(code), tables()) != 0;
}

bool is_upper(char32_t code) { return ascii_upper(code) || (code >= 0x80 && lower(code) != code); }
bool is_lower(char32_t code) { return ascii_lower(code) || (code >= 0x80 && (upper(code) != code || code == 0xdf)); }

void append_upper(std::string& out, char32_t code) {
  if (code == 0xdf) {
    out += "SS";  // the one common letter whose capital is two
    return;
  }
  append_utf8(out, upper(code));
}

void append_lower(std::string& out, char32_t code) {
  if (code == 0x130) {
    out += "i\u0307";  // the one capital whose small letter is two
    return;
  }
  append_utf8(out, lower(code));
}

std::string to_upper(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  if (ascii(text)) {
    for (const char c : text) out.push_back(static_cast<char>(upper(static_cast<unsigned char>(c))));
    return out;
  }
  for (std::size_t at = 0; at < text.size();) {
    const Decoded next = decode(text, at);
    append_upper(out, next.code);
    at += next.size;
  }
  return out;
}

std::string to_lower(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  if (ascii(text)) {
    for (const char c : text) out.push_back(static_cast<char>(lower(static_cast<unsigned char>(c))));
    return out;
  }
  for (std::size_t at = 0; at < text.size();) {
    const Decoded next = decode(text, at);
    append_lower(out, next.code);
    at += next.size;
  }
  return out;
}

std::string_view strip_left(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const Decoded next = decode(text, at);
    if (!is_space(next.code)) break;
    at += next.size;
  }
  return text.substr(at);
}

std::string_view strip_right(std::string_view text) {
  while (!text.empty()) {
    std::size_t start = text.size() - 1;
    while (start > 0 && text.size() - start < 4 && (static_cast<unsigned char>(text[start]) & 0xc0U) == 0x80) --start;
    const Decoded last = decode(text, start);
    if (start + last.size != text.size() || !is_space(last.code)) break;
    text = text.substr(0, start);
  }
  return text;
}

std::string_view strip(std::string_view text) { return strip_right(strip_left(text)); }

}  // namespace sennit::spec::tmpl
