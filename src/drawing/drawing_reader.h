// For tests: reads a drawing from above to below as a person would, from its characters alone.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/utf8.h"
#include "drawing/wire_arms.h"

namespace sennit::drawing {

class DrawingReader {
 public:
  // One character a column: names are ASCII.
  explicit DrawingReader(const std::string& drawing) {
    std::vector<std::u32string> rows(1);
    for (std::string_view rest = drawing; !rest.empty();) {
      const CodePoint point = first_code_point(rest);
      rest.remove_prefix(point.bytes);
      if (point.value == '\n') {
        rows.emplace_back();
      } else {
        rows.back() += static_cast<char32_t>(point.value);
      }
    }
    rows_ = std::move(rows);
  }

  // Every line from a box to a box, as the boxes' names.
  std::set<std::pair<std::string, std::string>> edges() const {
    std::set<std::pair<std::string, std::string>> found;
    for (int y = 0; y < static_cast<int>(rows_.size()); ++y) {
      for (int x = 0; x < static_cast<int>(rows_[static_cast<std::size_t>(y)].size()); ++x) {
        // A box's lower border that opens downwards.
        if (at(x, y) != U'┬' || name_above(x, y).empty()) continue;
        std::set<std::pair<int, int>> heads;
        std::set<std::vector<int>> seen;
        follow(x, y + 1, kDown, heads, seen);
        for (const auto& [head_x, head_y] : heads) found.emplace(name_above(x, y), name_below(head_x, head_y));
      }
    }
    return found;
  }

 private:
  char32_t at(int x, int y) const {
    if (y < 0 || y >= static_cast<int>(rows_.size())) return U' ';
    const std::u32string& row = rows_[static_cast<std::size_t>(y)];
    return x < 0 || x >= static_cast<int>(row.size()) ? U' ' : row[static_cast<std::size_t>(x)];
  }

  static unsigned arms_of_character(char32_t c) {
    static const std::map<char32_t, unsigned> kArms{{U'│', kVertical},
                                                    {U'─', kHorizontal},
                                                    {U'┘', kUp | kLeft},
                                                    {U'└', kUp | kRight},
                                                    {U'┐', kDown | kLeft},
                                                    {U'┌', kDown | kRight},
                                                    {U'┤', kVertical | kLeft},
                                                    {U'├', kVertical | kRight},
                                                    {U'┴', kHorizontal | kUp},
                                                    {U'┬', kHorizontal | kDown},
                                                    {U'┼', kVertical | kHorizontal}};
    const auto found = kArms.find(c);
    return found == kArms.end() ? 0 : found->second;
  }

  // Lines lead down or to a side, never up; one that meets a line up and down crosses it.
  void follow(int x, int y, unsigned heading, std::set<std::pair<int, int>>& heads,
              std::set<std::vector<int>>& seen) const {
    if (!seen.insert({x, y, static_cast<int>(heading)}).second) return;
    const char32_t here = at(x, y);
    if (here == U'▼' && heading == kDown) {
      heads.emplace(x, y);
      return;
    }
    unsigned arms = arms_of_character(here);
    const bool crosses = here == U'│' && heading != kDown;
    if (crosses) arms = kHorizontal;
    const unsigned came_from = heading == kDown ? kUp : heading == kLeft ? kRight : kLeft;
    if ((arms & came_from) == 0) return;
    if ((arms & kDown) != 0) follow(x, y + 1, kDown, heads, seen);
    if ((arms & kLeft) != 0 && heading != kRight) follow(x - 1, y, kLeft, heads, seen);
    if ((arms & kRight) != 0 && heading != kLeft) follow(x + 1, y, kRight, heads, seen);
  }

  // The name in the box of one line of text with this lower border; "" if there is none.
  std::string name_above(int x, int y) const { return at(x, y - 1) == U'│' ? "" : name_in(x, y - 1, y); }
  std::string name_below(int x, int y) const { return name_in(x, y + 2, y + 3); }

  std::string name_in(int x, int y, int border) const {
    int left = x;
    while (left > 0 && at(left, y) != U'│') --left;
    if (at(left, border) != U'└' || at(left + 1, y) != U' ') return "";
    std::string name;
    for (int column = left + 2; at(column, y) > U' ' && at(column, y) < 0x80; ++column) {
      name += static_cast<char>(at(column, y));
    }
    return name;
  }

  std::vector<std::u32string> rows_;
};

}  // namespace sennit::drawing
