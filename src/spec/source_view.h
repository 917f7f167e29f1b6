// From a place in the YAML text back to the place in the file that the user wrote: through the cut into sections and,
// where there is a template, through the template.
//
// Threads:   one; look-ups move a cursor, because each place is mostly near the one before.
// Ownership: views texts that the loader owns; they must outlive it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "spec/template/source_map.h"
#include "spec/yaml/mark.h"
#include "spec/yaml/mended.h"

namespace sennit::spec {

struct SourcePlace {
  std::uint32_t line = 1;    // from 1
  std::uint32_t column = 1;  // from 1, in characters
  std::uint32_t length = 0;
  std::string text;  // the line
};

// Byte offset <-> line and column of one text. Lines end where YAML says: LF, CR, CRLF.
class LineIndex {
 public:
  explicit LineIndex(std::string_view text) : text_(text) {}

  // Of the character at `line`, `column` (from 0); the end of the line if it is shorter.
  std::size_t offset_of(std::uint32_t line, std::uint32_t column);
  Span place_of(std::size_t offset);
  // Of so many bytes in one line.
  Span span_of(std::size_t offset, std::size_t bytes);
  std::string_view line_at(std::size_t offset) const;
  std::string_view text() const { return text_; }

 private:
  void go_to_line(std::uint32_t line);
  void go_to_offset(std::size_t offset);
  void to_line_before();
  std::size_t next_line_start(std::size_t from) const;

  std::string_view text_;
  std::size_t line_start_ = 0;
  std::uint32_t line_ = 0;
};

class SourceView {
 public:
  // `source` is the whole file, YAML begins at byte `begin` of it.
  explicit SourceView(std::string_view source, std::size_t begin = 0)
      : source_(source), begin_(begin), yaml_(source.substr(begin)) {}
  // YAML is what the template in source[begin...] became.
  SourceView(std::string_view source, std::size_t begin, std::string_view rendered, const tmpl::SourceMap& map)
      : source_(source), begin_(begin), yaml_(rendered), map_(&map) {}

  SourcePlace place_of(Span yaml);
  SourcePlace place_of_offset(std::size_t source_offset);

  // Of the first text like this from the beginning of a value on; the value's place if it is not written like this.
  Span part_of(Span value, std::string_view part);
  // Whether the YAML is what a template made.
  bool is_made() const { return map_ != nullptr; }
  // The line of YAML that a template made, if the file has another in its place; else "".
  std::string_view line_made(Span yaml);

  // The YAML is read once more with changes: places are of the changed text, which `mended` leads back.
  void look_through(std::string_view yaml, const Mended& mended) {
    yaml_ = LineIndex(yaml);
    mended_ = &mended;
  }

 private:
  LineIndex source_;
  std::size_t begin_;
  LineIndex yaml_;
  const tmpl::SourceMap* map_ = nullptr;
  const Mended* mended_ = nullptr;
};

}  // namespace sennit::spec
