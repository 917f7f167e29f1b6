// The list that stands in for a drawing.
#include <fmt/format.h>

#include <algorithm>

#include "base/printable.h"
#include "drawing/text_picture.h"
#include "layout/adjacency.h"

namespace sennit::drawing {
namespace {

constexpr std::size_t kDeepest = 16;   // levels that are shown by going further in
constexpr std::size_t kMostNamed = 4;  // upstream boxes on one line
constexpr int kLongestName = 64;

struct Listed {
  std::uint32_t box;
  std::size_t depth;
};

// Boxes, each after all that it waits for, and as soon after the last of them as can be.
std::vector<Listed> in_order(const layout::Adjacency& adjacency) {
  const std::size_t count = adjacency.order.size();
  std::vector<std::size_t> missing(count);
  std::vector<std::size_t> depth(count, 0);
  std::vector<std::uint32_t> ready;
  for (auto box = static_cast<std::uint32_t>(count); box-- > 0;) {
    missing[box] = adjacency.up.of(box).size();
    if (missing[box] == 0) ready.push_back(box);
  }
  std::vector<Listed> listed;
  while (!ready.empty()) {
    const std::uint32_t box = ready.back();
    ready.pop_back();
    listed.push_back({box, depth[box]});
    const auto below = adjacency.down.of(box);
    for (auto next = below.rbegin(); next != below.rend(); ++next) {
      depth[*next] = std::max(depth[*next], depth[box] + 1);
      if (--missing[*next] == 0) ready.push_back(*next);
    }
  }
  return listed;
}

class Lister {
 public:
  Lister(const Flow& flow, const Outline& outline, const TextPictureOptions& options)
      : flow_(flow), outline_(outline), options_(options) {}

  void add(std::size_t depth, const std::string& text, State state) {
    const std::string line = std::string(2 * std::min(depth, kDeepest), ' ') + text;
    const std::string_view dots = options_.charset == Charset::kUtf8 ? "…" : "..";
    rows_.push_back({{cut_to_width(line, static_cast<std::size_t>(options_.columns), dots), state}});
  }
  void add_tasks(std::size_t depth, const std::vector<std::uint32_t>& tasks, const std::string& after) {
    std::vector<State> states;
    for (const std::uint32_t task : tasks) states.push_back(state_of(flow_.tasks[task].status));
    const State state = worst_of(states);
    const FlowTask& first = flow_.tasks[tasks.front()];
    if (tasks.size() > 1) {
      std::string text = range(first.name, flow_.tasks[tasks.back()].name, tasks.size()) + after;
      if (state != State::kNone) text += "  " + shown_counts(states, options_.charset);
      add(depth, text, state);
    } else {
      const std::string mark(mark_of(state, options_.charset));
      add(depth, (mark.empty() ? "" : mark + " ") + shown(first.name, options_.charset) + after, state);
    }
  }
  std::string name_of(const OutlineGroup& box) const {
    const FlowGroup& first = flow_.groups[box.groups.front()];
    const FlowGroup& last = flow_.groups[box.groups.back()];
    const auto name = [&](const FlowGroup& group) {
      return group.named ? group.name : flow_.tasks[group.first_task].name;
    };
    return box.groups.size() > 1 ? range(name(first), name(last), box.groups.size())
                                 : shown(name(first), options_.charset);
  }
  std::string after(std::span<const layout::Node> upstream) const {
    if (upstream.empty()) return "";
    std::string text = " (after ";
    for (std::size_t i = 0; i < std::min(upstream.size(), kMostNamed); ++i) {
      text += (i > 0 ? ", " : "") + name_of(outline_.groups[upstream[i]]);
    }
    if (upstream.size() > kMostNamed) text += fmt::format(" and {} more", upstream.size() - kMostNamed);
    return text + ")";
  }
  std::vector<TextRow> take() { return std::move(rows_); }

 private:
  std::string range(std::string_view first, std::string_view last, std::size_t count) const {
    return shown_range(first, last, count, options_.charset, kLongestName);
  }

  const Flow& flow_;
  const Outline& outline_;
  const TextPictureOptions& options_;
  std::vector<TextRow> rows_;
};

}  // namespace

std::vector<TextRow> list_rows(const Flow& flow, const Outline& outline, const TextPictureOptions& options) {
  const Result<layout::Adjacency> adjacency = layout::adjacency_of(outline.groups.size(), outline.edges);
  if (!adjacency) return {};
  Lister lister(flow, outline, options);
  for (const Listed& listed : in_order(*adjacency)) {
    const OutlineGroup& box = outline.groups[listed.box];
    const std::string after = lister.after(adjacency->up.of(listed.box));
    if (!flow.groups[box.groups.front()].named) {
      lister.add_tasks(listed.depth, tasks_of(flow, box), after);
      continue;
    }
    lister.add(listed.depth, "group " + lister.name_of(box) + after, State::kNone);
    for (const std::vector<std::uint32_t>& crowd : crowds_of(flow, box, outline.siblings)) {
      lister.add_tasks(listed.depth + 1, crowd, "");
    }
  }
  return lister.take();
}

}  // namespace sennit::drawing
