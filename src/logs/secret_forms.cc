#include "logs/secret_forms.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "base/base64.h"
#include "base/utf8.h"

namespace sennit::logs {
namespace {

// A longer text is looked for in pieces: what is compared at each place, and what is held back at the end of what was
// read, stays short.
constexpr std::size_t kPiece = 512;

constexpr std::string_view kBlanks = " \t\r\n";

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

// A rest that is too short to be a piece of its own belongs to the one before it.
void append_pieces(std::string_view text, std::size_t size, std::vector<Pattern>& out) {
  if (text.size() < size + kLeastSecret) {
    out.push_back({std::string(text)});
    return;
  }
  while (!text.empty()) {
    const std::size_t take = text.size() < size + kLeastSecret ? text.size() : size;
    out.push_back({.text = std::string(text.substr(0, take)), .is_part = true});
    text.remove_prefix(take);
  }
}

void append_text(std::string_view text, std::vector<Pattern>& out) { append_pieces(text, kPiece, out); }

// Lines as programs break them. A rest that is too short for a pattern of its own is not looked for.
void append_lines(std::string_view text, std::size_t width, std::vector<Pattern>& out) {
  if (text.size() <= width) return;
  for (; text.size() >= kLeastSecret; text.remove_prefix(std::min(width, text.size()))) {
    out.push_back({.text = std::string(text.substr(0, width)), .is_part = true});
  }
}

std::string url_safe(std::string text) {
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  return text;
}

std::string unpadded(std::string text) {
  text.resize(text.find_last_not_of('=') + 1);
  return text;
}

// The characters that only the value decides, if `before` bytes stand before it in a group of three.
std::string base64_core(std::string_view value, std::size_t before) {
  constexpr std::size_t kBits = 6;
  const std::string whole = encode_base64(std::string(before, '\0').append(value));
  const std::size_t first = (before * 8 + kBits - 1) / kBits;
  const std::size_t last = (before + value.size()) * 8 / kBits;
  return whole.substr(first, last - first);
}

void append_base64(std::string_view value, std::vector<Pattern>& out) {
  const std::string whole = encode_base64(value);
  std::vector<std::string> texts = {whole, unpadded(whole), base64_core(value, 0), base64_core(value, 1),
                                    base64_core(value, 2)};
  if (!value.ends_with('\n')) texts.push_back(encode_base64(std::string(value) + '\n'));  // `echo $VALUE | base64`
  for (const std::string& text : texts) {
    for (const std::string& spelt : {text, url_safe(text)}) append_text(spelt, out);
  }
  for (const std::string& spelt : {whole, url_safe(whole)}) {
    for (const std::size_t width : {76U, 64U}) append_lines(spelt, width, out);
  }
}

enum class Hex { kUpper, kLower };

// All but letters, digits and what is in `safe` as %XX.
std::string percent_encoded(std::string_view value, std::string_view safe, Hex hex, std::string_view blank = "%20") {
  std::string out;
  for (const char c : value) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (letter || safe.find(c) != std::string_view::npos) {
      out += c;
    } else if (c == ' ') {
      out += blank;
    } else {
      const unsigned value_of_byte = static_cast<unsigned char>(c);
      out += hex == Hex::kUpper ? fmt::format("%{:02X}", value_of_byte) : fmt::format("%{:02x}", value_of_byte);
    }
  }
  return out;
}

void append_urls(std::string_view value, std::vector<Pattern>& out) {
  for (const Hex hex : {Hex::kUpper, Hex::kLower}) {
    append_text(percent_encoded(value, "-._~", hex), out);
    append_text(percent_encoded(value, "-._~/", hex), out);                 // Python's quote()
    append_text(percent_encoded(value, "-._~!*'()", hex), out);             // JavaScript's encodeURIComponent()
    append_text(percent_encoded(value, "-._~", hex, "+"), out);             // in a query
    append_text(percent_encoded(value, "-._*", hex, "+"), out);             // in a form
    append_text(percent_encoded(value, "-._~!*'();:@&=+$,/?#", hex), out);  // encodeURI()
  }
}

// What a JSON writer does beyond what it must.
enum class Json { kPlain, kAscii, kSlashes, kHtml };

std::string json_escaped(std::string_view value, Json how) {
  std::string out;
  while (!value.empty()) {
    const CodePoint point = first_code_point(value);
    const std::string_view bytes = value.substr(0, std::max<std::size_t>(point.bytes, 1));
    value.remove_prefix(bytes.size());
    const char c = bytes.front();
    const bool html = how == Json::kHtml && (c == '<' || c == '>' || c == '&');
    switch (c) {
      case '"': out += "\\\""; continue;
      case '\\': out += "\\\\"; continue;
      case '\n': out += "\\n"; continue;
      case '\r': out += "\\r"; continue;
      case '\t': out += "\\t"; continue;
      case '\b': out += "\\b"; continue;
      case '\f': out += "\\f"; continue;
      default: break;
    }
    const bool escape = point.value < 0x20 || html || (how == Json::kAscii && point.value >= 0x7f);
    if (c == '/' && how == Json::kSlashes) {
      out += "\\/";
    } else if (point.bytes == 0 || !escape) {
      out += bytes;
    } else if (point.value < 0x10000) {
      out += fmt::format("\\u{:04x}", point.value);
    } else {
      const std::uint32_t rest = point.value - 0x10000;
      out += fmt::format("\\u{:04x}\\u{:04x}", 0xd800 + (rest >> 10), 0xdc00 + (rest & 0x3ff));
    }
  }
  return out;
}

void append_json(std::string_view value, std::vector<Pattern>& out) {
  for (const Json how : {Json::kPlain, Json::kAscii, Json::kSlashes, Json::kHtml}) {
    append_text(json_escaped(value, how), out);
  }
}

void append_all(std::string_view value, std::vector<Pattern>& out) {
  append_text(value, out);
  append_base64(value, out);
  append_urls(value, out);
  append_json(value, out);
}

}  // namespace

// Characters, not bytes: continuation bytes of UTF-8 do not count.
bool is_long_enough(std::string_view value) {
  const auto characters = std::ranges::count_if(value, [](char c) { return (c & '\xC0') != '\x80'; });
  return static_cast<std::size_t>(characters) >= kLeastSecret;
}

void append_forms(std::string_view value, std::vector<Pattern>& out) {
  const std::string_view inner = trimmed(value);
  // A value that begins with a line break would hold back the end of every line.
  value.remove_prefix(std::min(value.find_first_not_of("\r\n"), value.size()));
  if (is_long_enough(inner)) append_all(inner, out);
  if (value != inner && is_long_enough(value)) append_all(value, out);
  if (inner.find('\n') == std::string_view::npos) return;
  for (std::string_view rest = inner; !rest.empty();) {
    const std::size_t end = rest.find('\n');
    const std::string_view line = trimmed(rest.substr(0, end));
    if (is_long_enough(line)) append_text(line, out);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
}

}  // namespace sennit::logs
