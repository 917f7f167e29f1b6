// Lines at the end of what a terminal shows, drawn again in place, with other lines scrolling above them. Pure: it says
// which bytes to write.
//
// The cursor stands below the lines, at the beginning of a row of its own; what a user types there is overwritten.
// Nothing of the terminal is left changed between two updates: whatever ends the program, it stays usable.
//
// Terminals that have become narrower break lines anew, most of them; the lines are found again by their widths.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/follow/block.h"

namespace sennit::cli {

enum class OnNarrowing : std::uint8_t { kBreaksAnew, kCuts };
// What the terminal does, by what it says of itself in the environment.
OnNarrowing on_narrowing(const std::function<std::optional<std::string>(std::string_view)>& variable);

struct ScreenSize {
  std::size_t columns = 80;
  std::size_t rows = 24;
  friend bool operator==(const ScreenSize&, const ScreenSize&) = default;
};

class PinnedLines {
 public:
  explicit PinnedLines(OnNarrowing narrowing) : narrowing_(narrowing) {}

  // Writes `above`, whole lines or nothing, where the lines are, and `next` below. "": nothing has changed.
  std::string update(std::string_view above, std::vector<BlockLine> next, const ScreenSize& size);
  // Takes the lines away.
  std::string clear(const ScreenSize& size) { return update({}, {}, size); }
  // They stay where they are, and the next ones are drawn at the cursor.
  void forget() { shown_.clear(); }
  bool is_shown() const { return !shown_.empty(); }

 private:
  std::size_t rows_shown(const ScreenSize& size) const;

  OnNarrowing narrowing_;
  std::vector<BlockLine> shown_;
  ScreenSize size_;  // when they were drawn
};

}  // namespace sennit::cli
