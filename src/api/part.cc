#include "api/part.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "logs/run_layout.h"
#include "model/workflow_builder.h"
#include "spec/suggest.h"

namespace sennit::api {
namespace {

constexpr std::uint32_t kNone = ~std::uint32_t{0};

Error conflict(std::string message) { return {ErrorCode::kConflict, std::move(message)}; }

std::vector<std::string_view> names_of(const Workflow& workflow) {
  std::vector<std::string_view> names;
  for (std::uint32_t t = 0; t < workflow.tasks.size(); ++t) names.push_back(workflow.name_of(TaskIndex(t)));
  return names;
}

// Where each task of the origin is in the spec. The two are one and the same, unless values were changed.
class Matching {
 public:
  Matching(const Origin& origin, const Workflow& spec) : origin_(*origin.spec), id_(origin.id), spec_(spec) {}

  Result<void> match() {
    task_of_.assign(spec_.tasks.size(), kNone);
    group_of_.assign(spec_.groups.size(), kNone);
    std::unordered_map<std::string_view, std::uint32_t> by_name;
    for (std::uint32_t t = 0; t < spec_.tasks.size(); ++t) by_name.emplace(spec_.name_of(TaskIndex(t)), t);
    for (std::uint32_t t = 0; t < origin_.tasks.size(); ++t) {
      const std::string_view name = origin_.name_of(TaskIndex(t));
      const auto found = by_name.find(name);
      if (found == by_name.end()) return another_graph(fmt::format("task '{}' is not there", name));
      task_of_[found->second] = t;
    }
    for (std::uint32_t g = 0; g < origin_.groups.size(); ++g) {
      const TaskIndex first = origin_.group(GroupIndex(g)).first_task;
      const GroupIndex there = spec_.tasks[by_name.at(origin_.name_of(first))].group;
      group_of_[there.value()] = g;
    }
    return compare_groups();
  }

  // Of the origin; kNone: it has none that corresponds.
  std::uint32_t task(TaskIndex in_spec) const { return task_of_[in_spec.value()]; }
  std::uint32_t group(GroupIndex in_spec) const { return group_of_[in_spec.value()]; }

 private:
  Error another_graph(const std::string& what) const {
    return conflict(fmt::format(
        "with these values the file has other tasks than {}: {}; run all of it, with neither --from nor --only", id_,
        what));
  }

  Result<void> compare_groups() const {
    for (std::uint32_t g = 0; g < spec_.groups.size(); ++g) {
      const GroupIndex group(g);
      if (group_of_[g] == kNone) continue;
      const GroupIndex origin(group_of_[g]);
      const GroupSpec& spec = spec_.group(group);
      if (spec.task_count != origin_.group(origin).task_count) {
        return another_graph(fmt::format("group '{}' has {} tasks", spec_.name_of(group), spec.task_count));
      }
      for (const TaskIndex task : core::TaskRange(spec)) {
        if (task_of_[task.value()] == kNone) {
          return another_graph(fmt::format("task '{}' is new", spec_.name_of(task)));
        }
      }
      if (upstream_in_spec(group) != upstream_in_origin(origin)) {
        return another_graph(fmt::format("group '{}' waits for others", spec_.name_of(group)));
      }
    }
    return {};
  }

  // What both could have, by position in the origin.
  std::vector<std::uint32_t> upstream_in_spec(GroupIndex group) const {
    std::vector<std::uint32_t> found;
    for (const GroupIndex up : spec_.upstream.of(group)) {
      if (group_of_[up.value()] != kNone) found.push_back(group_of_[up.value()]);
    }
    std::ranges::sort(found);
    return found;
  }
  std::vector<std::uint32_t> upstream_in_origin(GroupIndex group) const {
    std::vector<std::uint32_t> found;
    for (const GroupIndex up : origin_.upstream.of(group)) found.push_back(up.value());
    std::ranges::sort(found);
    return found;
  }

  const Workflow& origin_;
  const std::string& id_;
  const Workflow& spec_;
  std::vector<std::uint32_t> task_of_;
  std::vector<std::uint32_t> group_of_;
};

// Which groups of the spec are taken.
class Chooser {
 public:
  Chooser(const Origin& origin, const Workflow& spec, const Matching& matching, const Selection& selection)
      : origin_(origin), spec_(spec), matching_(matching), selection_(selection), taken_(spec.groups.size(), false) {}

  Result<std::vector<bool>> choose() {
    const bool by_name = selection_.kind == Selection::Kind::kFrom || selection_.kind == Selection::Kind::kOnly;
    if (by_name) SENNIT_TRY(take_named());
    for (std::uint32_t g = 0; !by_name && g < spec_.groups.size(); ++g) taken_[g] = is_wanted(GroupIndex(g));
    if (selection_.kind == Selection::Kind::kFrom) take_downstream();
    if (std::ranges::find(taken_, true) != taken_.end()) return std::move(taken_);
    return conflict(fmt::format("{} completed: nothing of it is left to run; all of it again: sennit rerun {}",
                                origin_.id, origin_.id));
  }

 private:
  bool is_wanted(GroupIndex group) const {
    const std::uint32_t origin = matching_.group(group);
    if (origin == kNone) return false;
    return selection_.kind == Selection::Kind::kAll || origin_.groups[origin] != Status::kCompleted;
  }

  Result<void> take_named() {
    std::unordered_map<std::string_view, std::uint32_t> groups;
    for (std::uint32_t t = 0; t < spec_.tasks.size(); ++t) {
      if (matching_.task(TaskIndex(t)) != kNone) {
        groups.emplace(spec_.name_of(TaskIndex(t)), spec_.tasks[t].group.value());
      }
    }
    for (const std::string& name : selection_.tasks) {
      const auto found = groups.find(name);
      if (found == groups.end()) return no_such_task(name);
      taken_[found->second] = true;
    }
    return {};
  }

  Error no_such_task(const std::string& name) const {
    spec::Nearest nearest(name);
    for (const std::string_view known : names_of(*origin_.spec)) nearest.consider(known);
    const std::string meant = nearest.result();
    return {ErrorCode::kInvalid, fmt::format("{} has no task '{}'{}", origin_.id, name,
                                             meant.empty() ? "" : fmt::format("; did you mean '{}'?", meant))};
  }

  void take_downstream() {
    std::vector<GroupIndex> open;
    for (std::uint32_t g = 0; g < taken_.size(); ++g) {
      if (taken_[g]) open.emplace_back(g);
    }
    while (!open.empty()) {
      const GroupIndex group = open.back();
      open.pop_back();
      for (const GroupIndex down : spec_.downstream.of(group)) {
        if (taken_[down.value()] || matching_.group(down) == kNone) continue;
        taken_[down.value()] = true;
        open.push_back(down);
      }
    }
  }

  const Origin& origin_;
  const Workflow& spec_;
  const Matching& matching_;
  const Selection& selection_;
  std::vector<bool> taken_;
};

class Cutter {
 public:
  Cutter(const Origin& origin, const Workflow& spec, const Matching& matching, const std::vector<bool>& taken)
      : origin_(origin), spec_(spec), matching_(matching), taken_(taken) {}

  Result<Part> cut() {
    copy_header();
    number();
    for (std::uint32_t g = 0; g < spec_.groups.size(); ++g) {
      if (taken_[g]) SENNIT_TRY(copy_group(GroupIndex(g)));
    }
    SENNIT_TRY(copy_edges());
    SENNIT_ASSIGN(part_.workflow, std::move(builder_).finish());
    return std::move(part_);
  }

 private:
  void copy_header() {
    Workflow& header = builder_.header();
    header = spec_;  // whatever it has, but for what is built anew
    header.groups.clear();
    header.tasks.clear();
    header.upstream = {};
    header.downstream = {};
    header.resources.clear();
    header.policies.clear();
    header.names.clear();
    header.bodies.clear();
    header.demands.clear();
    header.borrowers.clear();
  }

  // The positions that the taken groups and tasks will have.
  void number() {
    new_groups_.assign(spec_.groups.size(), kNone);
    new_tasks_.assign(spec_.tasks.size(), kNone);
    std::uint32_t groups = 0;
    std::uint32_t tasks = 0;
    for (std::uint32_t g = 0; g < spec_.groups.size(); ++g) {
      if (!taken_[g]) continue;
      new_groups_[g] = groups++;
      for (const TaskIndex task : core::TaskRange(spec_.group(GroupIndex(g)))) new_tasks_[task.value()] = tasks++;
    }
  }

  Result<void> copy_group(GroupIndex index) {
    const GroupSpec& group = spec_.group(index);
    builder_.begin_group(group.name.size == 0 ? "" : spec_.name_of(index), group);
    for (const TaskIndex task : core::TaskRange(group)) {
      SENNIT_ASSIGN(TaskBody body, spec_.body_of(task));
      for (std::size_t i = 0; i < body.inputs.size(); ++i) SENNIT_TRY(redirect(task, i, body.inputs[i]));
      builder_.add_task(spec_.name_of(task), body, spec_.resources_of(task), spec_.policy_of(task),
                        spec_.tasks[task.value()].lead);
    }
    return {};
  }

  Result<void> redirect(TaskIndex task, std::size_t position, InputSpec& input) {
    if (input.kind != InputSpec::Kind::kTask) return {};
    if (input.from_other) {
      if (!input.other_dir.empty()) part_.borrowed.emplace(input.source, input.other_dir);
      return {};
    }
    if (const std::uint32_t taken = new_tasks_[input.task.value()]; taken != kNone) {
      input.task = TaskIndex(taken);
      return {};
    }
    const std::uint32_t producer = matching_.task(input.task);
    if (producer == kNone) return borrow_again(task, position, input);
    SENNIT_TRY(expect_completed(task, spec_.tasks[input.task.value()].group));
    borrow(input, origin_.id + ":" + input.source,
           origin_.id + "/" + logs::relative_output_dir(input.source, origin_.numbers[producer]));
    return {};
  }

  // The origin is a part itself and has this from a workflow before it.
  Result<void> borrow_again(TaskIndex task, std::size_t position, InputSpec& input) {
    SENNIT_ASSIGN(const TaskBody body, origin_.spec->body_of(TaskIndex(matching_.task(task))));
    if (position >= body.inputs.size() || !body.inputs[position].from_other) {
      return conflict(fmt::format("with these values task '{}' reads '{}', which is no part of {}", spec_.name_of(task),
                                  input.source, origin_.id));
    }
    const InputSpec& before = body.inputs[position];
    borrow(input, before.source, before.other_dir);
    return {};
  }

  void borrow(InputSpec& input, std::string source, std::string directory) {
    input.from_other = true;
    input.task = TaskIndex(0);
    input.source = std::move(source);
    input.other_dir = std::move(directory);
    part_.borrowed.emplace(input.source, input.other_dir);
  }

  Result<void> expect_completed(TaskIndex waiting, GroupIndex group) const {
    const Status status = origin_.groups[matching_.group(group)];
    if (status == Status::kCompleted) return {};
    return conflict(fmt::format("'{}' needs '{}', which is {} in {}; run that too: --from {}", spec_.name_of(waiting),
                                name_of_upstream(group), to_string(status), origin_.id, name_of_upstream(group)));
  }

  std::string_view name_of_upstream(GroupIndex group) const { return spec_.name_of(spec_.lead_of(group)); }

  // An edge from what is not taken is kept by being done.
  Result<void> copy_edges() {
    for (std::uint32_t g = 0; g < spec_.groups.size(); ++g) {
      if (!taken_[g]) continue;
      const TaskIndex first = spec_.group(GroupIndex(g)).first_task;
      for (const GroupIndex upstream : spec_.upstream.of(GroupIndex(g))) {
        if (taken_[upstream.value()]) {
          builder_.add_edge(GroupIndex(new_groups_[g]), GroupIndex(new_groups_[upstream.value()]));
        } else if (matching_.group(upstream) != kNone) {
          SENNIT_TRY(expect_completed(first, upstream));
        }
      }
    }
    return {};
  }

  const Origin& origin_;
  const Workflow& spec_;
  const Matching& matching_;
  const std::vector<bool>& taken_;
  WorkflowBuilder builder_;
  Part part_;
  std::vector<std::uint32_t> new_groups_;
  std::vector<std::uint32_t> new_tasks_;
};

}  // namespace

Origin origin_of(const core::WorkflowState& workflow) {
  Origin origin{.id = workflow.submission.id, .spec = workflow.spec, .groups = {}, .numbers = {}};
  for (const core::GroupState& group : workflow.groups) origin.groups.push_back(group.status);
  for (const core::TaskState& task : workflow.tasks) origin.numbers.push_back(task.number);
  return origin;
}

Result<Part> select_part(const Origin& origin, const Workflow& spec, const Selection& selection) {
  Matching matching(origin, spec);
  SENNIT_TRY(matching.match());
  SENNIT_ASSIGN(const std::vector<bool> taken, Chooser(origin, spec, matching, selection).choose());
  return Cutter(origin, spec, matching, taken).cut();
}

}  // namespace sennit::api
