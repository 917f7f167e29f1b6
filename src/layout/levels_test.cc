#include "layout/levels.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "layout/layering.h"
#include "layout/ordering.h"

namespace sennit::layout {
namespace {

Levels levels_of(std::size_t count, const std::vector<Edge>& edges, std::size_t most_passes = 1000) {
  const Result<Adjacency> adjacency = adjacency_of(count, edges);
  EXPECT_TRUE(adjacency.ok());
  return build_levels(*adjacency, assign_levels(*adjacency), most_passes);
}

TEST(Levels, NodesWithTheSameTargetsShareABus) {
  const Levels levels = levels_of(5, {{0, 3}, {1, 3}, {2, 3}, {2, 4}});
  ASSERT_EQ(levels.buses.size(), 2U);
  EXPECT_EQ(levels.buses[levels.below[0]].sources.size(), 2U);
  EXPECT_EQ(levels.below[0], levels.below[1]);
  EXPECT_EQ(levels.buses[levels.below[2]].targets.size(), 2U);
}

TEST(Levels, LinesToTheSameTargetShareTheirPasses) {
  // 0 -> 1 -> 2 -> 3 -> 4, and a line to 4 from each of 0, 1 and 2: one pass on level 1, one on 2, one on 3.
  const Levels levels = levels_of(5, {{0, 1}, {1, 2}, {2, 3}, {3, 4}, {0, 4}, {1, 4}, {2, 4}});
  EXPECT_EQ(levels.size() - levels.node_count, 3U);
}

TEST(Levels, EveryEdgeOfAnOrderIsLinear) {
  constexpr Node kCount = 300;
  std::vector<Edge> edges;
  for (Node from = 0; from < kCount; ++from) {
    for (Node to = from + 1; to < kCount; ++to) edges.push_back({from, to});
  }
  EXPECT_LT(levels_of(kCount, edges).size(), 2 * kCount);
}

TEST(Levels, LongestLinesOfTooManyAreLoose) {
  const std::vector<Edge> edges{{0, 1}, {1, 2}, {2, 3}, {3, 4}, {4, 5}, {0, 5}, {1, 3}};
  EXPECT_TRUE(levels_of(6, edges, 5).loose.empty());
  EXPECT_EQ(levels_of(6, edges, 4).loose, (std::vector<Edge>{{0, 5}}));
  EXPECT_EQ(levels_of(6, edges, 0).loose, (std::vector<Edge>{{0, 5}, {1, 3}}));
}

TEST(ReduceCrossings, TurnsCrossedLinesStraight) {
  // 0 -> 5, 1 -> 4, 2 -> 3, with 6 above all of them so that they are one part
  Levels levels = levels_of(7, {{0, 5}, {1, 4}, {2, 3}, {6, 0}, {6, 1}, {6, 2}});
  for (std::vector<Carrier>& level : levels.carriers) std::sort(level.begin(), level.end());
  EXPECT_EQ(count_crossings(levels), 3U);
  reduce_crossings(levels);
  EXPECT_EQ(count_crossings(levels), 0U);
}

}  // namespace
}  // namespace sennit::layout
