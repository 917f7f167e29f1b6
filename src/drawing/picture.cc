#include "drawing/picture.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/printable.h"
#include "base/utf8.h"
#include "layout/lay_out.h"
#include "layout/shelves.h"

namespace sennit::drawing {
namespace {

// Rows of tasks in a group's frame; longer groups grow downwards.
constexpr int kFrameWidth = 44;
// From a frame's edge to the tasks inside, on each side.
constexpr int kFrameX = 2;
constexpr int kFrameY = 1;

int width_of(std::string_view text) { return static_cast<int>(display_width(text)); }

std::string ascii_only(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const CodePoint point = first_code_point(text);
    if (point.value < 0x80) {
      out += text.front();
    } else if (display_width(point.value) > 0) {
      out += '?';
    }
    text.remove_prefix(std::max<std::size_t>(point.bytes, 1));
  }
  return out;
}

// The state that matters most to somebody who looks at many at once.
State worst_of(const std::vector<State>& states) {
  constexpr std::array kOrder{State::kFailed, State::kRunning, State::kWaiting, State::kSkipped, State::kCompleted};
  for (const State state : kOrder) {
    if (std::find(states.begin(), states.end(), state) != states.end()) return state;
  }
  return State::kNone;
}

class Labels {
 public:
  Labels(const Flow& flow, const PictureOptions& options) : flow_(flow), options_(options) {}

  std::string name(std::string_view raw, int columns) const {
    const std::string_view mark = options_.charset == Charset::kUtf8 ? "…" : "..";
    return cut_in_the_middle(shown(raw, options_.charset), static_cast<std::size_t>(columns), mark);
  }
  // "first … last (1000)"
  std::string names(std::string_view first, std::string_view last, std::size_t count) const {
    const std::string_view dots = options_.charset == Charset::kUtf8 ? " … " : " .. ";
    const std::string number = fmt::format(" ({})", count);
    const int each = std::max(4, (options_.max_label * 3 / 2 - width_of(dots) - width_of(number)) / 2);
    return name(first, each).append(dots) + name(last, each) + number;
  }
  PictureTask task(const std::vector<std::uint32_t>& tasks, bool among_others) const;
  std::string title(const std::vector<std::uint32_t>& groups) const {
    const std::string& first = flow_.groups[groups.front()].name;
    if (groups.size() == 1) return name(first, options_.max_label);
    return names(first, flow_.groups[groups.back()].name, groups.size());
  }

 private:
  std::string counts(const std::vector<State>& states) const;

  const Flow& flow_;
  const PictureOptions& options_;
};

// "✓ 990  ✗ 4  ● 6"
std::string Labels::counts(const std::vector<State>& states) const {
  std::string text;
  for (int i = 1; i < kStateCount; ++i) {
    const auto state = static_cast<State>(i);
    const auto count = std::count(states.begin(), states.end(), state);
    if (count > 0) text += fmt::format("{}{} {}", text.empty() ? "" : "  ", mark_of(state, options_.charset), count);
  }
  return text;
}

PictureTask Labels::task(const std::vector<std::uint32_t>& tasks, bool among_others) const {
  PictureTask drawn{.lines = {}, .tasks = tasks, .state = State::kNone, .box = {}};
  std::vector<State> states;
  for (const std::uint32_t task : tasks) states.push_back(state_of(flow_.tasks[task].status));
  drawn.state = worst_of(states);
  const FlowTask& first = flow_.tasks[tasks.front()];
  if (tasks.size() > 1) {
    drawn.lines.push_back(names(first.name, flow_.tasks[tasks.back()].name, tasks.size()));
    if (drawn.state != State::kNone) drawn.lines.push_back(counts(states));
    return drawn;
  }
  std::string label = name(first.name, options_.max_label);
  if (drawn.state != State::kNone) label = fmt::format("{} {}", mark_of(drawn.state, options_.charset), label);
  if (first.lead && among_others) label += " (lead)";
  drawn.lines.push_back(std::move(label));
  return drawn;
}

layout::Size size_of(const PictureTask& task) {
  int width = 1;
  for (const std::string& line : task.lines) width = std::max(width, width_of(line));
  return {width + 4, static_cast<int>(task.lines.size()) + 2};
}

std::vector<std::uint32_t> tasks_of(const Flow& flow, const std::vector<std::uint32_t>& groups) {
  std::vector<std::uint32_t> tasks;
  for (const std::uint32_t group : groups) {
    for (std::uint32_t i = 0; i < flow.groups[group].task_count; ++i)
      tasks.push_back(flow.groups[group].first_task + i);
  }
  return tasks;
}

// Labels and the places of tasks within their group; returns the group's size.
layout::Size fill(PictureGroup& drawn, const Flow& flow, const Labels& labels, Siblings siblings) {
  const FlowGroup& first = flow.groups[drawn.groups.front()];
  if (!first.named) {
    drawn.tasks.push_back(labels.task(tasks_of(flow, drawn.groups), false));
    drawn.state = drawn.tasks.front().state;
    return size_of(drawn.tasks.front());
  }
  drawn.title = labels.title(drawn.groups);
  if (drawn.groups.size() > 1 && first.task_count > 0) {
    drawn.tasks.push_back(labels.task(tasks_of(flow, drawn.groups), true));
  } else {
    for (const std::vector<std::uint32_t>& crowd : crowds_of(flow, first, siblings)) {
      drawn.tasks.push_back(labels.task(crowd, first.task_count > 1));
    }
  }
  std::vector<layout::Size> sizes;
  std::vector<State> states;
  for (const PictureTask& task : drawn.tasks) {
    sizes.push_back(size_of(task));
    states.push_back(task.state);
  }
  drawn.state = worst_of(states);
  const layout::Shelves shelves = layout::put_on_shelves(sizes, kFrameWidth, 1, 0);
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const layout::Point corner = shelves.corners[i];
    drawn.tasks[i].box = {corner.x + kFrameX, corner.y + kFrameY, sizes[i].width, sizes[i].height, 0};
  }
  return {std::max(shelves.size.width + 2 * kFrameX, width_of(drawn.title) + 6), shelves.size.height + 2 * kFrameY};
}

// From places within their group to places in the picture.
void settle(PictureGroup& group, const layout::Box& box, const layout::Size& asked) {
  group.box = box;
  if (group.title.empty()) {
    group.tasks.front().box = box;
    return;
  }
  // Where the frame was made larger, the tasks stay in its middle.
  const int x = box.x + (box.width - asked.width) / 2;
  const int y = box.y + (box.height - asked.height) / 2;
  for (PictureTask& task : group.tasks) {
    task.box.x += x;
    task.box.y += y;
    task.box.level = box.level;
  }
}

}  // namespace

std::string_view mark_of(State state, Charset charset) {
  const bool utf8 = charset == Charset::kUtf8;
  switch (state) {
    case State::kNone: break;
    case State::kWaiting: return utf8 ? "○" : ".";
    case State::kRunning: return utf8 ? "●" : "*";
    case State::kCompleted: return utf8 ? "✓" : "+";
    case State::kFailed: return utf8 ? "✗" : "x";
    case State::kSkipped: return utf8 ? "⊘" : "-";
  }
  return "";
}

std::string shown(std::string_view raw, Charset charset) {
  return charset == Charset::kUtf8 ? printable(raw) : ascii_only(printable(raw));
}

Result<Picture> picture_of(const Flow& flow, const Outline& outline, Siblings siblings, const PictureOptions& options) {
  Picture picture;
  layout::Graph graph;
  const Labels labels(flow, options);
  for (const OutlineGroup& group : outline.groups) {
    PictureGroup& drawn = picture.groups.emplace_back();
    drawn.groups = group.groups;
    graph.nodes.push_back(fill(drawn, flow, labels, siblings));
  }
  graph.edges = outline.edges;
  const bool down = options.direction == layout::Direction::kDown;
  layout::Options how{.direction = options.direction,
                      .spacing = {.between_boxes = down ? 2 : 1, .before_lines = down ? 0 : 1},
                      .max_width = options.max_width};
  SENNIT_ASSIGN(picture.layout, layout::lay_out(graph, how));
  for (std::size_t at = 0; at < picture.groups.size(); ++at) {
    settle(picture.groups[at], picture.layout.boxes[at], graph.nodes[at]);
  }
  return picture;
}

}  // namespace sennit::drawing
