#include "model/workflow_builder.h"

#include <limits>

#include "model/graph.h"

namespace sennit {
namespace {

constexpr std::size_t kMaxText = std::numeric_limits<std::uint32_t>::max();

// The position of `value` in `values`, where equal values are stored once. Files repeat the same few, most often the
// one used last; the search from the back stays short for the others.
template <class T>
std::uint32_t intern_value(std::vector<T>& values, std::uint32_t& last, const T& value) {
  if (last < values.size() && values[last] == value) return last;
  for (std::size_t i = values.size(); i-- > 0;) {
    if (values[i] == value) return last = static_cast<std::uint32_t>(i);
  }
  values.push_back(value);
  return last = static_cast<std::uint32_t>(values.size() - 1);
}

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
  task.resources = intern(resources);
  task.policy = intern(policy);
  task.lead = lead;
  workflow_.tasks.push_back(task);
  ++workflow_.groups.back().task_count;
  return TaskIndex(static_cast<std::uint32_t>(workflow_.tasks.size() - 1));
}

void WorkflowBuilder::add_edge(GroupIndex group, GroupIndex upstream) { edges_.emplace_back(group, upstream); }

std::uint32_t WorkflowBuilder::intern(const ResourceRequest& resources) {
  return intern_value(workflow_.resources, last_resources_, resources);
}

std::uint32_t WorkflowBuilder::intern(const TaskPolicy& policy) {
  return intern_value(workflow_.policies, last_policy_, policy);
}

std::vector<GroupIndex> WorkflowBuilder::find_cycle() const {
  std::vector<Edge> edges = edges_;
  return sennit::find_cycle(compress_edges(edges, workflow_.groups.size()), workflow_.groups.size());
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
