#include "layout/placing.h"

#include <algorithm>
#include <array>
#include <limits>

#include "layout/alignment.h"

namespace sennit::layout {
namespace {

// How far the middles of two neighbours stand apart at least; even.
class Separation {
 public:
  Separation(const Levels& levels, const Extents& extents) : levels_(levels), extents_(extents) {}

  int between(Carrier left, Carrier right) const {
    const bool boxes = !levels_.is_pass(left) && !levels_.is_pass(right);
    const int gap = boxes ? extents_.between_boxes : 1;
    const int needed = extents_.across[left] - extents_.across[left] / 2 + gap + extents_.across[right] / 2;
    return needed + needed % 2;
  }

 private:
  const Levels& levels_;
  const Extents& extents_;
};

struct Constraint {
  Carrier to;
  int distance;
};

// Which blocks stand to the right of which, and how far at least.
class BlockGraph {
 public:
  BlockGraph(const Levels& levels, const Separation& separation, const std::vector<Carrier>& root, Side side)
      : offsets_(levels.size() + 1, 0), missing_(levels.size(), 0) {
    struct Pair {
      Carrier from;
      Constraint constraint;
    };
    std::vector<Pair> pairs;
    for (const std::vector<Carrier>& level : levels.carriers) {
      for (std::size_t i = 1; i < level.size(); ++i) {
        const int distance = separation.between(level[i - 1], level[i]);
        const Carrier left = root[level[i - 1]];
        const Carrier right = root[level[i]];
        pairs.push_back(side == Side::kLeft ? Pair{left, {right, distance}} : Pair{right, {left, distance}});
      }
    }
    for (const Pair& pair : pairs) ++offsets_[pair.from + 1];
    for (std::size_t at = 1; at < offsets_.size(); ++at) offsets_[at] += offsets_[at - 1];
    constraints_.resize(pairs.size());
    std::vector<std::uint32_t> next(offsets_.begin(), offsets_.end() - 1);
    for (const Pair& pair : pairs) {
      constraints_[next[pair.from]++] = pair.constraint;
      ++missing_[pair.constraint.to];
    }
  }

  std::span<const Constraint> of(Carrier block) const {
    return std::span(constraints_).subspan(offsets_[block], offsets_[block + 1] - offsets_[block]);
  }
  // Blocks, each after those that hold it off.
  std::vector<Carrier> order(const std::vector<Carrier>& root) const {
    std::vector<std::uint32_t> missing = missing_;
    std::vector<Carrier> order;
    for (Carrier carrier = 0; carrier < root.size(); ++carrier) {
      if (root[carrier] == carrier && missing[carrier] == 0) order.push_back(carrier);
    }
    for (std::size_t at = 0; at < order.size(); ++at) {
      for (const Constraint& constraint : of(order[at])) {
        if (--missing[constraint.to] == 0) order.push_back(constraint.to);
      }
    }
    return order;
  }

 private:
  std::vector<std::uint32_t> offsets_;
  std::vector<Constraint> constraints_;
  std::vector<std::uint32_t> missing_;
};

// As far to one side as it goes, then back towards the neighbours where there is room to spare.
std::vector<int> compact(const Levels& levels, const Separation& separation, const std::vector<Carrier>& root,
                         Side side) {
  const BlockGraph blocks(levels, separation, root, side);
  const std::vector<Carrier> order = blocks.order(root);
  std::vector<int> at(levels.size(), 0);
  for (const Carrier block : order) {
    for (const Constraint& next : blocks.of(block)) at[next.to] = std::max(at[next.to], at[block] + next.distance);
  }
  for (auto block = order.rbegin(); block != order.rend(); ++block) {
    int room = std::numeric_limits<int>::max();
    for (const Constraint& next : blocks.of(*block)) room = std::min(room, at[next.to] - next.distance);
    if (room != std::numeric_limits<int>::max()) at[*block] = std::max(at[*block], room);
  }
  const int sign = side == Side::kLeft ? 1 : -1;
  std::vector<int> columns(levels.size());
  for (Carrier carrier = 0; carrier < levels.size(); ++carrier) columns[carrier] = sign * at[root[carrier]];
  return columns;
}

struct Span {
  int first = std::numeric_limits<int>::max();
  int last = std::numeric_limits<int>::min();
  int width() const { return last - first; }
};

Span span_of(const std::vector<int>& columns, const std::vector<int>& across) {
  Span span;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    span.first = std::min(span.first, columns[i] - across[i] / 2);
    span.last = std::max(span.last, columns[i] - across[i] / 2 + across[i]);
  }
  return span;
}

int even_floor(int value) { return value - (value % 2 + 2) % 2; }

}  // namespace

std::vector<int> place_across(const Levels& levels, const Extents& extents) {
  const Separation separation(levels, extents);
  const Neighbours neighbours(levels);
  std::array<std::vector<int>, 4> tries;
  std::array<Span, 4> spans;
  constexpr std::array kSides{Side::kLeft, Side::kRight};
  std::size_t narrowest = 0;
  for (std::size_t i = 0; i < tries.size(); ++i) {
    const Side side = kSides[i % 2];
    const Towards towards = i < 2 ? Towards::kUp : Towards::kDown;
    tries[i] = compact(levels, separation, align(levels, neighbours, towards, side), side);
    spans[i] = span_of(tries[i], extents.across);
    if (spans[i].width() < spans[narrowest].width()) narrowest = i;
  }
  std::array<int, 4> shift{};
  for (std::size_t i = 0; i < tries.size(); ++i) {
    shift[i] =
        kSides[i % 2] == Side::kLeft ? spans[narrowest].first - spans[i].first : spans[narrowest].last - spans[i].last;
  }
  std::vector<int> columns(levels.size());
  for (std::size_t carrier = 0; carrier < columns.size(); ++carrier) {
    std::array<int, 4> at{};
    for (std::size_t i = 0; i < at.size(); ++i) at[i] = tries[i][carrier] + shift[i];
    std::sort(at.begin(), at.end());
    columns[carrier] = (at[1] + at[2]) >> 1;  // rounded down, not towards zero: distances stay
  }
  // Rounding down to even keeps distances, because they are even.
  const int first = span_of(columns, extents.across).first;
  for (int& column : columns) column = even_floor(column - first + 1);
  const int least = span_of(columns, extents.across).first;
  for (int& column : columns) column -= even_floor(least);
  return columns;
}

}  // namespace sennit::layout
