// Which of many rows is selected, and which are in sight: what every list has in common.
//
// Threads: values. Pure.
#pragma once

#include <cstddef>
#include <optional>

#include "tui/terminal/frame.h"
#include "tui/terminal/input.h"

namespace sennit::tui {

class ListCursor {
 public:
  // There are so many rows of one line each, but for the selected one, which may be taller; so many lines are in sight.
  void fit(std::size_t count, int lines, int selected_lines = 1);

  // j k, arrows, g G, Home, End, PgUp, PgDn, Ctrl-D, Ctrl-U and the wheel. False: it was none of them.
  bool take(const Key& key);
  bool take(const Click& click, const Rect& place);

  std::size_t selected() const { return selected_; }
  std::size_t first() const { return first_; }  // in sight
  void select(std::size_t row);
  // The row at that line of what is in sight.
  std::optional<std::size_t> row_at(int line) const;

 private:
  void move(long by);

  std::size_t count_ = 0;
  std::size_t selected_ = 0;
  std::size_t first_ = 0;
  int lines_ = 1;
  int selected_lines_ = 1;
};

}  // namespace sennit::tui
