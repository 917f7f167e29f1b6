// Which rows of a log are in sight: it is scrolled by rows of the screen, whether a line takes none of them (it does
// not have what lines are filtered by), one, or several (it is wrapped).
//
// Threads: one at a time. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tui/feed/log_tail.h"

namespace sennit::tui {

class LogWindow {
 public:
  struct Shape {
    int columns = 80;
    int rows = 24;
    bool wraps = false;
    std::string filter;  // only lines that have this; "": all
    friend bool operator==(const Shape&, const Shape&) = default;
  };
  // What is in the first row is there as well when the shape has changed.
  void set(Shape shape);
  const Shape& shape() const { return shape_; }

  // From the top, as they are shown: without escapes. Whole lines where they are not wrapped.
  std::vector<std::string> rows(const LastLines& lines);
  // The line in the first row of those, counted from the beginning of what was read.
  std::uint64_t first() const { return at_end_ ? end_.line : top_.line; }
  // It stays with what comes.
  bool is_at_end() const { return at_end_; }

  void to_end() { at_end_ = true; }
  void to_beginning(const LastLines& lines);
  // By rows; past the last one it stays with what comes.
  void scroll(const LastLines& lines, long by);

  // Brings the next line that has it into sight: of those below if `direction` is 1, above if it is -1, from the one
  // that was found last or else from the edge of what is in sight. False: there is none.
  bool find(const LastLines& lines, std::string_view part, int direction);
  // Which was found; none once it was scrolled out of sight.
  std::optional<std::uint64_t> found() const { return found_; }

  // The same lines come once more, from another source: what had number `oldest` there has number 0 now.
  void begin_again(std::uint64_t oldest);

 private:
  struct Place {
    std::uint64_t line = 0;
    std::size_t row = 0;  // of that line
    friend auto operator<=>(const Place&, const Place&) = default;
  };

  std::vector<std::string> rows_of(const LastLines& lines, std::uint64_t line) const;
  // Of the top row if the last row is in sight.
  Place place_of_end(const LastLines& lines) const;
  Place within(const LastLines& lines, Place place) const;
  Place moved(const LastLines& lines, Place from, long by) const;
  bool is_in_sight(const LastLines& lines, std::uint64_t line) const;

  Shape shape_;
  Place top_;
  Place end_;  // as of the last look
  bool at_end_ = true;
  std::optional<std::uint64_t> found_;
};

}  // namespace sennit::tui
