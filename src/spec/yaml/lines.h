// The lines of a YAML text as text: their indentation, and where their content begins behind "- ".
//
// Threads:   pure functions.
// Ownership: lines view the text.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace sennit::spec {

struct Line {
  std::size_t begin = 0;  // byte of the text
  std::string_view text;  // without its end
  std::size_t indent = 0;
  std::size_t content = 0;  // behind the indentation and every "- "; text.size() if there is nothing

  std::string_view after_dashes() const { return text.substr(content); }
  bool is_item() const { return content > indent; }
  bool is_blank() const { return content == text.size() || text[content] == '#'; }
  std::size_t content_at() const { return begin + content; }
};

// The line that the byte at `offset` is in.
Line line_of(std::string_view text, std::size_t offset);
// The nearest line above with content; nothing if there is none.
std::optional<Line> line_above(std::string_view text, const Line& line);

}  // namespace sennit::spec
