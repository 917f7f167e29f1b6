#include "spec/source_view.h"

#include <algorithm>

namespace sennit::spec {
namespace {

// Longer lines are cut around the column: nobody reads a caret under 60,000 characters.
constexpr std::size_t kShownLine = 240;

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

std::uint32_t characters(std::string_view text) {
  return static_cast<std::uint32_t>(std::ranges::count_if(text, [](char c) { return !is_continuation(c); }));
}

// Cuts a long line so that `column` (from 1) stays visible, and moves the column along.
void shorten(std::string_view line, SourcePlace& place) {
  if (line.size() <= kShownLine) {
    place.text = line;
    return;
  }
  std::size_t at = 0;
  for (std::uint32_t column = 1; column < place.column && at < line.size(); ++at) {
    if (at + 1 >= line.size() || !is_continuation(line[at + 1])) ++column;
  }
  std::size_t begin = at > kShownLine / 2 ? at - kShownLine / 2 : 0;
  while (begin > 0 && begin < line.size() && is_continuation(line[begin])) --begin;
  std::size_t end = std::min(begin + kShownLine, line.size());
  while (end < line.size() && is_continuation(line[end])) ++end;
  place.text = line.substr(begin, end - begin);
}

}  // namespace

std::size_t LineIndex::next_line_start(std::size_t from) const {
  const std::size_t at = text_.find_first_of("\r\n", from);
  if (at == std::string_view::npos) return std::string_view::npos;
  return text_[at] == '\r' && at + 1 < text_.size() && text_[at + 1] == '\n' ? at + 2 : at + 1;
}

void LineIndex::to_line_before() {
  std::size_t end = line_start_ - 1;
  if (text_[end] == '\n' && end > 0 && text_[end - 1] == '\r') --end;
  const std::size_t before = end == 0 ? std::string_view::npos : text_.find_last_of("\r\n", end - 1);
  line_start_ = before == std::string_view::npos ? 0 : before + 1;
  --line_;
}

void LineIndex::go_to_line(std::uint32_t line) {
  while (line < line_) to_line_before();
  while (line_ < line) {
    const std::size_t next = next_line_start(line_start_);
    if (next == std::string_view::npos) return;
    line_start_ = next;
    ++line_;
  }
}

void LineIndex::go_to_offset(std::size_t offset) {
  while (offset < line_start_) to_line_before();
  while (true) {
    const std::size_t next = next_line_start(line_start_);
    if (next == std::string_view::npos || next > offset) return;
    line_start_ = next;
    ++line_;
  }
}

std::size_t LineIndex::offset_of(std::uint32_t line, std::uint32_t column) {
  go_to_line(line);
  std::size_t at = line_start_;
  for (std::uint32_t passed = 0; passed < column && at < text_.size(); ++passed) {
    if (text_[at] == '\n' || text_[at] == '\r') break;
    ++at;
    while (at < text_.size() && is_continuation(text_[at])) ++at;
  }
  return at;
}

Span LineIndex::place_of(std::size_t offset) {
  offset = std::min(offset, text_.size());
  go_to_offset(offset);
  return {line_, characters(text_.substr(line_start_, offset - line_start_)), 0};
}

Span LineIndex::span_of(std::size_t offset, std::size_t bytes) {
  Span span = place_of(offset);
  span.length = characters(text_.substr(std::min(offset, text_.size()), bytes));
  return span;
}

std::string_view LineIndex::line_at(std::size_t offset) const {
  offset = std::min(offset, text_.size());
  std::size_t begin = offset;
  while (begin > 0 && text_[begin - 1] != '\n' && text_[begin - 1] != '\r') --begin;
  return text_.substr(begin, text_.substr(begin).find_first_of("\r\n"));
}

SourcePlace SourceView::place_of(Span yaml) {
  std::size_t at = yaml_.offset_of(yaml.line, yaml.column);
  if (mended_ != nullptr) at = mended_->original(at);
  const std::size_t offset = begin_ + (map_ != nullptr ? map_->source_of(at) : at);
  SourcePlace place = place_of_offset(offset);
  place.length = yaml.length;
  if (map_ == nullptr) return place;
  // The value may come out of an expression: then the expression is what the user sees.
  const std::string_view rest = source_.text().substr(std::min(offset, source_.text().size()));
  if (rest.starts_with("{{") || rest.starts_with("{%")) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    const std::size_t close = line.find(rest[1] == '{' ? "}}" : "%}");
    place.length = close == std::string_view::npos ? 2 : characters(line.substr(0, close + 2));
  }
  return place;
}

Span SourceView::part_of(Span value, std::string_view part) {
  constexpr std::size_t kFar = 1 << 16;
  const std::size_t begin = yaml_.offset_of(value.line, value.column);
  const std::size_t at = yaml_.text().substr(begin, kFar).find(part);
  return at == std::string_view::npos ? value : yaml_.span_of(begin + at, part.size());
}

std::string_view SourceView::line_made(Span yaml) {
  if (map_ == nullptr) return {};
  const std::string_view line = yaml_.line_at(yaml_.offset_of(yaml.line, yaml.column));
  return line.size() > kShownLine || place_of(yaml).text == line ? std::string_view() : line;
}

SourcePlace SourceView::place_of_offset(std::size_t offset) {
  const Span at = source_.place_of(offset);
  SourcePlace place{at.line + 1, at.column + 1, 0, {}};
  shorten(source_.line_at(offset), place);
  return place;
}

}  // namespace sennit::spec
