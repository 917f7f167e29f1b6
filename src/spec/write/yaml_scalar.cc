#include "spec/write/yaml_scalar.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/base64.h"
#include "base/utf8.h"
#include "spec/tasks/sections.h"
#include "spec/yaml/scalar.h"

namespace sennit::spec {
namespace {

constexpr std::uint32_t kNextLine = 0x85;
constexpr std::uint32_t kLineSeparator = 0x2028;
constexpr std::uint32_t kParagraphSeparator = 0x2029;
constexpr std::uint32_t kByteOrderMark = 0xFEFF;

bool is_line_break(std::uint32_t c) {
  return c == '\n' || c == '\r' || c == kNextLine || c == kLineSeparator || c == kParagraphSeparator;
}

// What YAML lets stand for itself, line breaks aside.
bool is_printable(std::uint32_t c) {
  if (c == '\t') return true;
  if (c < 0x20 || is_line_break(c)) return false;
  if (c < 0x7F) return true;
  return (c >= 0xA0 && c <= 0xD7FF) || (c >= 0xE000 && c <= 0xFFFD && c != kByteOrderMark) || c >= 0x10000;
}

template <class Predicate>
bool every_code_point(std::string_view text, Predicate good) {
  while (!text.empty()) {
    const CodePoint c = first_code_point(text);
    if (c.bytes == 0 || !good(c.value)) return false;
    text.remove_prefix(c.bytes);
  }
  return true;
}

bool is_one_printable_line(std::string_view text) {
  return every_code_point(text, [](std::uint32_t c) { return is_printable(c) && c != '\t'; });
}

// Whether the template engine would look into the text. {{input}} it fills in with itself.
bool is_template(std::string_view text) {
  static constexpr std::string_view kInput = "{{input}}";
  for (std::size_t at = text.find(kInput); at != std::string_view::npos; at = text.find(kInput)) {
    if (needs_rendering(text.substr(0, at))) return true;
    text.remove_prefix(at + kInput.size());
  }
  return needs_rendering(text);
}

// The brace at the beginning of `text` opens something for the template engine.
bool opens_template(std::string_view text) {
  if (text.size() < 2 || (text[1] != '{' && text[1] != '%' && text[1] != '#')) return false;
  if (text[1] != '{') return true;
  const std::size_t close = text.find("}}");
  return close == std::string_view::npos || is_template(text.substr(0, close + 2));
}

bool may_stand_plain(std::string_view text, ScalarPlace place) {
  if (resolve_plain(text) != ScalarType::kText || !is_one_printable_line(text)) return false;
  if (text.front() == ' ' || text.back() == ' ' || text.starts_with("---") || text.starts_with("...")) return false;
  static constexpr std::string_view kIndicators = "?:,[]{}#&*!|>'\"%@`";
  if (kIndicators.find(text.front()) != std::string_view::npos) return false;
  if (text.front() == '-' && (text.size() == 1 || text[1] == ' ')) return false;
  if (text.back() == ':' || text.find(": ") != std::string_view::npos || text.find(" #") != std::string_view::npos) {
    return false;
  }
  // In a list in brackets PyYAML and libyaml disagree about the colon, too.
  return place == ScalarPlace::kBlock || text.find_first_of(",[]{}?:") == std::string_view::npos;
}

std::string single_quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') out += '\'';
    out += c;
  }
  return out + "'";
}

void append_escaped(std::string& out, std::uint32_t c) {
  switch (c) {
    case '\n': out += "\\n"; return;
    case '\t': out += "\\t"; return;
    case '\r': out += "\\r"; return;
    case kNextLine: out += "\\N"; return;
    case kLineSeparator: out += "\\L"; return;
    case kParagraphSeparator: out += "\\P"; return;
    default: break;
  }
  auto end = std::back_inserter(out);
  if (c <= 0xFF) {
    fmt::format_to(end, "\\x{:02X}", c);
  } else {
    fmt::format_to(end, "\\u{:04X}", c);
  }
}

void append_code_point(std::string& out, std::string_view text, CodePoint c) {
  if (c.value == '"' || c.value == '\\') out += '\\';
  if (is_printable(c.value) && c.value != '\t') {
    out += text.substr(0, c.bytes);
  } else {
    append_escaped(out, c.value);
  }
}

std::string double_quoted(std::string_view text, Braces braces) {
  std::string out = "\"";
  std::size_t token = 0;  // bytes of one at hand, whose own braces open nothing
  while (!text.empty()) {
    const bool may_open = text.front() == '{' && braces == Braces::kProtected && token == 0;
    const CodePoint c = first_code_point(text);
    const std::size_t bytes = std::max<std::size_t>(c.bytes, 1);
    if (may_open && opens_template(text)) {
      out += "\\x7B";
    } else {
      if (may_open && text.starts_with("{{")) token = text.find("}}") + 2;
      append_code_point(out, text, c);
    }
    token -= std::min(token, bytes);
    text.remove_prefix(bytes);
  }
  return out + "\"";
}

}  // namespace

std::string inline_scalar(std::string_view text, ScalarPlace place, Braces braces) {
  if (first_bad_utf8(text) != std::string_view::npos) return "!!binary " + encode_base64(text);
  if (braces == Braces::kProtected && is_template(text)) return double_quoted(text, braces);
  if (may_stand_plain(text, place)) return std::string(text);
  const bool has_escapes = text.find_first_of("\"\\") != std::string_view::npos;
  if (has_escapes && is_one_printable_line(text)) return single_quoted(text);
  return double_quoted(text, Braces::kPlain);
}

bool is_block_text(std::string_view text, Braces braces) {
  if (text.find('\n') == std::string_view::npos || text.find_first_not_of('\n') == std::string_view::npos) return false;
  if (braces == Braces::kProtected && is_template(text)) return false;
  if (!every_code_point(text, [](std::uint32_t c) { return c == '\n' || is_printable(c); })) return false;
  // A blank at the end of a line would be there, and nobody would see it.
  return text.find(" \n") == std::string_view::npos && text.find("\t\n") == std::string_view::npos &&
         text.back() != ' ' && text.back() != '\t';
}

void append_block_scalar(std::string& out, std::string_view text, std::size_t indent) {
  out += '|';
  // Where the first line does not show how far the others are indented.
  if (text.front() == ' ' || text.front() == '\t' || text.front() == '\n') out += '2';
  if (!text.ends_with('\n')) out += '-';
  if (text.ends_with("\n\n")) out += '+';
  out += '\n';
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (end > 0) out.append(indent, ' ').append(text.substr(0, end));
    out += '\n';
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

}  // namespace sennit::spec
