#include "spec/tasks/names.h"

#include <fmt/format.h>

#include "spec/grammar.h"
#include "spec/values.h"

namespace sennit::spec {
namespace {

constexpr std::string_view kForm = "a letter, then letters, digits, - and _, with a letter or digit last";

}  // namespace

bool read_name(Reporter& reporter, const Node& node, std::string& out) {
  if (node.is_text()) return read_text(reporter, node, "'name'", Accept::kText, out);
  // `on` and `no` would do, were they read as text.
  const bool only_unquoted = node.is_scalar() && !node.is_null() && is_name(node.text);
  report_wrong_type(reporter, node, "'name'", "text",
                    only_unquoted ? fmt::format("quotes around it: \"{}\"", node.text) : std::string(kForm));
  return false;
}

bool check_name(Reporter& reporter, std::string_view name, Span at, std::string_view what) {
  if (is_name(name)) return true;
  reporter.error(Code::kBadName, at, fmt::format("'{}' is not a name for {}", name, what),
                 {.expected = std::string(kForm), .suggestion = {}});
  return false;
}

}  // namespace sennit::spec
