#include "drawing/dot.h"

#include <fmt/format.h>

#include <iterator>

#include "drawing/escape.h"

namespace sennit::drawing {
namespace {

std::string_view color_of(State state) {
  switch (state) {
    case State::kNone: break;
    case State::kWaiting: return "gray40";
    case State::kRunning: return "darkorange3";
    case State::kCompleted: return "forestgreen";
    case State::kFailed: return "firebrick";
    case State::kSkipped: return "gray60";
  }
  return "";
}

void append_task(std::string& out, const Flow& flow, std::uint32_t at, std::string_view indent) {
  const FlowTask& task = flow.tasks[at];
  fmt::format_to(std::back_inserter(out), "{}t{} [label={}", indent, at, dot_string(task.name));
  const State state = state_of(task.status);
  if (state != State::kNone) {
    fmt::format_to(std::back_inserter(out), ", color={0}, fontcolor={0}, tooltip={1}", color_of(state),
                   dot_string(task.name + ": " + task.status));
  }
  out += "];\n";
}

// An edge needs a task at each end; towards a cluster it is cut at the cluster's border.
void append_edge(std::string& out, const Flow& flow, const layout::Edge& edge) {
  const FlowGroup& from = flow.groups[edge.from];
  const FlowGroup& to = flow.groups[edge.to];
  if (from.task_count == 0 || to.task_count == 0) return;
  fmt::format_to(std::back_inserter(out), "  t{} -> t{}", from.first_task, to.first_task);
  std::string cut;
  if (from.named) cut += fmt::format("ltail=cluster_{}", edge.from);
  if (to.named) cut += fmt::format("{}lhead=cluster_{}", cut.empty() ? "" : ", ", edge.to);
  if (!cut.empty()) fmt::format_to(std::back_inserter(out), " [{}]", cut);
  out += ";\n";
}

}  // namespace

std::string to_dot(const Flow& flow) {
  std::string out = fmt::format("digraph {} {{\n", dot_string(flow.is_run() ? flow.id : flow.name));
  out += "  compound=true;\n  node [shape=box, fontname=\"monospace\"];\n  graph [fontname=\"monospace\"];\n";
  for (std::uint32_t at = 0; at < flow.groups.size(); ++at) {
    const FlowGroup& group = flow.groups[at];
    if (group.named) {
      fmt::format_to(std::back_inserter(out), "  subgraph cluster_{} {{\n    label={};\n", at, dot_string(group.name));
    }
    for (std::uint32_t i = 0; i < group.task_count; ++i) {
      append_task(out, flow, group.first_task + i, group.named ? "    " : "  ");
    }
    if (group.named) out += "  }\n";
  }
  for (const layout::Edge& edge : flow.edges) append_edge(out, flow, edge);
  return out + "}\n";
}

}  // namespace sennit::drawing
