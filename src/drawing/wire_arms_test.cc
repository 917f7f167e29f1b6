#include "drawing/wire_arms.h"

#include <gtest/gtest.h>

namespace sennit::drawing {
namespace {

using layout::Direction;
using layout::Point;
using layout::Wire;

// From (2, 0) down to a rail from 0 to 4, and from it down at 0, 2 and 4.
Wire fan() {
  return {.segments = {{{2, 0}, {2, 1}}, {{0, 1}, {0, 2}}, {{2, 1}, {2, 2}}, {{4, 1}, {4, 2}}, {{0, 1}, {4, 1}}},
          .tails = {{2, 0}},
          .heads = {{0, 2}, {2, 2}, {4, 2}}};
}

unsigned arms_at(const Wire& wire, Point point) {
  for (const Arms& arms : arms_of(wire, Direction::kDown)) {
    if (arms.at == point) return arms.arms;
  }
  return 0;
}

TEST(ArmsOf, EveryCellOfALine) {
  EXPECT_EQ(arms_at(fan(), {2, 0}), kVertical);  // the box above it, and the line below
  EXPECT_EQ(arms_at(fan(), {0, 1}), kRight | kDown);
  EXPECT_EQ(arms_at(fan(), {1, 1}), kHorizontal);
  EXPECT_EQ(arms_at(fan(), {2, 1}), kHorizontal | kVertical);
  EXPECT_EQ(arms_at(fan(), {4, 2}), kUp);
  EXPECT_EQ(arms_at(fan(), {3, 3}), 0U);
}

TEST(CrossesOf, SameAsTheArmsSay) {
  EXPECT_EQ(crosses_of(fan(), Direction::kDown), (std::vector<Point>{{2, 1}}));
  Wire turned = fan();
  for (layout::Segment& segment : turned.segments) {
    segment = {{segment.from.y, segment.from.x}, {segment.to.y, segment.to.x}};
  }
  turned.tails = {{0, 2}};
  EXPECT_EQ(crosses_of(turned, Direction::kRight), (std::vector<Point>{{1, 2}}));
}

TEST(CrossesOf, TailMayBeginOnTheRail) {
  Wire wire = fan();
  wire.segments[0] = {{2, 1}, {2, 1}};
  wire.tails = {{2, 1}};
  EXPECT_EQ(crosses_of(wire, Direction::kDown), (std::vector<Point>{{2, 1}}));
}

}  // namespace
}  // namespace sennit::drawing
