// The list that stands in for a drawing.
#include <fmt/format.h>

#include <algorithm>

#include "base/printable.h"
#include "drawing/text_picture.h"
#include "layout/adjacency.h"

namespace sennit::drawing {
namespace {

constexpr std::size_t kDeepest = 16;   // levels that are shown by going further in
constexpr std::size_t kMostNamed = 4;  // upstream groups on one line

struct Listed {
  std::uint32_t group;
  std::size_t depth;
};

// Groups, each after all that it waits for, and as soon after the last of them as can be.
std::vector<Listed> in_order(const Flow& flow, const layout::Adjacency& adjacency) {
  std::vector<std::size_t> missing(flow.groups.size());
  std::vector<std::size_t> depth(flow.groups.size(), 0);
  std::vector<std::uint32_t> ready;
  for (auto group = static_cast<std::uint32_t>(flow.groups.size()); group-- > 0;) {
    missing[group] = adjacency.up.of(group).size();
    if (missing[group] == 0) ready.push_back(group);
  }
  std::vector<Listed> listed;
  while (!ready.empty()) {
    const std::uint32_t group = ready.back();
    ready.pop_back();
    listed.push_back({group, depth[group]});
    const auto below = adjacency.down.of(group);
    for (auto next = below.rbegin(); next != below.rend(); ++next) {
      depth[*next] = std::max(depth[*next], depth[group] + 1);
      if (--missing[*next] == 0) ready.push_back(*next);
    }
  }
  return listed;
}

class Lister {
 public:
  Lister(const Flow& flow, const TextPictureOptions& options) : flow_(flow), options_(options) {}

  void add(std::size_t depth, std::string text, State state, const std::string& mark) {
    std::string line(2 * std::min(depth, kDeepest), ' ');
    line += mark.empty() ? "" : mark + " ";
    line += std::move(text);
    rows_.push_back({{cut_to_width(line, static_cast<std::size_t>(options_.columns), dots()), state}});
  }
  void add_task(std::size_t depth, const FlowTask& task, const std::string& after) {
    const State state = state_of(task.status);
    add(depth, shown(task.name, options_.charset) + after, state, std::string(mark_of(state, options_.charset)));
  }
  std::string after(std::span<const layout::Node> upstream) const {
    if (upstream.empty()) return "";
    std::string text = " (after ";
    for (std::size_t i = 0; i < std::min(upstream.size(), kMostNamed); ++i) {
      const FlowGroup& group = flow_.groups[upstream[i]];
      text +=
          (i > 0 ? ", " : "") + shown(group.named ? group.name : flow_.tasks[group.first_task].name, options_.charset);
    }
    if (upstream.size() > kMostNamed) text += fmt::format(" and {} more", upstream.size() - kMostNamed);
    return text + ")";
  }
  std::vector<TextRow> take() { return std::move(rows_); }

 private:
  std::string_view dots() const { return options_.charset == Charset::kUtf8 ? "…" : ".."; }

  const Flow& flow_;
  const TextPictureOptions& options_;
  std::vector<TextRow> rows_;
};

}  // namespace

std::vector<TextRow> list_rows(const Flow& flow, const std::vector<layout::Edge>& edges,
                               const TextPictureOptions& options) {
  const Result<layout::Adjacency> adjacency = layout::adjacency_of(flow.groups.size(), edges);
  if (!adjacency) return {};
  Lister lister(flow, options);
  for (const Listed& listed : in_order(flow, *adjacency)) {
    const FlowGroup& group = flow.groups[listed.group];
    const std::string after = lister.after(adjacency->up.of(listed.group));
    if (group.named) lister.add(listed.depth, "group " + shown(group.name, options.charset) + after, State::kNone, "");
    for (std::uint32_t i = 0; i < group.task_count; ++i) {
      lister.add_task(listed.depth + (group.named ? 1 : 0), flow.tasks[group.first_task + i], group.named ? "" : after);
    }
  }
  return lister.take();
}

}  // namespace sennit::drawing
