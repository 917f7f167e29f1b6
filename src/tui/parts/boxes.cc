#include "tui/parts/boxes.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/utf8.h"

namespace sennit::tui {
namespace {

struct Strokes {
  std::string_view across, down, upper_left, upper_right, lower_left, lower_right;
};
constexpr Strokes kLines = {"─", "│", "┌", "┐", "└", "┘"};
constexpr Strokes kHeavyLines = {"━", "┃", "┏", "┓", "┗", "┛"};
constexpr Strokes kAscii = {"-", "|", "+", "+", "+", "+"};
constexpr Strokes kHeavyAscii = {"=", "#", "#", "#", "#", "#"};

// Eighths of a cell, from the left.
constexpr std::array<std::string_view, 8> kEighths = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};

const Strokes& strokes_of(const Look& border, bool ascii) {
  if (border.has(Attribute::kBold)) return ascii ? kHeavyAscii : kHeavyLines;
  return ascii ? kAscii : kLines;
}

}  // namespace

Pane box(const Pane& pane, const Theme& theme, const Look& border, std::string_view title, std::string_view right,
         const Look* right_look) {
  const Strokes& strokes = strokes_of(border, theme.ascii);
  const int last_x = pane.width() - 1;
  const int last_y = pane.height() - 1;
  if (last_x < 1 || last_y < 1) return pane.part({0, 0, 0, 0});
  for (int x = 1; x < last_x; ++x) {
    pane.put(x, 0, strokes.across, border);
    pane.put(x, last_y, strokes.across, border);
  }
  for (int y = 1; y < last_y; ++y) {
    pane.put(0, y, strokes.down, border);
    pane.put(last_x, y, strokes.down, border);
  }
  pane.put(0, 0, strokes.upper_left, border);
  pane.put(last_x, 0, strokes.upper_right, border);
  pane.put(0, last_y, strokes.lower_left, border);
  pane.put(last_x, last_y, strokes.lower_right, border);
  const int right_columns = right.empty() ? 0 : static_cast<int>(display_width(right)) + 2;
  const int room = pane.width() - 4 - (right_columns > 0 ? right_columns + 1 : 0);
  if (!title.empty() && room > 2) {
    pane.put(2, 0, " " + pane.cut(title, room - 2) + " ", border.with(Attribute::kBold));
  }
  if (right_columns > 0 && right_columns <= pane.width() - 4) {
    pane.put(pane.width() - 2 - right_columns, 0, " " + std::string(right) + " ",
             right_look != nullptr ? *right_look : border);
  }
  return pane.part({1, 1, pane.width() - 2, pane.height() - 2});
}

void progress_bar(const Pane& pane, const Theme& theme, int x, int y, int columns, double part, const Look& look) {
  if (columns <= 0) return;
  const double full = std::clamp(std::isfinite(part) ? part : 0.0, 0.0, 1.0) * columns;
  const int whole = static_cast<int>(full);
  for (int i = 0; i < columns; ++i) {
    if (i < whole) {
      pane.put(x + i, y, theme.ascii ? "#" : "█", look);
    } else {
      pane.put(x + i, y, theme.ascii ? "." : "░", theme.faint);
    }
  }
  const auto eighth = static_cast<std::size_t>((full - whole) * 8);
  if (!theme.ascii && whole < columns && eighth > 0) pane.put(x + whole, y, kEighths[eighth], look);
}

void put_waiting(const Pane& pane, const Theme& theme, std::string_view trouble) {
  pane.put_cut(2, 1, trouble.empty() ? "..." : trouble, pane.width() - 4, trouble.empty() ? theme.faint : theme.bad);
}

std::vector<std::string> wrapped(std::string_view text, int columns) {
  std::vector<std::string> lines;
  const int most = std::max(columns, 1);
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    do {
      // As many characters as fit.
      std::size_t end = 0;
      std::size_t first = 0;  // of its characters: at least that one is taken
      std::size_t space = 0;  // behind a word
      int width = 0;
      while (end < line.size()) {
        const std::size_t bytes = std::max<std::size_t>(first_code_point(line.substr(end)).bytes, 1);
        if (first == 0) first = bytes;
        const int wide = columns_of(line.substr(end, bytes));
        if (width + wide > most) break;
        width += wide;
        if (line[end] == ' ' && end > 0 && line[end - 1] != ' ') space = end;
        end += bytes;
      }
      if (end < line.size() && line[end] != ' ' && space > 0) end = space;
      if (end == 0) end = first;
      lines.emplace_back(line.substr(0, end));
      line.remove_prefix(end);
      while (line.starts_with(' ') && !lines.back().empty()) line.remove_prefix(1);
    } while (!line.empty());
  }
  return lines;
}

}  // namespace sennit::tui
