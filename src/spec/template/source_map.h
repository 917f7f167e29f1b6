// Where a byte of rendered text comes from in the template.
//
// Threads:   a finished map is immutable.
// Errors:    none; an offset past the end maps to where the last segment ends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace sennit::spec::tmpl {

class SourceMap {
 public:
  // Literal text of `size` bytes at `output` was copied from `source`. Calls come in order of `output`.
  void add_text(std::size_t output, std::size_t source);
  // What is written from `output` on was computed by the expression at `source`.
  void add_computed(std::size_t output, std::size_t source);

  // The offset in the template of the byte at `output`: exact for literal text, the expression's start otherwise.
  std::size_t source_of(std::size_t output) const;

  std::size_t segments() const { return segments_.size(); }

 private:
  // Eight bytes a segment: a template of a million expressions has two million of them.
  struct Segment {
    std::uint32_t output;
    std::uint32_t computed : 1;
    std::uint32_t source : 31;
  };
  static_assert(sizeof(Segment) == 8);

  std::vector<Segment> segments_;
};

}  // namespace sennit::spec::tmpl
