#include "storage/dataset/notes_file.h"

#include <fmt/format.h>

#include <string>

#include "spec/reporter.h"
#include "spec/yaml/parser.h"

namespace sennit::storage {
namespace {

using spec::Children;
using spec::Node;

void take(const std::string& name, const Node& value, Notes& notes);

std::string joined(const Node& list) {
  std::string text;
  for (const Node& item : Children(list)) {
    if (!text.empty()) text += ", ";
    text += item.is_sequence() ? joined(item) : std::string(item.text);
  }
  return text;
}

void take_all(const std::string& prefix, const Node& map, Notes& notes) {
  for (const Node& value : Children(map)) take(prefix + std::string(value.key->text), value, notes);
}

void take(const std::string& name, const Node& value, Notes& notes) {
  if (value.is_mapping()) {
    take_all(name + ".", value, notes);
  } else {
    notes.insert_or_assign(name, value.is_sequence() ? joined(value) : std::string(value.text));
  }
}

}  // namespace

Result<Notes> parse_notes(std::string_view text) {
  static const spec::Limits kLimits;
  spec::Reporter reporter("the file", 1);
  spec::SourceView view(text);
  reporter.look_at(view);
  spec::YamlParser parser(text, kLimits, reporter);
  const std::optional<spec::YamlValue> root = parser.root();
  const Node* node = root ? parser.tree(*root) : nullptr;
  if (!parser.failed()) parser.finish();
  if (reporter.errors() > 0) {
    const std::vector<spec::Diagnostic> found = reporter.take();
    const spec::Diagnostic& first = found.front();
    return Error(ErrorCode::kInvalid, fmt::format("line {}: {}", first.line, first.message));
  }
  Notes notes;
  if (node == nullptr || node->is_null()) return notes;
  if (!node->is_mapping()) return Error(ErrorCode::kInvalid, "a map of names to values was expected");
  take_all("", *node, notes);
  return notes;
}

}  // namespace sennit::storage
