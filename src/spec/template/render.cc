#include "spec/template/render.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "spec/template/evaluator.h"
#include "spec/template/fault.h"
#include "spec/template/parser.h"
#include "spec/template/source_text.h"
#include "spec/template/unicode.h"

namespace sennit::spec::tmpl {

namespace {

// Segments of a source map hold 31 bits.
constexpr std::size_t kMostBytes = (1ULL << 31U) - 1;

RenderError error_of(const SourceText& text, std::string_view source, Fault fault) {
  const std::size_t at = fault.offset == Fault::kNowhere ? 0 : text.original(fault.offset);
  return {fault.kind, std::move(fault.message), position_of(source, at), std::move(fault.name)};
}

// Most texts have no tags at all; they need neither parsing nor a copy of the tree.
Rendered plain(const SourceText& source) {
  Rendered rendered;
  rendered.text = source.text();
  source.map_text(rendered.map, 0, 0, source.text().size());
  return rendered;
}

bool has_tags(std::string_view source) {
  for (std::size_t at = source.find('{'); at != std::string_view::npos; at = source.find('{', at + 1)) {
    if (at + 1 == source.size()) return false;
    const char next = source[at + 1];
    if (next == '{' || next == '%' || next == '#') return true;
  }
  return false;
}

}  // namespace

std::string_view to_string(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kSyntax: return "syntax";
    case ErrorKind::kUndefined: return "undefined";
    case ErrorKind::kMissing: return "missing";
    case ErrorKind::kUnknownTag: return "unknown_tag";
    case ErrorKind::kUnknownFilter: return "unknown_filter";
    case ErrorKind::kUnknownTest: return "unknown_test";
    case ErrorKind::kType: return "type";
    case ErrorKind::kValue: return "value";
    case ErrorKind::kSecurity: return "security";
    case ErrorKind::kLimit: return "limit";
    case ErrorKind::kUnsupported: return "unsupported";
  }
  return "";
}

Position position_of(std::string_view source, std::size_t offset) {
  offset = std::min(offset, source.size());
  Position position;
  position.offset = offset;
  std::size_t line_start = 0;
  for (std::size_t at = 0; at < offset; ++at) {
    const bool carriage_return = source[at] == '\r' && (at + 1 == source.size() || source[at + 1] != '\n');
    if (source[at] != '\n' && !carriage_return) continue;
    ++position.line;
    line_start = at + 1;
  }
  position.column = 1 + count_code_points(source.substr(line_start, offset - line_start));
  return position;
}

bool has_template_syntax(std::string_view source) {
  return has_tags(source) || source.find('\r') != std::string_view::npos || source.ends_with('\n');
}

RenderResult render(std::string_view source, const Variables& variables, const RenderOptions& options) {
  const std::size_t most = std::min(options.max_source_bytes, kMostBytes);
  if (source.size() > most) {
    RenderError error{
        ErrorKind::kLimit, fmt::format("the template is longer than {} bytes (max_source_bytes)", most), {}, {}};
    return RenderFailure{{std::move(error)}, std::nullopt};
  }
  RenderOptions bounded = options;
  bounded.max_output_bytes = std::min(options.max_output_bytes, kMostBytes);
  const SourceText text(source);
  if (!has_tags(source) && text.text().size() <= bounded.max_output_bytes) return plain(text);

  Runtime runtime(bounded);
  FaultList faults;
  std::optional<Rendered> rendered;
  try {
    const std::unique_ptr<Template> parsed = parse_template(runtime, text.text(), faults);
    rendered = Evaluator(runtime, *parsed, text, variables, faults).run();
  } catch (Fault& fault) {
    faults.add(std::move(fault));
  }
  if (faults.all().empty()) return *std::move(rendered);
  RenderFailure failure;
  for (Fault& fault : faults.all()) failure.errors.push_back(error_of(text, source, std::move(fault)));
  if (!faults.spoiled()) failure.rest = std::move(rendered);
  return failure;
}

}  // namespace sennit::spec::tmpl
