#include "layout/lay_out.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "layout/adjacency.h"
#include "layout/layering.h"
#include "layout/levels.h"
#include "layout/ordering.h"
#include "layout/placing.h"
#include "layout/routing.h"
#include "layout/shelves.h"

namespace sennit::layout {
namespace {

// Lines that pass levels, beyond which the longest are given up; each costs as much as a node.
constexpr std::size_t kMostPasses = 200'000;

// A connected piece of the graph.
struct Part {
  std::vector<Node> nodes;  // ascending
  std::vector<Edge> edges;  // by position in `nodes`
};

std::vector<Part> split(const Graph& graph, const Adjacency& adjacency) {
  std::vector<std::uint32_t> part_of(graph.nodes.size(), kNone);
  std::vector<Node> stack;
  std::uint32_t count = 0;
  for (Node root = 0; root < graph.nodes.size(); ++root) {
    if (part_of[root] != kNone) continue;
    stack.push_back(root);
    part_of[root] = count;
    while (!stack.empty()) {
      const Node node = stack.back();
      stack.pop_back();
      for (const auto next : {adjacency.down.of(node), adjacency.up.of(node)}) {
        for (const Node other : next) {
          if (part_of[other] != kNone) continue;
          part_of[other] = count;
          stack.push_back(other);
        }
      }
    }
    ++count;
  }
  std::vector<Part> parts(count);
  std::vector<Node> position(graph.nodes.size());
  for (Node node = 0; node < graph.nodes.size(); ++node) {
    Part& part = parts[part_of[node]];
    position[node] = static_cast<Node>(part.nodes.size());
    part.nodes.push_back(node);
  }
  for (Node node = 0; node < graph.nodes.size(); ++node) {
    for (const Node next : adjacency.down.of(node))
      parts[part_of[node]].edges.push_back({position[node], position[next]});
  }
  return parts;
}

Error too_wide(int width, int max_width) {
  return Error(ErrorCode::kExhausted,
               fmt::format("the drawing is {} columns wide, and there are {}", width, max_width));
}

// A width that the drawing has at the very least.
int least_width(const std::vector<std::uint32_t>& level_of, const std::vector<Size>& sizes, const Options& options) {
  std::vector<int> widths(1 + *std::max_element(level_of.begin(), level_of.end()), 0);
  int total = 0;
  for (std::size_t node = 0; node < sizes.size(); ++node) {
    int& width = widths[level_of[node]];
    if (options.direction == Direction::kDown) {
      width += sizes[node].width + (width > 0 ? options.spacing.between_boxes : 0);
      total = std::max(total, width);
    } else {
      width = std::max(width, sizes[node].width);
    }
  }
  if (options.direction == Direction::kRight) {
    for (const int width : widths) total += width + 1;
    --total;
  }
  return total;
}

void turn(Layout& layout) {
  const auto turned = [](Point point) { return Point{point.y, point.x}; };
  std::swap(layout.width, layout.height);
  for (Box& box : layout.boxes) box = {box.y, box.x, box.height, box.width, box.level};
  for (Wire& wire : layout.wires) {
    for (Segment& segment : wire.segments) segment = {turned(segment.from), turned(segment.to)};
    for (Point& point : wire.heads) point = turned(point);
    for (Point& point : wire.tails) point = turned(point);
  }
}

// The drawing of one part, with its nodes numbered as the part has them.
Result<Layout> draw_part(const Part& part, const std::vector<Size>& sizes, const Options& options) {
  SENNIT_ASSIGN(const Adjacency adjacency, adjacency_of(part.nodes.size(), part.edges));
  const std::vector<std::uint32_t> level_of = assign_levels(adjacency);
  if (options.max_width > 0) {
    const int least = least_width(level_of, sizes, options);
    if (least > options.max_width) return too_wide(least, options.max_width);
  }
  Levels levels = build_levels(adjacency, level_of, kMostPasses + 8 * part.nodes.size());
  reduce_crossings(levels);

  const bool down = options.direction == Direction::kDown;
  Frame frame;
  frame.before_lines = options.spacing.before_lines;
  for (Carrier carrier = 0; carrier < levels.size(); ++carrier) {
    const Size size = levels.is_pass(carrier) ? Size{} : sizes[carrier];
    frame.across.push_back(std::max(down ? size.width : size.height, least_across(levels, carrier)));
    if (!levels.is_pass(carrier)) frame.along.push_back(down ? size.height : size.width);
  }
  frame.columns = place_across(levels, {.across = frame.across, .between_boxes = options.spacing.between_boxes});
  Layout layout = draw_lines(levels, frame);
  if (!down) turn(layout);
  layout.loose = std::move(levels.loose);
  layout.levels.resize(levels.carriers.size());
  for (std::size_t level = 0; level < levels.carriers.size(); ++level) {
    for (const Carrier carrier : levels.carriers[level]) {
      if (!levels.is_pass(carrier)) layout.levels[level].push_back(carrier);
    }
  }
  return layout;
}

void shift(Point& point, Point by) { point = {point.x + by.x, point.y + by.y}; }

// Adds a part's drawing to the whole.
void add(Layout& whole, Layout&& drawn, const Part& part, Point corner) {
  for (std::size_t i = 0; i < part.nodes.size(); ++i) {
    Box box = drawn.boxes[i];
    box.x += corner.x;
    box.y += corner.y;
    whole.boxes[part.nodes[i]] = box;
  }
  for (Wire& wire : drawn.wires) {
    for (Segment& segment : wire.segments) {
      shift(segment.from, corner);
      shift(segment.to, corner);
    }
    for (Point& point : wire.tails) shift(point, corner);
    for (Point& point : wire.heads) shift(point, corner);
    whole.wires.push_back(std::move(wire));
  }
  if (whole.levels.size() < drawn.levels.size()) whole.levels.resize(drawn.levels.size());
  for (std::size_t level = 0; level < drawn.levels.size(); ++level) {
    for (const Node node : drawn.levels[level]) whole.levels[level].push_back(part.nodes[node]);
  }
  for (const Edge& edge : drawn.loose) whole.loose.push_back({part.nodes[edge.from], part.nodes[edge.to]});
}

}  // namespace

Result<Layout> lay_out(const Graph& graph, const Options& options) {
  SENNIT_ASSIGN(const Adjacency adjacency, adjacency_of(graph.nodes.size(), graph.edges));
  const std::vector<Part> parts = split(graph, adjacency);
  std::vector<Layout> drawn;
  std::vector<Size> sizes;
  for (const Part& part : parts) {
    std::vector<Size> node_sizes;
    for (const Node node : part.nodes) node_sizes.push_back(graph.nodes[node]);
    SENNIT_ASSIGN(Layout layout, draw_part(part, node_sizes, options));
    if (options.max_width > 0 && layout.width > options.max_width) return too_wide(layout.width, options.max_width);
    sizes.push_back({layout.width, layout.height});
    drawn.push_back(std::move(layout));
  }
  const Shelves shelves =
      put_on_shelves(sizes, options.max_width, options.spacing.between_parts_x, options.spacing.between_parts_y);
  Layout whole;
  whole.direction = options.direction;
  whole.width = shelves.size.width;
  whole.height = shelves.size.height;
  whole.boxes.resize(graph.nodes.size());
  for (std::size_t i = 0; i < parts.size(); ++i) add(whole, std::move(drawn[i]), parts[i], shelves.corners[i]);
  return whole;
}

}  // namespace sennit::layout
