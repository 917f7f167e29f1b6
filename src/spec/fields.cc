#include "spec/fields.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "spec/suggest.h"

namespace sennit::spec {
namespace {

constexpr std::size_t kShownText = 60;

}  // namespace

std::string report_unknown_field(Reporter& reporter, const Node& key, std::string_view what,
                                 std::span<const std::string_view> names) {
  std::string near = nearest(key.text, names);
  reporter.error(Code::kUnknownField, key.at, fmt::format("unknown field '{}' in {}", key.text, what),
                 {.expected = fmt::format("one of {}", fmt::join(names, ", ")), .suggestion = near});
  return near;
}

void report_repeated_field(Reporter& reporter, const Node& key) {
  reporter.warning(Code::kDuplicateKey, key.at, fmt::format("'{}' is given twice; the last one counts", key.text));
}

void report_second_name(Reporter& reporter, const Node& key, std::string_view what) {
  if (reporter.view() != nullptr) {
    const SourcePlace place = reporter.view()->place_of(key.at);
    const std::string code = fmt::format("SN{}", static_cast<unsigned>(Code::kDuplicateKey));
    reporter.forget_if({}, [&](const Diagnostic& diagnostic) {
      return diagnostic.code == code && diagnostic.line == place.line && diagnostic.column == place.column;
    });
  }
  reporter.error(Code::kDuplicateKey, key.at, fmt::format("a second '{}' in {}", key.text, what),
                 {.expected = "'- ' before it, where the next item begins", .suggestion = {}});
}

void report_missing_field(Reporter& reporter, Span at, std::string_view what, std::string_view name) {
  reporter.error(Code::kMissingField, {at.line, at.column, 1}, fmt::format("{} needs the field '{}'", what, name));
}

bool expect_map(Reporter& reporter, const Node& node, std::string_view what) {
  if (node.is_mapping()) return true;
  std::string expected = "lines of 'field: value'";
  // The commonest cause.
  const std::size_t colon = node.is_text() ? node.text.find(':') : std::string_view::npos;
  if (colon != std::string_view::npos && colon > 0 && colon + 1 < node.text.size() && node.text.size() <= kShownText) {
    expected = fmt::format("'{}: {}', with a space", node.text.substr(0, colon), node.text.substr(colon + 1));
  }
  reporter.error(Code::kWrongType, node.at, fmt::format("{} must be a map, not {}", what, describe(node)),
                 {.expected = std::move(expected), .suggestion = {}});
  return false;
}

}  // namespace sennit::spec
