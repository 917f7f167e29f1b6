// Which carriers stand exactly below each other: the first half of placing them.
#pragma once

#include <array>
#include <vector>

#include "layout/levels.h"

namespace sennit::layout {

enum class Side : std::uint8_t { kLeft, kRight };  // which neighbour is preferred
enum class Towards : std::uint8_t { kUp, kDown };  // whose neighbours count

// The middle neighbours of each carrier above and below, and the places that a line may lead to without crossing one
// that passes by.
class Neighbours {
 public:
  explicit Neighbours(const Levels& levels);

  struct Middle {
    std::array<Carrier, 2> carriers{kNone, kNone};  // left and right; twice the same where there is one
    // Along a pass: has the right of way.
    bool is_pass = false;
    // Places on the other level between the passes on either side.
    std::uint32_t first = 0;
    std::uint32_t last = kNone;
  };
  const Middle& of(Carrier carrier, Towards towards) const {
    return towards == Towards::kUp ? up_[carrier] : down_[carrier];
  }
  std::uint32_t place_of(Carrier carrier) const { return place_[carrier]; }

 private:
  void note_middles(const Levels& levels);
  void note_bounds(const Levels& levels);

  std::vector<std::uint32_t> place_;  // within its level
  std::vector<Middle> up_;
  std::vector<Middle> down_;
};

// The block of each carrier, named by one of its carriers. Carriers of a block get the same column; lines between them
// do not cross.
std::vector<Carrier> align(const Levels& levels, const Neighbours& neighbours, Towards towards, Side side);

}  // namespace sennit::layout
