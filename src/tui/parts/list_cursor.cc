#include "tui/parts/list_cursor.h"

#include <algorithm>

namespace sennit::tui {
namespace {

constexpr long kWheelRows = 3;

}  // namespace

void ListCursor::fit(std::size_t count, int lines, int selected_lines) {
  count_ = count;
  lines_ = std::max(lines, 1);
  selected_lines_ = std::clamp(selected_lines, 1, lines_);
  selected_ = std::min(selected_, count_ == 0 ? 0 : count_ - 1);
  const auto others = static_cast<std::size_t>(lines_ - selected_lines_);
  first_ = std::min(first_, selected_);
  if (selected_ - first_ > others) first_ = selected_ - others;
  // No empty lines below while there are rows above.
  const std::size_t in_sight = others + 1;
  if (count_ <= in_sight) {
    first_ = 0;
  } else {
    first_ = std::min(first_, count_ - in_sight);
  }
}

void ListCursor::select(std::size_t row) {
  selected_ = row;
  fit(count_, lines_, selected_lines_);
}

void ListCursor::move(long by) {
  const long last = static_cast<long>(count_) - 1;
  select(static_cast<std::size_t>(std::clamp(static_cast<long>(selected_) + by, 0L, std::max(last, 0L))));
}

bool ListCursor::take(const Key& key) {
  const long page = std::max(lines_ - selected_lines_, 1);
  if (key.alt) return false;
  if (key.control && (key.character == 'd' || key.character == 'u'))
    return move(key.character == 'd' ? page / 2 : -page / 2), true;
  if (key.control) return false;
  switch (key.name) {
    case KeyName::kUp: return move(-1), true;
    case KeyName::kDown: return move(1), true;
    case KeyName::kPageUp: return move(-page), true;
    case KeyName::kPageDown: return move(page), true;
    case KeyName::kHome: return select(0), true;
    case KeyName::kEnd: return select(count_ == 0 ? 0 : count_ - 1), true;
    case KeyName::kCharacter: break;
    default: return false;
  }
  switch (key.character) {
    case 'j': return move(1), true;
    case 'k': return move(-1), true;
    case 'g': return select(0), true;
    case 'G': return select(count_ == 0 ? 0 : count_ - 1), true;
    default: return false;
  }
}

bool ListCursor::take(const Click& click, const Rect& place) {
  if (!place.contains(click.x, click.y)) return false;
  if (click.kind == Click::Kind::kWheelUp) return move(-kWheelRows), true;
  if (click.kind == Click::Kind::kWheelDown) return move(kWheelRows), true;
  if (click.kind != Click::Kind::kPressed || click.button != 0) return false;
  const std::optional<std::size_t> row = row_at(click.y - place.y);
  if (row) select(*row);
  return row.has_value();
}

std::optional<std::size_t> ListCursor::row_at(int line) const {
  if (line < 0 || line >= lines_) return std::nullopt;
  const auto before = static_cast<int>(selected_ - first_);
  std::size_t row = first_ + static_cast<std::size_t>(line);
  if (line >= before + selected_lines_) {
    row -= static_cast<std::size_t>(selected_lines_ - 1);
  } else if (line >= before) {
    row = selected_;
  }
  return row < count_ ? std::optional(row) : std::nullopt;
}

}  // namespace sennit::tui
