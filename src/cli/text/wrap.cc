#include "cli/text/wrap.h"

#include <algorithm>

#include "base/utf8.h"

namespace sennit::cli {

std::string wrapped(std::string_view text, std::size_t columns) {
  std::string out;
  std::size_t used = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (word.empty()) continue;
    const std::size_t width = display_width(word);
    const bool fits = used > 0 && used + 1 + width <= columns;
    if (used > 0) out.push_back(fits ? ' ' : '\n');
    out.append(word);
    used = fits ? used + 1 + width : width;
  }
  if (used > 0) out.push_back('\n');
  return out;
}

void append_indented(std::string& out, std::size_t spaces, std::string_view lines) {
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    if (end > 0) out.append(spaces, ' ').append(lines.substr(0, end));
    out.push_back('\n');
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
}

}  // namespace sennit::cli
