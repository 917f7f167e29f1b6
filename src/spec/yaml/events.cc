#include "spec/yaml/events.h"

#include <fmt/format.h>

#include <array>

#include "base/check.h"
#include "spec/source_view.h"

namespace sennit::spec {
namespace {

struct Explanation {
  std::string_view problem;  // libyaml's words
  std::string_view message;
  std::string_view expected;
};

// libyaml's terse complaints in words that help; what is not listed is passed on as it is.
constexpr auto kExplanations = std::to_array<Explanation>({
    {"found character that cannot start any token", "this character cannot begin a value", "quotes around the value"},
    {"found a tab character that violates indentation", "a tab indents this line", "spaces: YAML does not take tabs"},
    {"mapping values are not allowed in this context", "a ':' is not possible here",
     "quotes around a value that contains ': ', or another indentation"},
    {"did not find expected key", "the map goes on here in a way that YAML cannot read",
     "a 'key: value' line at the indentation of the keys above"},
    {"did not find expected '-' indicator", "the list goes on here in a way that YAML cannot read",
     "a '- item' line at the indentation of the items above"},
    {"could not find expected ':'", "a key without its ':'", "'key: value'"},
    {"did not find expected ',' or ']'", "the list that opens here is not closed",
     "',' between its items and ']' after the last"},
    {"did not find expected ',' or '}'", "the map that opens here is not closed",
     "',' between its entries and '}' after the last"},
    {"found unexpected end of stream", "the file ends inside the quotes that open here", "the closing quote"},
    {"found unexpected document indicator", "a document marker inside a quoted text", "the closing quote"},
    {"found unknown escape character", "unknown escape after '\\'", "\\\\ for a backslash, or single quotes"},
    {"found undefined tag handle", "undefined tag", "no tag, or one of YAML's own such as !!str"},
    {"block sequence entries are not allowed in this context", "a '-' item is not possible here",
     "the list on its own lines below its key"},
    {"found invalid Unicode character escape code", "the escape is not a Unicode character", ""},
    {"did not find expected <document start>", "text after the end of the document", "one document"},
});

bool begins_with_tab(std::string_view line) {
  const std::size_t at = line.find_first_not_of(" \t");
  return line.substr(0, at).find('\t') != std::string_view::npos;
}

}  // namespace

YamlParser::Events::Events(std::string_view text, Reporter& reporter) : text_(text), reporter_(reporter) {
  SENNIT_CHECK(yaml_parser_initialize(&parser_) == 1);
  yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
  yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()), text.size());
}

YamlParser::Events::~Events() {
  if (held_) yaml_event_delete(&event_);
  yaml_parser_delete(&parser_);
}

bool YamlParser::Events::advance() {
  if (held_) yaml_event_delete(&event_);
  held_ = yaml_parser_parse(&parser_, &event_) == 1;
  if (held_) return true;
  event_ = {};
  report();
  return false;
}

Span YamlParser::Events::span() const {
  const yaml_mark_t& from = event_.start_mark;
  const yaml_mark_t& to = event_.end_mark;
  const std::size_t length = from.line == to.line ? to.column - from.column : 0;
  return {static_cast<std::uint32_t>(from.line), static_cast<std::uint32_t>(from.column),
          static_cast<std::uint32_t>(length)};
}

void YamlParser::Events::report() {
  const std::string_view problem = parser_.problem != nullptr ? parser_.problem : "unreadable";
  LineIndex lines(text_);
  if (parser_.error == YAML_READER_ERROR) {
    const Span at = lines.place_of(parser_.problem_offset);
    if (parser_.problem_value >= 0 && problem == "control characters are not allowed") {
      reporter_.error(Code::kYamlSyntax, at,
                      fmt::format("the control character U+{:04X} is not allowed in YAML", parser_.problem_value),
                      {.expected = "an escape in double quotes, such as \"\\x1b\"", .suggestion = {}});
      return;
    }
    reporter_.error(Code::kNotUtf8, at, "the file is not UTF-8 text",
                    {.expected = "a file saved as UTF-8", .suggestion = {}});
    return;
  }
  const Span at{static_cast<std::uint32_t>(parser_.problem_mark.line),
                static_cast<std::uint32_t>(parser_.problem_mark.column), 1};
  const std::string_view line = lines.line_at(lines.offset_of(at.line, at.column));
  if (begins_with_tab(line)) {
    reporter_.error(Code::kYamlSyntax, {at.line, static_cast<std::uint32_t>(line.find('\t')), 1},
                    "not valid YAML: a tab indents this line",
                    {.expected = "spaces: YAML does not take tabs", .suggestion = {}});
    return;
  }
  for (const Explanation& known : kExplanations) {
    if (known.problem != problem) continue;
    // What was opened and never closed is seen where it was opened.
    const bool unclosed = known.message.ends_with("is not closed") || known.message.starts_with("the file ends");
    const bool elsewhere = unclosed && parser_.context != nullptr;
    const Span from{static_cast<std::uint32_t>(parser_.context_mark.line),
                    static_cast<std::uint32_t>(parser_.context_mark.column), 1};
    reporter_.error(Code::kYamlSyntax, elsewhere ? from : at, fmt::format("not valid YAML: {}", known.message),
                    {.expected = std::string(known.expected), .suggestion = {}});
    return;
  }
  reporter_.error(Code::kYamlSyntax, at, fmt::format("not valid YAML: {}", problem));
}

}  // namespace sennit::spec
