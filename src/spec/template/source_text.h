// The template as the lexer reads it: every line end is one LF, and one LF at the end is gone, as Jinja has it.
//
// Threads:   immutable.
// Ownership: refers to the caller's text, and to a copy of its own only if a carriage return occurs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "spec/template/source_map.h"

namespace sennit::spec::tmpl {

class SourceText {
 public:
  explicit SourceText(std::string_view original);
  SourceText(const SourceText&) = delete;
  SourceText& operator=(const SourceText&) = delete;

  std::string_view text() const { return text_; }
  // The offset in the original of an offset in text().
  std::size_t original(std::size_t offset) const;
  // Says in `map` that text()[begin, end) stands at `output`.
  void map_text(SourceMap& map, std::size_t output, std::size_t begin, std::size_t end) const;

 private:
  std::string normalized_;
  std::string_view text_;
  std::vector<std::uint32_t> removed_;  // offsets in text() of line feeds that had a carriage return before them
};

}  // namespace sennit::spec::tmpl
