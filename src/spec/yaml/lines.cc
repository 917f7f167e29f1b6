#include "spec/yaml/lines.h"

#include <algorithm>

namespace sennit::spec {

Line line_of(std::string_view text, std::size_t offset) {
  offset = std::min(offset, text.size());
  Line line;
  const std::size_t before = offset == 0 ? std::string_view::npos : text.find_last_of("\r\n", offset - 1);
  line.begin = before == std::string_view::npos ? 0 : before + 1;
  line.text = text.substr(line.begin);
  line.text = line.text.substr(0, line.text.find_first_of("\r\n"));
  line.indent = std::min(line.text.find_first_not_of(' '), line.text.size());
  line.content = line.indent;
  while (line.text.substr(line.content).starts_with("- ")) {
    line.content = std::min(line.text.find_first_not_of(' ', line.content + 1), line.text.size());
  }
  return line;
}

std::optional<Line> line_above(std::string_view text, const Line& line) {
  std::size_t begin = line.begin;
  while (begin > 0) {
    const Line above = line_of(text, begin - 1);
    if (!above.is_blank()) return above;
    begin = above.begin;
  }
  return std::nullopt;
}

}  // namespace sennit::spec
