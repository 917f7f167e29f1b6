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

std::string shown_name(std::string_view raw, Charset charset, int columns) {
  const std::string_view mark = charset == Charset::kUtf8 ? "…" : "..";
  return cut_in_the_middle(shown(raw, charset), static_cast<std::size_t>(columns), mark);
}

class Labels {
 public:
  Labels(const Flow& flow, const PictureOptions& options) : flow_(flow), options_(options) {}

  std::string name(std::string_view raw) const { return shown_name(raw, options_.charset, options_.max_label); }
  std::string names(std::string_view first, std::string_view last, std::size_t count) const {
    return shown_range(first, last, count, options_.charset, std::max(4, options_.max_label * 5 / 8));
  }
  PictureTask task(const std::vector<std::uint32_t>& tasks, bool among_others) const;
  std::string title(const std::vector<std::uint32_t>& groups) const {
    const std::string& first = flow_.groups[groups.front()].name;
    if (groups.size() == 1) return name(first);
    return names(first, flow_.groups[groups.back()].name, groups.size());
  }

 private:
  const Flow& flow_;
  const PictureOptions& options_;
};

PictureTask Labels::task(const std::vector<std::uint32_t>& tasks, bool among_others) const {
  PictureTask drawn{.lines = {}, .tasks = tasks, .state = State::kNone, .box = {}};
  std::vector<State> states;
  for (const std::uint32_t task : tasks) states.push_back(state_of(flow_.tasks[task].status));
  drawn.state = worst_of(states);
  const FlowTask& first = flow_.tasks[tasks.front()];
  if (tasks.size() > 1) {
    drawn.lines.push_back(names(first.name, flow_.tasks[tasks.back()].name, tasks.size()));
    if (drawn.state != State::kNone) drawn.lines.push_back(shown_counts(states, options_.charset));
    return drawn;
  }
  std::string label = name(first.name);
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

// Labels and the places of tasks within their group; returns the group's size.
layout::Size fill(PictureGroup& drawn, const Flow& flow, const Labels& labels, Siblings siblings) {
  const FlowGroup& first = flow.groups[drawn.groups.front()];
  if (!first.named) {
    drawn.tasks.push_back(labels.task(tasks_of(flow, {drawn.groups}), false));
    drawn.state = drawn.tasks.front().state;
    return size_of(drawn.tasks.front());
  }
  drawn.title = labels.title(drawn.groups);
  const bool among_others = drawn.groups.size() > 1 || first.task_count > 1;
  for (const std::vector<std::uint32_t>& crowd : crowds_of(flow, {drawn.groups}, siblings)) {
    drawn.tasks.push_back(labels.task(crowd, among_others));
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

std::string shown_range(std::string_view first, std::string_view last, std::size_t count, Charset charset,
                        int columns) {
  return fmt::format("{} {} {} ({})", shown_name(first, charset, columns), charset == Charset::kUtf8 ? "…" : "..",
                     shown_name(last, charset, columns), count);
}

std::string shown_counts(const std::vector<State>& states, Charset charset) {
  std::string text;
  for (int i = 1; i < kStateCount; ++i) {
    const auto state = static_cast<State>(i);
    const auto count = std::count(states.begin(), states.end(), state);
    if (count > 0) text += fmt::format("{}{} {}", text.empty() ? "" : "  ", mark_of(state, charset), count);
  }
  return text;
}

State worst_of(const std::vector<State>& states) {
  constexpr std::array kOrder{State::kFailed, State::kRunning, State::kWaiting, State::kSkipped, State::kCompleted};
  for (const State state : kOrder) {
    if (std::find(states.begin(), states.end(), state) != states.end()) return state;
  }
  return State::kNone;
}

Result<Picture> picture_of(const Flow& flow, const Outline& outline, const PictureOptions& options) {
  Picture picture;
  layout::Graph graph;
  const Labels labels(flow, options);
  for (const OutlineGroup& group : outline.groups) {
    PictureGroup& drawn = picture.groups.emplace_back();
    drawn.groups = group.groups;
    graph.nodes.push_back(fill(drawn, flow, labels, outline.siblings));
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
