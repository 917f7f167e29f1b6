#include "cli/text/json_layout.h"

namespace sennit::cli {
namespace {

constexpr std::string_view kSpace = " \t\r\n";

// The end of the string that begins at `at`, behind its closing quote.
std::size_t end_of_string(std::string_view json, std::size_t at) {
  for (++at; at < json.size(); ++at) {
    if (json[at] == '\\') {
      ++at;
    } else if (json[at] == '"') {
      return at + 1;
    }
  }
  return json.size();
}

void new_line(std::string& out, std::size_t depth) { out.append("\n").append(depth * 2, ' '); }

}  // namespace

std::string indented(std::string_view json) {
  std::string out;
  out.reserve(json.size() * 2);
  std::size_t depth = 0;
  for (std::size_t at = 0; at < json.size();) {
    const char c = json[at];
    if (c == '"') {
      const std::size_t end = end_of_string(json, at);
      out += json.substr(at, end - at);
      at = end;
      continue;
    }
    ++at;
    if (kSpace.find(c) != std::string_view::npos) continue;
    if (c == '{' || c == '[') {
      const std::size_t next = json.find_first_not_of(kSpace, at);
      out += c;
      if (next != std::string_view::npos && (json[next] == '}' || json[next] == ']')) {
        out += json[next];
        at = next + 1;
        continue;
      }
      new_line(out, ++depth);
    } else if (c == '}' || c == ']') {
      if (depth > 0) --depth;
      new_line(out, depth);
      out += c;
    } else {
      out += c;
      if (c == ',') new_line(out, depth);
      if (c == ':') out += ' ';
    }
  }
  out += '\n';
  return out;
}

}  // namespace sennit::cli
