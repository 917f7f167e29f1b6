#include "layout/lay_out.h"

#include <gtest/gtest.h>

#include <random>

#include "layout/layout_reader.h"

namespace sennit::layout {
namespace {

Graph boxes(std::size_t count, std::vector<Edge> edges, Size size = {7, 3}) {
  return {std::vector<Size>(count, size), std::move(edges)};
}

Layout drawn(const Graph& graph, const Options& options = {}) {
  Result<Layout> layout = lay_out(graph, options);
  EXPECT_TRUE(layout.ok()) << layout.error().message();
  return std::move(layout).value();
}

std::set<Edge> set_of(const std::vector<Edge>& edges) { return {edges.begin(), edges.end()}; }

int middle(const Box& box) { return box.x + box.width / 2; }

// Sizes, shape and density all vary; edges go from lower to higher numbers, which are then mixed.
Graph random_graph(std::mt19937& random) {
  const auto up_to = [&](std::uint32_t most) { return static_cast<std::uint32_t>(random() % (most + 1)); };
  Graph graph;
  const std::uint32_t count = 1 + up_to(24);
  std::vector<Node> name(count);
  for (Node node = 0; node < count; ++node) {
    graph.nodes.push_back({static_cast<int>(3 + up_to(12)), static_cast<int>(3 + up_to(2))});
    name[node] = node;
  }
  std::shuffle(name.begin(), name.end(), random);
  const std::uint32_t edges = up_to(3 * count);
  for (std::uint32_t i = 0; i < edges && count > 1; ++i) {
    const Node a = up_to(count - 1);
    const Node b = up_to(count - 1);
    if (a != b) graph.edges.push_back({name[std::min(a, b)], name[std::max(a, b)]});
  }
  return graph;
}

// What holds of every drawing: boxes keep apart, edges lead on, and the lines say what the edges say.
void expect_sound(const Graph& graph, const Layout& layout) {
  ASSERT_EQ(layout.boxes.size(), graph.nodes.size());
  for (Node node = 0; node < graph.nodes.size(); ++node) {
    EXPECT_GE(layout.boxes[node].width, graph.nodes[node].width);
    EXPECT_GE(layout.boxes[node].height, graph.nodes[node].height);
  }
  for (const Edge& edge : graph.edges) {
    const Box& from = layout.boxes[edge.from];
    const Box& to = layout.boxes[edge.to];
    EXPECT_LT(from.level, to.level);
    if (layout.direction == Direction::kDown) {
      EXPECT_LT(from.y + from.height, to.y);
    } else {
      EXPECT_LT(from.x + from.width, to.x);
    }
  }
  const LayoutReader reader(layout);
  EXPECT_EQ(reader.problem(), "");
  EXPECT_EQ(reader.edges(), set_of(graph.edges));
}

TEST(LayOut, RandomGraphsSayWhatTheirEdgesSay) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int i = 0; i < 300 && !testing::Test::HasFailure(); ++i) {
    const Graph graph = random_graph(random);
    SCOPED_TRACE("graph " + std::to_string(i));
    const Options down;
    const Layout layout = drawn(graph, down);
    expect_sound(graph, layout);
    EXPECT_EQ(layout, drawn(graph, down)) << "the same graph was drawn differently";
    expect_sound(graph,
                 drawn(graph, {.direction = Direction::kRight, .spacing = {.between_boxes = 1, .before_lines = 1}}));
  }
}

TEST(LayOut, NothingIsAnEmptyDrawing) {
  const Layout layout = drawn({});
  EXPECT_EQ(layout.width, 0);
  EXPECT_EQ(layout.height, 0);
}

TEST(LayOut, ChainIsStraight) {
  const Layout layout = drawn(boxes(3, {{0, 1}, {1, 2}}));
  EXPECT_EQ(layout.width, 7);
  EXPECT_EQ(layout.height, 3 + 1 + 3 + 1 + 3);
  for (const Wire& wire : layout.wires) {
    ASSERT_EQ(wire.segments.size(), 1U);
    EXPECT_EQ(wire.tails, wire.heads);
  }
}

TEST(LayOut, DiamondIsSymmetric) {
  //   0
  //  1 2
  //   3
  const Layout layout = drawn(boxes(4, {{0, 1}, {0, 2}, {1, 3}, {2, 3}}));
  EXPECT_EQ(layout.width, 7 + 3 + 7);  // the middles stand on even columns
  EXPECT_EQ(middle(layout.boxes[0]), middle(layout.boxes[3]));
  EXPECT_NEAR(middle(layout.boxes[0]) * 2, middle(layout.boxes[1]) + middle(layout.boxes[2]), 2);
  EXPECT_EQ(layout.levels, (std::vector<std::vector<Node>>{{0}, {1, 2}, {3}}));
}

TEST(LayOut, LongLineHasNoBendOnItsWay) {
  // 0 -> 1 -> 2 -> 3 -> 4 -> 5, and 0 -> 5 beside it
  const Graph graph = boxes(6, {{0, 1}, {1, 2}, {2, 3}, {3, 4}, {4, 5}, {0, 5}});
  const Layout layout = drawn(graph);
  std::set<int> columns;
  for (const Wire& wire : layout.wires) {
    if (!wire.tails.empty() || !wire.heads.empty()) continue;
    for (const Segment& segment : wire.segments) columns.insert(segment.from.x);
  }
  EXPECT_EQ(columns.size(), 1U);
  expect_sound(graph, layout);
}

TEST(LayOut, AllToAllIsOneBus) {
  Graph graph = boxes(40, {});
  for (Node a = 0; a < 20; ++a) {
    for (Node b = 20; b < 40; ++b) graph.edges.push_back({a, b});
  }
  const Layout layout = drawn(graph);
  EXPECT_EQ(layout.wires.size(), 1U);
  EXPECT_EQ(layout.height, 3 + 2 + 3);
  expect_sound(graph, layout);
}

TEST(LayOut, NodeWithALateTargetSinksTowardsIt) {
  // 0 -> 1 -> 2 -> 3, and 4 -> 3
  const Layout layout = drawn(boxes(5, {{0, 1}, {1, 2}, {2, 3}, {4, 3}}));
  EXPECT_EQ(layout.boxes[4].level, 2U);
}

TEST(LayOut, UnconnectedPartsStandInRows) {
  const Layout layout = drawn(boxes(10, {}), {.max_width = 30});
  EXPECT_LE(layout.width, 30);
  EXPECT_EQ(layout.height, 4 * 3 + 3);
  expect_sound(boxes(10, {}), layout);
}

TEST(LayOut, WidthThatDoesNotDoIsSaid) {
  const Graph graph = boxes(4, {{0, 1}, {0, 2}, {0, 3}});
  const Result<Layout> layout = lay_out(graph, {.max_width = 24});
  ASSERT_FALSE(layout.ok());
  EXPECT_EQ(layout.error().code(), ErrorCode::kExhausted);
  EXPECT_EQ(layout.error().message(), "the drawing is 25 columns wide, and there are 24");
  EXPECT_TRUE(lay_out(graph, {.max_width = 30}).ok());
}

TEST(LayOut, CycleAndUnknownNodeAreRefused) {
  EXPECT_EQ(lay_out(boxes(2, {{0, 1}, {1, 0}})).error().message(), "the edges of the graph have a cycle");
  EXPECT_EQ(lay_out(boxes(2, {{0, 2}})).error().message(), "edge 0 -> 2: there are 2 nodes");
}

TEST(LayOut, TenThousandTasks) {
  std::mt19937 random(7);
  constexpr Node kCount = 10'000;
  Graph graph = boxes(kCount, {}, {12, 3});
  for (Node node = 1; node < kCount; ++node) {
    // Mostly near, now and then far: the shape of real workflows, only more of it.
    for (int i = 0; i < 2; ++i) {
      const Node back = 1 + static_cast<Node>(random() % (random() % 20 == 0 ? node : std::min<Node>(node, 200)));
      graph.edges.push_back({node - back, node});
    }
  }
  const Layout layout = drawn(graph);
  EXPECT_EQ(layout.boxes.size(), kCount);
  for (const Edge& edge : graph.edges) EXPECT_LT(layout.boxes[edge.from].y, layout.boxes[edge.to].y);
}

}  // namespace
}  // namespace sennit::layout
