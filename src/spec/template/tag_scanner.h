// Finds the tags in a template: text, {{ ... }}, {% ... %}, comments, raw blocks, and the run-time tokens that pass
// through ({{output}}, {{input:N}}, {{host:x}}, {{workflow_id}}, {{uuid}}), which here are simply text.
//
// Threads:   pure.
// Ownership: refers to the text.
// Errors:    a Fault of kind kSyntax for a comment or a raw block without an end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace sennit::spec::tmpl {

struct TextRange {
  std::size_t begin;
  std::size_t end;
};

struct Tag {
  enum class Kind : std::uint8_t {
    kEnd,
    kPrint,
    kBlock,
    kSpacedToken,  // {{ output }}: a run-time token written with spaces
  };
  Kind kind = Kind::kEnd;
  std::size_t offset = 0;  // where it opens
  std::size_t inside = 0;  // the first byte after the opening and its sign
  std::string_view name;   // of a spaced token, without braces and spaces: "input:0"
};

class TagScanner {
 public:
  explicit TagScanner(std::string_view text) : text_(text) {}

  // Goes to the next tag that the parser must read; the text before it is added to `texts`. After kPrint and kBlock
  // the caller says with resume() where the tag ends.
  Tag next(std::vector<TextRange>& texts);
  void resume(std::size_t offset) { at_ = offset; }

 private:
  void add_text(std::vector<TextRange>& texts, std::size_t begin, std::size_t end, char sign) const;
  std::size_t find_open(std::size_t from) const;
  std::size_t after_comment(std::size_t offset) const;
  bool skip_raw(std::size_t offset, std::vector<TextRange>& texts);
  Tag print_tag(std::size_t offset);

  std::string_view text_;
  std::size_t at_ = 0;
};

// Whether a tag has its end before the next one opens.
bool is_closed(std::string_view text, const Tag& tag);
// Where to go on behind a {{ }} that cannot be read; one that is not closed in its line ends behind its first name.
std::size_t end_of_unreadable(std::string_view text, const Tag& tag);

// The size of a run-time token without spaces at the start of `text`, braces included; 0 if there is none.
std::size_t runtime_token_size(std::string_view text);

}  // namespace sennit::spec::tmpl
