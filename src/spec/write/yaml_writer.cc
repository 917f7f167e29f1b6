#include "spec/write/yaml_writer.h"

namespace sennit::spec {
namespace {

constexpr std::size_t kStep = 2;
// Of a list in one line.
constexpr std::size_t kWidth = 100;
// YAML takes no longer key without a `?` before it.
constexpr std::size_t kLongKey = 128;

template <class Write>
std::string in_brackets(std::span<const std::string> values, Write write) {
  std::string out = "[";
  for (const std::string& value : values) {
    if (out.size() > 1) out += ", ";
    out += write(value);
    if (out.size() > kWidth) break;
  }
  return out + "]";
}

}  // namespace

void YamlWriter::begin(bool is_list) {
  Level level{.is_list = is_list, .is_empty = true, .opened = position_, .indent = 0};
  if (!levels_.empty() && levels_.back().is_list) next_item();
  if (!levels_.empty()) {
    const bool beside_key = is_list && !levels_.back().is_list;
    level.indent = levels_.back().indent + (beside_key ? 0 : kStep);
  }
  level.opened = position_;
  levels_.push_back(level);
}

void YamlWriter::end(std::string_view empty) {
  const Level level = levels_.back();
  levels_.pop_back();
  if (!level.is_empty) return;
  position_ = level.opened;
  line(empty);
}

void YamlWriter::begin_map() { begin(false); }
void YamlWriter::end_map() { end("{}"); }
void YamlWriter::begin_list() { begin(true); }
void YamlWriter::end_list() { end("[]"); }

void YamlWriter::next_entry() {
  Level& level = levels_.back();
  const bool inside_line = level.is_empty && level.opened == Position::kAfterDash;
  if (level.is_empty && level.opened == Position::kAfterKey) out_ += '\n';
  if (!inside_line) out_.append(level.indent, ' ');
  level.is_empty = false;
}

void YamlWriter::next_item() {
  next_entry();
  out_ += "- ";
  position_ = Position::kAfterDash;
}

void YamlWriter::key(std::string_view name) {
  next_entry();
  const std::string written = inline_scalar(name, ScalarPlace::kBlock, braces_);
  if (written.size() <= kLongKey) {
    out_ += written;
  } else {
    out_.append("? ").append(written).append("\n").append(levels_.back().indent, ' ');
  }
  out_ += ':';
  position_ = Position::kAfterKey;
}

void YamlWriter::line(std::string_view scalar) {
  if (position_ == Position::kAfterKey) out_ += ' ';
  out_.append(scalar).append("\n");
  open_text_ = false;
}

void YamlWriter::bare(std::string_view value) {
  if (!levels_.empty() && levels_.back().is_list) next_item();
  line(value);
}

void YamlWriter::text(std::string_view value) {
  if (!levels_.empty() && levels_.back().is_list) next_item();
  if (!is_block_text(value, braces_)) {
    line(inline_scalar(value, ScalarPlace::kBlock, braces_));
    return;
  }
  if (position_ == Position::kAfterKey) out_ += ' ';
  append_block_scalar(out_, value, (levels_.empty() ? 0 : levels_.back().indent) + kStep);
  open_text_ = value.ends_with('\n');
}

std::size_t YamlWriter::column() const { return out_.size() - (out_.rfind('\n') + 1); }

void YamlWriter::texts(std::span<const std::string> values) {
  bool has_lines = false;
  for (const std::string& value : values) has_lines = has_lines || is_block_text(value, braces_);
  if (!has_lines) {
    const std::string flow = in_brackets(
        values, [this](const std::string& value) { return inline_scalar(value, ScalarPlace::kFlow, braces_); });
    if (column() + flow.size() <= kWidth) return bare(flow);
  }
  begin_list();
  for (const std::string& value : values) text(value);
  end_list();
}

void YamlWriter::bares(std::span<const std::string> values) {
  std::string flow = "[";
  for (const std::string& value : values) flow.append(flow.size() > 1 ? ", " : "").append(value);
  bare(flow + "]");
}

}  // namespace sennit::spec
