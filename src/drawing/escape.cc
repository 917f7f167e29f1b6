#include "drawing/escape.h"

#include <fmt/format.h>

#include "base/printable.h"

namespace sennit::drawing {

std::string xml_text(std::string_view raw) {
  std::string out;
  for (const char c : printable(raw)) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string dot_string(std::string_view raw) {
  std::string out = "\"";
  for (const char c : printable(raw)) {
    // A label knows escapes of its own (\N, \l), so the backslash is one of the characters to mark.
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string mermaid_string(std::string_view raw) {
  std::string out = "\"";
  for (const char c : printable(raw)) {
    // Quotes end the label, '#' begins an entity, <> are HTML, a backtick at the front makes it Markdown.
    if (c == '"' || c == '#' || c == '<' || c == '>' || c == '&' || c == '`' || c == '\\') {
      out += fmt::format("#{};", static_cast<int>(c));
    } else {
      out += c;
    }
  }
  return out + '"';
}

}  // namespace sennit::drawing
