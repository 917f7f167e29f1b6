#include "spec/yaml/events.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "spec/source_view.h"
#include "spec/yaml/slip.h"

namespace sennit::spec {
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
  const auto byte_of = [&](const yaml_mark_t& mark) {
    return lines.offset_of(static_cast<std::uint32_t>(mark.line), static_cast<std::uint32_t>(mark.column));
  };
  Complaint complaint{problem, byte_of(parser_.problem_mark), std::nullopt};
  if (parser_.context != nullptr) complaint.context = byte_of(parser_.context_mark);
  report(explain(text_, complaint));
}

void YamlParser::Events::report(Slip slip) {
  const Span at = LineIndex(text_).span_of(slip.at, slip.length);
  const std::string_view made = reporter_.view() != nullptr ? reporter_.view()->line_made(at) : std::string_view();
  if (!made.empty())
    slip.message +=
        fmt::format("; the template made it '{}'", made.substr(std::min(made.find_first_not_of(' '), made.size())));
  reporter_.error(Code::kYamlSyntax, at, "not valid YAML: " + slip.message,
                  {.expected = std::move(slip.expected), .suggestion = {}});
  mend_ = std::move(slip.mend);
}

bool YamlParser::Events::report_torn_off(Span at, Span item) {
  LineIndex lines(text_);
  const std::size_t first = lines.offset_of(item.line, item.column);
  std::optional<Slip> slip = torn_off(text_, lines.offset_of(at.line, at.column), first);
  if (slip) report(std::move(*slip));
  return slip.has_value();
}

bool YamlParser::Events::report_bare_token(Span at) {
  std::optional<Slip> slip = bare_token(text_, LineIndex(text_).offset_of(at.line, at.column));
  if (slip) report(std::move(*slip));
  return slip.has_value();
}

}  // namespace sennit::spec
