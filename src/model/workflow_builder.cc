#include "model/workflow_builder.h"

#include <algorithm>
#include <limits>

#include "model/graph.h"

namespace sennit {
namespace {

constexpr std::size_t kMaxText = std::numeric_limits<std::uint32_t>::max();

TextRef append_text(std::string& blob, std::string_view text) {
  const TextRef ref{static_cast<std::uint32_t>(blob.size()), static_cast<std::uint32_t>(text.size())};
  blob.append(text);
  return ref;
}

}  // namespace

GroupIndex WorkflowBuilder::begin_group(std::string_view name, const GroupSpec& options) {
  GroupSpec group = options;
  group.name = append_text(workflow_.names, name);
  group.first_task = TaskIndex(static_cast<std::uint32_t>(workflow_.tasks.size()));
  group.task_count = 0;
  workflow_.groups.push_back(group);
  return GroupIndex(static_cast<std::uint32_t>(workflow_.groups.size() - 1));
}

void WorkflowBuilder::name_group(GroupIndex group, std::string_view name) {
  workflow_.groups[group.value()].name = append_text(workflow_.names, name);
}

TaskIndex WorkflowBuilder::add_task(std::string_view name, const TaskBody& body, const ResourceRequest& resources,
                                    const TaskPolicy& policy, bool lead) {
  SENNIT_CHECK(!workflow_.groups.empty());
  TaskSpec task;
  task.name = append_text(workflow_.names, name);
  const std::size_t body_at = workflow_.bodies.size();
  encode(body, workflow_.bodies);
  too_large_ |= workflow_.bodies.size() > kMaxText || workflow_.names.size() > kMaxText;
  task.body = {static_cast<std::uint32_t>(body_at), static_cast<std::uint32_t>(workflow_.bodies.size() - body_at)};
  task.group = GroupIndex(static_cast<std::uint32_t>(workflow_.groups.size() - 1));
  task.resources = resources_.add(workflow_.resources, resources);
  task.policy = policies_.add(workflow_.policies, policy);
  task.lead = lead;
  task.fetches = std::ranges::any_of(body.inputs, [](const InputSpec& i) { return i.kind != InputSpec::Kind::kTask; });
  const TaskIndex index(static_cast<std::uint32_t>(workflow_.tasks.size()));
  note(body, index);
  workflow_.tasks.push_back(task);
  ++workflow_.groups.back().task_count;
  return index;
}

void WorkflowBuilder::add_edge(GroupIndex group, GroupIndex upstream) { edges_.emplace_back(group, upstream); }

void WorkflowBuilder::note(const TaskBody& body, TaskIndex task) {
  const DemandSet fresh = demands_of(body) & ~noted_;
  for (unsigned i = 0; fresh.any() && i < kDemandCount; ++i) {
    if (fresh.test(i)) workflow_.demands.emplace_back(static_cast<Demand>(i), task);
  }
  noted_ |= fresh;
  const bool borrows =
      std::ranges::any_of(body.inputs, [](const InputSpec& i) { return i.from_other && i.other_dir.empty(); });
  if (borrows) workflow_.borrowers.push_back(task);
}

std::vector<std::vector<GroupIndex>> WorkflowBuilder::find_cycles(std::size_t most) const {
  std::vector<std::vector<GroupIndex>> cycles;
  std::vector<Edge> edges = edges_;
  while (cycles.size() < most) {
    std::vector<GroupIndex> cycle = find_cycle(compress_edges(edges, workflow_.groups.size()), workflow_.groups.size());
    if (cycle.empty()) break;
    std::vector<GroupIndex> members = cycle;
    std::sort(members.begin(), members.end());
    const auto is_member = [&](GroupIndex group) { return std::binary_search(members.begin(), members.end(), group); };
    std::erase_if(edges, [&](const Edge& edge) { return is_member(edge.first) && is_member(edge.second); });
    cycles.push_back(std::move(cycle));
  }
  return cycles;
}

Result<Workflow> WorkflowBuilder::finish() && {
  if (too_large_) return Error(ErrorCode::kExhausted, "the text of all tasks together is larger than 4 GiB");
  workflow_.upstream = compress_edges(edges_, workflow_.groups.size());
  for (auto& [group, upstream] : edges_) std::swap(group, upstream);
  workflow_.downstream = compress_edges(edges_, workflow_.groups.size());
  workflow_.names.shrink_to_fit();
  workflow_.bodies.shrink_to_fit();
  workflow_.tasks.shrink_to_fit();
  workflow_.groups.shrink_to_fit();
  return std::move(workflow_);
}

}  // namespace sennit
