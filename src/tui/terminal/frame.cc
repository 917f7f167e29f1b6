#include "tui/terminal/frame.h"

#include <algorithm>

#include "base/printable.h"
#include "base/utf8.h"

namespace sennit::tui {
namespace {

constexpr std::uint32_t kZeroWidthJoiner = 0x200D;

bool is_variation_selector(std::uint32_t point) { return point >= 0xFE00 && point <= 0xFE0F; }

bool is_control(std::uint32_t point) { return point < 0x20 || (point >= 0x7F && point < 0xA0); }

// Marks that turn the direction of what follows could show a name as another one.
bool turns_direction(std::uint32_t point) {
  return (point >= 0x202A && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069) || point == 0x200E ||
         point == 0x200F;
}

// What terminals do not agree on how to join is not joined.
bool is_left_out(std::uint32_t point) {
  return point == kZeroWidthJoiner || is_variation_selector(point) || turns_direction(point);
}

// What stands in place of what cannot be shown; "": it is shown as it is, or not at all.
std::string word_for(const CodePoint& point, std::string_view bytes) {
  return point.bytes == 0 || is_control(point.value) ? printable(bytes) : "";
}

void set(Cell& cell, std::string_view bytes, std::uint8_t width, const Look& look) {
  cell.size = static_cast<std::uint8_t>(std::min(bytes.size(), Cell::kMostBytes));
  cell.bytes = {};
  std::copy_n(bytes.begin(), cell.size, cell.bytes.begin());
  cell.width = width;
  cell.look = look;
}

// Half of a wide character is a space.
void break_wide(Frame& frame, int x, int y) {
  if (frame.at(x, y).width == 0 && x > 0) set(frame.at(x - 1, y), " ", 1, frame.at(x - 1, y).look);
  if (frame.at(x, y).width == 2 && x + 1 < frame.width()) set(frame.at(x + 1, y), " ", 1, frame.at(x + 1, y).look);
}

}  // namespace

int columns_of(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) {
    const CodePoint point = first_code_point(text);
    const std::string_view bytes = text.substr(0, std::max<std::size_t>(point.bytes, 1));
    text.remove_prefix(bytes.size());
    const std::string word = word_for(point, bytes);
    if (!word.empty()) columns += word.size();
    if (word.empty() && !is_left_out(point.value)) columns += display_width(point.value);
  }
  return static_cast<int>(columns);
}

Frame::Frame(int width, int height, Charset charset)
    : width_(std::max(width, 0)),
      height_(std::max(height, 0)),
      charset_(charset),
      cells_(static_cast<std::size_t>(width_) * static_cast<std::size_t>(height_)) {}

std::string Frame::text() const {
  std::string out;
  for (int y = 0; y < height_; ++y) {
    std::string line;
    for (int x = 0; x < width_; ++x) {
      if (at(x, y).width > 0) line += at(x, y).text();
    }
    out.append(line, 0, line.find_last_not_of(' ') + 1);
    out += '\n';
  }
  return out;
}

Pane Pane::part(Rect place) const {
  const int left = std::clamp(place.x, 0, place_.width);
  const int top = std::clamp(place.y, 0, place_.height);
  const int right = std::clamp(place.x + place.width, left, place_.width);
  const int bottom = std::clamp(place.y + place.height, top, place_.height);
  return {*frame_, {place_.x + left, place_.y + top, right - left, bottom - top}};
}

void Pane::fill(const Look& look) const {
  for (int y = 0; y < height(); ++y) {
    for (int x = 0; x < width(); ++x) put_one(x, y, " ", 1, look);
  }
}

bool Pane::put_one(int x, int y, std::string_view bytes, int columns, const Look& look) const {
  if (x < 0 || y < 0 || y >= height() || x + columns > width()) return false;
  const int column = place_.x + x;
  const int row = place_.y + y;
  for (int i = 0; i < columns; ++i) break_wide(*frame_, column + i, row);
  set(frame_->at(column, row), bytes, static_cast<std::uint8_t>(columns), look);
  if (columns == 2) set(frame_->at(column + 1, row), "", 0, look);
  return true;
}

void Pane::join(int x, int y, std::string_view mark) const {
  if (x < 0 || x >= width() || y < 0 || y >= height()) return;
  Cell* cell = &frame_->at(place_.x + x, place_.y + y);
  if (cell->width == 0) {
    if (x == 0) return;  // its other half is not ours
    cell = &frame_->at(place_.x + x - 1, place_.y + y);
  }
  if (cell->size + mark.size() > Cell::kMostBytes) return;
  std::ranges::copy(mark, cell->bytes.begin() + cell->size);
  cell->size = static_cast<std::uint8_t>(cell->size + mark.size());
}

int Pane::put(int x, int y, std::string_view text, const Look& look) const {
  while (!text.empty()) {
    const CodePoint point = first_code_point(text);
    const std::size_t length = std::max<std::size_t>(point.bytes, 1);
    const std::string_view bytes = text.substr(0, length);
    text.remove_prefix(length);
    const std::string word = word_for(point, bytes);
    for (const char& letter : word) {
      if (x >= 0 && !put_one(x, y, {&letter, 1}, 1, look)) return x;
      ++x;
    }
    if (!word.empty() || is_left_out(point.value)) continue;
    const int columns = static_cast<int>(display_width(point.value));
    if (point.value >= 0x80 && frame_->charset() == Charset::kAscii) {
      for (int i = 0; i < columns; ++i, ++x) {
        if (x >= 0 && !put_one(x, y, "?", 1, look)) return x;
      }
      continue;
    }
    if (columns == 0) {
      join(x - 1, y, bytes);
      continue;
    }
    // The first that does not fit is the end: a narrower one behind it would not belong there.
    if (x >= 0 && !put_one(x, y, bytes, columns, look)) return x;
    x += columns;
  }
  return x;
}

int Pane::put_cut(int x, int y, std::string_view text, int columns, const Look& look) const {
  if (columns <= 0) return x;
  return put(x, y, cut(text, columns), look);
}

std::string Pane::cut(std::string_view text, int columns) const {
  const std::string_view mark = frame_->charset() == Charset::kAscii ? "~" : "…";
  return cut_to_width(printable(text), static_cast<std::size_t>(std::max(columns, 0)), mark);
}

void Pane::put_right(int y, std::string_view text, const Look& look) const {
  put(std::max(0, width() - columns_of(text)), y, text, look);
}

void Pane::paint(Rect place, const Look& look) const {
  const Pane area = part(place);
  for (int y = 0; y < area.height(); ++y) {
    for (int x = 0; x < area.width(); ++x) frame_->at(area.place_.x + x, area.place_.y + y).look = look;
  }
}

void Pane::shade(Rect place, Colour back) const {
  const Pane area = part(place);
  for (int y = 0; y < area.height(); ++y) {
    for (int x = 0; x < area.width(); ++x) frame_->at(area.place_.x + x, area.place_.y + y).look.back = back;
  }
}

}  // namespace sennit::tui
