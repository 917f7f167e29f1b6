#include "drawing/mermaid.h"

#include <fmt/format.h>

#include <array>
#include <iterator>

#include "drawing/escape.h"

namespace sennit::drawing {
namespace {

std::string_view class_of(State state) {
  switch (state) {
    case State::kNone: break;
    case State::kWaiting: return "waiting";
    case State::kRunning: return "running";
    case State::kCompleted: return "completed";
    case State::kFailed: return "failed";
    case State::kSkipped: return "skipped";
  }
  return "";
}

// Readable on light and on dark pages.
std::string_view look_of(State state) {
  switch (state) {
    case State::kNone: break;
    case State::kWaiting: return "fill:#f6f8fa,stroke:#6e7781,color:#24292f";
    case State::kRunning: return "fill:#fff8c5,stroke:#9a6700,color:#3b2300";
    case State::kCompleted: return "fill:#dafbe1,stroke:#1a7f37,color:#0a3016";
    case State::kFailed: return "fill:#ffebe9,stroke:#cf222e,color:#4c0e13";
    case State::kSkipped: return "fill:#eaeef2,stroke:#8c959f,color:#57606a";
  }
  return "";
}

// What an edge is tied to: a group's frame, or the task that stands alone.
std::string end_of(const Flow& flow, std::uint32_t group) {
  return flow.groups[group].named ? fmt::format("g{}", group) : fmt::format("t{}", flow.groups[group].first_task);
}

void append_task(std::string& out, const Flow& flow, std::uint32_t at, std::string_view indent) {
  fmt::format_to(std::back_inserter(out), "{}t{}[{}]", indent, at, mermaid_string(flow.tasks[at].name));
  const State state = state_of(flow.tasks[at].status);
  if (state != State::kNone) fmt::format_to(std::back_inserter(out), ":::{}", class_of(state));
  out += '\n';
}

}  // namespace

std::string to_mermaid(const Flow& flow) {
  std::string out = "flowchart TD\n";
  std::array<bool, kStateCount> seen{};
  for (const FlowTask& task : flow.tasks) seen[static_cast<std::size_t>(state_of(task.status))] = true;
  for (std::uint32_t at = 0; at < flow.groups.size(); ++at) {
    const FlowGroup& group = flow.groups[at];
    if (group.named) {
      fmt::format_to(std::back_inserter(out), "  subgraph g{}[{}]\n", at, mermaid_string(group.name));
    }
    for (std::uint32_t i = 0; i < group.task_count; ++i) {
      append_task(out, flow, group.first_task + i, group.named ? "    " : "  ");
    }
    if (group.named) out += "  end\n";
  }
  for (const layout::Edge& edge : flow.edges) {
    fmt::format_to(std::back_inserter(out), "  {} --> {}\n", end_of(flow, edge.from), end_of(flow, edge.to));
  }
  for (int i = 1; i < kStateCount; ++i) {
    const auto state = static_cast<State>(i);
    if (!seen[static_cast<std::size_t>(i)]) continue;
    fmt::format_to(std::back_inserter(out), "  classDef {} {}\n", class_of(state), look_of(state));
  }
  return out;
}

}  // namespace sennit::drawing
