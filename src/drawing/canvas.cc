#include "drawing/canvas.h"

#include <algorithm>
#include <array>

#include "base/utf8.h"
#include "drawing/wire_arms.h"

namespace sennit::drawing {
namespace {

// By arms: up 1, down 2, left 4, right 8.
constexpr std::array<std::string_view, 16> kLines{" ", "│", "│", "│", "─", "┘", "┐", "┤",
                                                  "─", "└", "┌", "├", "─", "┴", "┬", "┼"};
constexpr std::array<std::string_view, 16> kAsciiLines{" ", "|", "|", "|", "-", "+", "+", "+",
                                                       "-", "+", "+", "+", "-", "+", "+", "+"};

char32_t head_of(layout::Direction direction, Charset charset) {
  const bool down = direction == layout::Direction::kDown;
  if (charset == Charset::kAscii) return down ? U'v' : U'>';
  return down ? U'▼' : U'▶';
}

}  // namespace

Canvas::Canvas(int width, int height, Charset charset)
    : width_(static_cast<std::size_t>(width)),
      height_(height),
      charset_(charset),
      cells_(width_ * static_cast<std::size_t>(height)) {}

Canvas::Cell* Canvas::at(int x, int y) {
  if (x < 0 || y < 0 || x >= static_cast<int>(width_) || y >= height_) return nullptr;
  return &cells_[index_of(x, y)];
}

void Canvas::add_arms(int x, int y, unsigned arms, State state) {
  Cell* const cell = at(x, y);
  if (cell == nullptr) return;
  cell->arms = static_cast<std::uint8_t>(cell->arms | arms);
  if (state != State::kNone) cell->state = state;
}

void Canvas::box(const layout::Box& box, State state) {
  const int right = box.x + box.width - 1;
  const int bottom = box.y + box.height - 1;
  for (int x = box.x; x <= right; ++x) {
    const unsigned arms = (x > box.x ? kLeft : 0) | (x < right ? kRight : 0);
    add_arms(x, box.y, arms, state);
    add_arms(x, bottom, arms, state);
  }
  for (int y = box.y; y <= bottom; ++y) {
    const unsigned arms = (y > box.y ? kUp : 0) | (y < bottom ? kDown : 0);
    add_arms(box.x, y, arms, state);
    add_arms(right, y, arms, state);
  }
}

void Canvas::text(layout::Point point, std::string_view text, State state) {
  int x = point.x;
  while (!text.empty()) {
    const CodePoint next = first_code_point(text);
    const auto columns = next.bytes == 0 ? 1 : static_cast<int>(display_width(next.value));
    text.remove_prefix(std::max<std::size_t>(next.bytes, 1));
    Cell* const cell = at(x, point.y);
    if (columns == 0) {
      if (x > point.x && at(x - 1, point.y) != nullptr) append_utf8(marks_[index_of(x - 1, point.y)], next.value);
      continue;
    }
    if (cell == nullptr || at(x + columns - 1, point.y) == nullptr) return;
    *cell = {.code = next.bytes == 0 ? U'?' : char32_t{next.value}, .arms = 0, .state = state, .covered = false};
    if (columns == 2) *at(x + 1, point.y) = {.code = 0, .arms = 0, .state = state, .covered = true};
    x += columns;
  }
}

void Canvas::wire(const layout::Wire& wire, layout::Direction direction) {
  for (const auto& [where, arms] : arms_of(wire, direction)) {
    Cell* const cell = at(where.x, where.y);
    if (cell == nullptr || cell->code != 0) continue;
    const bool under = arms == kHorizontal && cell->arms == kVertical;
    const bool over = arms == kVertical && cell->arms == kHorizontal;
    if (under) continue;
    cell->arms = static_cast<std::uint8_t>(over ? arms : cell->arms | arms);
  }
  const bool down = direction == layout::Direction::kDown;
  for (const layout::Point& tail : wire.tails) {
    // The box's border opens towards the line.
    const layout::Point border = down ? layout::Point{tail.x, tail.y - 1} : layout::Point{tail.x - 1, tail.y};
    Cell* const cell = at(border.x, border.y);
    if (cell != nullptr && cell->code == 0) add_arms(border.x, border.y, down ? kDown : kRight, State::kNone);
  }
  for (const layout::Point& head : wire.heads) {
    Cell* const cell = at(head.x, head.y);
    if (cell != nullptr) cell->code = head_of(direction, charset_);
  }
}

void Canvas::append(std::string& out, std::size_t index) const {
  const Cell& cell = cells_[index];
  if (cell.covered) return;
  if (cell.code == 0) {
    out += (charset_ == Charset::kUtf8 ? kLines : kAsciiLines)[cell.arms];
    return;
  }
  append_utf8(out, cell.code);
  const auto marks = marks_.find(index);
  if (marks != marks_.end()) out += marks->second;
}

std::vector<TextRow> Canvas::rows() const {
  std::vector<TextRow> rows;
  for (int y = 0; y < height_; ++y) {
    TextRow& row = rows.emplace_back();
    std::size_t length = width_;
    const auto is_blank = [&](std::size_t x) {
      const Cell& cell = cells_[index_of(static_cast<int>(x), y)];
      return (cell.code == 0 || cell.code == U' ') && cell.arms == 0 && !cell.covered;
    };
    while (length > 0 && is_blank(length - 1)) --length;
    for (std::size_t x = 0; x < length; ++x) {
      const std::size_t index = index_of(static_cast<int>(x), y);
      // Spaces go with whatever stands before them.
      const State state = is_blank(x) && !row.empty() ? row.back().state : cells_[index].state;
      if (row.empty() || row.back().state != state) row.push_back({"", state});
      append(row.back().text, index);
    }
  }
  return rows;
}

}  // namespace sennit::drawing
