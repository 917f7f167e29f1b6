#include "spec/template/source_text.h"

#include <algorithm>

namespace sennit::spec::tmpl {

SourceText::SourceText(std::string_view original) : text_(original) {
  if (original.find('\r') != std::string_view::npos) {
    normalized_.reserve(original.size());
    for (std::size_t i = 0; i < original.size(); ++i) {
      if (original[i] != '\r') {
        normalized_ += original[i];
        continue;
      }
      if (i + 1 < original.size() && original[i + 1] == '\n') {
        removed_.push_back(static_cast<std::uint32_t>(normalized_.size()));
        ++i;
      }
      normalized_ += '\n';
    }
    text_ = normalized_;
  }
  if (text_.ends_with('\n')) text_.remove_suffix(1);
}

std::size_t SourceText::original(std::size_t offset) const {
  const auto before = std::lower_bound(removed_.begin(), removed_.end(), offset);
  return offset + static_cast<std::size_t>(before - removed_.begin());
}

void SourceText::map_text(SourceMap& map, std::size_t output, std::size_t begin, std::size_t end) const {
  map.add_text(output, original(begin));
  auto next = std::lower_bound(removed_.begin(), removed_.end(), begin);
  for (; next != removed_.end() && *next + 1 < end; ++next) {
    const std::size_t line = *next + 1;  // the first byte after the line end
    map.add_text(output + (line - begin), original(line));
  }
}

}  // namespace sennit::spec::tmpl
