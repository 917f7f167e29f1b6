#include <gtest/gtest.h>

#include <random>
#include <set>

#include "layout/adjacency.h"
#include "layout/reduction.h"
#include "layout/siblings.h"

namespace sennit::layout {
namespace {

using Edges = std::vector<Edge>;
using Classes = std::vector<std::uint32_t>;

Edges reduced(std::size_t count, const Edges& edges) {
  const Result<Edges> left = without_implied(count, edges);
  EXPECT_TRUE(left.ok());
  return *left;
}

Classes siblings(std::size_t count, const Edges& edges, const Classes& keys, std::uint32_t fewest = 2) {
  const Result<Classes> classes = equal_siblings(count, edges, keys, fewest);
  EXPECT_TRUE(classes.ok());
  return *classes;
}

// All pairs of nodes with a path between them.
std::set<Edge> reachable(std::size_t count, const Edges& edges) {
  std::set<Edge> pairs;
  const Result<Adjacency> adjacency = adjacency_of(count, edges);
  for (auto node = adjacency->order.rbegin(); node != adjacency->order.rend(); ++node) {
    for (const Node next : adjacency->down.of(*node)) {
      pairs.insert({*node, next});
      for (Node far = 0; far < count; ++far) {
        if (pairs.contains({next, far})) pairs.insert({*node, far});
      }
    }
  }
  return pairs;
}

TEST(WithoutImplied, ShortcutsGo) {
  EXPECT_EQ(reduced(4, {{0, 1}, {1, 2}, {2, 3}, {0, 2}, {0, 3}}), (Edges{{0, 1}, {1, 2}, {2, 3}}));
  EXPECT_EQ(reduced(4, {{0, 1}, {0, 2}, {1, 3}, {2, 3}}).size(), 4U);
}

TEST(WithoutImplied, RandomGraphsReachTheSameAndNeedEachEdge) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int i = 0; i < 50; ++i) {
    constexpr std::size_t kCount = 14;
    Edges edges;
    for (int n = 0; n < 30; ++n) {
      const auto a = static_cast<Node>(random() % kCount);
      const auto b = static_cast<Node>(random() % kCount);
      if (a != b) edges.push_back({std::min(a, b), std::max(a, b)});
    }
    const Edges left = reduced(kCount, edges);
    const std::set<Edge> all = reachable(kCount, edges);
    EXPECT_EQ(reachable(kCount, left), all);
    for (std::size_t without = 0; without < left.size(); ++without) {
      Edges fewer = left;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(without));
      EXPECT_NE(reachable(kCount, fewer), all);
    }
  }
}

TEST(WithoutImplied, MoreTargetsThanOneBlockHolds) {
  // Rows of two nodes, each joined to both of the next row and to the row after that.
  constexpr Node kRows = 1500;
  Edges edges;
  for (Node row = 0; row + 1 < kRows; ++row) {
    for (const Node from : {2 * row, 2 * row + 1}) {
      edges.push_back({from, 2 * row + 2});
      edges.push_back({from, 2 * row + 3});
      if (row + 2 < kRows) edges.push_back({from, 2 * row + 4});
    }
  }
  EXPECT_EQ(reduced(2 * kRows, edges).size(), std::size_t{4} * (kRows - 1));
}

TEST(EqualSiblings, SameNeighboursAndKeys) {
  // 0 -> 1, 2, 3 -> 4; 3 has a key of its own
  EXPECT_EQ(siblings(5, {{0, 1}, {0, 2}, {0, 3}, {1, 4}, {2, 4}, {3, 4}}, {0, 1, 1, 2, 3}), (Classes{0, 1, 1, 2, 3}));
}

TEST(EqualSiblings, PipelinesBesideEachOther) {
  // 0 -> 1 -> 3 and 0 -> 2 -> 4; then 4 leads on to 5, which sets its pipeline apart
  const Edges edges{{0, 1}, {0, 2}, {1, 3}, {2, 4}};
  EXPECT_EQ(siblings(5, edges, {0, 1, 1, 2, 2}), (Classes{0, 1, 1, 2, 2}));
  Edges more = edges;
  more.push_back({4, 5});
  EXPECT_EQ(siblings(6, more, {0, 1, 1, 2, 2, 3}), (Classes{0, 1, 2, 3, 4, 5}));
}

TEST(EqualSiblings, SmallClassesAreTakenApart) {
  EXPECT_EQ(siblings(4, {}, {0, 0, 1, 1}, 3), (Classes{0, 1, 2, 3}));
  EXPECT_EQ(siblings(4, {}, {0, 0, 0, 1}, 3), (Classes{0, 0, 0, 1}));
}

TEST(EqualSiblings, ChainOfOneStemIsNotOneNode) {
  constexpr Node kLength = 5000;
  Edges edges;
  for (Node node = 1; node < kLength; ++node) edges.push_back({node - 1, node});
  const Classes classes = siblings(kLength, edges, Classes(kLength, 0));
  EXPECT_EQ(std::set<std::uint32_t>(classes.begin(), classes.end()).size(), kLength);
}

}  // namespace
}  // namespace sennit::layout
