#include "layout/channel.h"

#include <gtest/gtest.h>

namespace sennit::layout {
namespace {

TEST(Channel, StraightLineNeedsNoTrack) {
  const Channel channel = route_channel({{.tops = {4}, .bottoms = {4}}});
  EXPECT_EQ(channel.track, (std::vector<int>{kStraight}));
  EXPECT_EQ(channel.tracks, 0);
}

TEST(Channel, BusesBesideEachOtherShareATrack) {
  const Channel channel = route_channel({{.tops = {0}, .bottoms = {4}}, {.tops = {6}, .bottoms = {10}}});
  EXPECT_EQ(channel.track, (std::vector<int>{0, 0}));
}

TEST(Channel, LineFromAboveTurnsBeforeTheOneBelowItsColumn) {
  // 0: from 8 to 0; 1: from 16 down to 8
  const Channel channel = route_channel({{.tops = {8}, .bottoms = {0}}, {.tops = {16}, .bottoms = {8}}});
  EXPECT_LT(channel.track[0], channel.track[1]);
  EXPECT_FALSE(channel.has_steps);
}

TEST(Channel, TwoThatSwapPlacesCannotBothTurnFirst) {
  const Channel channel = route_channel({{.tops = {0}, .bottoms = {8}}, {.tops = {8}, .bottoms = {0}}});
  EXPECT_EQ(channel.tracks, 2);
  EXPECT_TRUE(channel.has_steps);
  EXPECT_EQ(channel.steps[0][0] + channel.steps[1][0], 1);
}

TEST(Channel, NestedLinesDoNotCross) {
  // Both lead to the left: the one whose ends both lie further to the left turns first, or they would cross twice.
  const Channel channel = route_channel({{.tops = {8}, .bottoms = {0}}, {.tops = {10}, .bottoms = {4}}});
  EXPECT_LT(channel.track[0], channel.track[1]);
}

TEST(Channel, LargeGapKeepsTracksApart) {
  std::vector<Crossbar> buses;
  for (int i = 0; i < 500; ++i) buses.push_back({.tops = {2 * i}, .bottoms = {2 * ((i * 7) % 500)}});
  const Channel channel = route_channel(buses);
  for (std::size_t a = 0; a < buses.size(); ++a) {
    for (std::size_t b = a + 1; b < buses.size(); ++b) {
      if (channel.track[a] == kStraight || channel.track[a] != channel.track[b]) continue;
      const std::pair<int, int> ends_a = std::minmax({buses[a].tops[0], buses[a].bottoms[0] + channel.steps[a][0]});
      const std::pair<int, int> ends_b = std::minmax({buses[b].tops[0], buses[b].bottoms[0] + channel.steps[b][0]});
      EXPECT_TRUE(ends_a.second < ends_b.first || ends_b.second < ends_a.first) << a << " and " << b;
    }
  }
}

}  // namespace
}  // namespace sennit::layout
