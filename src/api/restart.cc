#include "api/restart.h"

#include <fmt/format.h>

#include "logs/run_layout.h"
#include "model/workflow_builder.h"

namespace sennit::api {
namespace {

constexpr std::uint32_t kDropped = ~std::uint32_t{0};

class Remainder {
 public:
  explicit Remainder(const core::WorkflowState& finished)
      : finished_(finished), old_(*finished.spec), new_groups_(old_.groups.size(), kDropped) {}

  Result<Workflow> build() {
    copy_header();
    number_tasks();
    if (kept_ == 0) {
      return Error(ErrorCode::kConflict,
                   fmt::format("{} completed: nothing is left to run; submit it again to run all of it",
                               finished_.submission.id));
    }
    for (std::uint32_t g = 0; g < old_.groups.size(); ++g) {
      if (new_groups_[g] != kDropped) SENNIT_TRY(copy_group(GroupIndex(g)));
    }
    copy_edges();
    return std::move(builder_).finish();
  }

 private:
  bool is_kept(GroupIndex group) const { return finished_.group(group).status != Status::kCompleted; }

  void copy_header() {
    Workflow& header = builder_.header();
    header.name = old_.name;
    header.description = old_.description;
    header.dialect = old_.dialect;
    header.labels = old_.labels;
    header.timeout = old_.timeout;
    header.max_parallel = old_.max_parallel;
    header.allocation = old_.allocation;
    header.gpus = old_.gpus;
    header.output_dir = old_.output_dir;
  }

  // The positions that the kept groups and tasks will have.
  void number_tasks() {
    new_tasks_.assign(old_.tasks.size(), kDropped);
    std::uint32_t next_task = 0;
    for (std::uint32_t g = 0; g < old_.groups.size(); ++g) {
      if (!is_kept(GroupIndex(g))) continue;
      new_groups_[g] = kept_++;
      const GroupSpec& group = old_.groups[g];
      for (std::uint32_t i = 0; i < group.task_count; ++i) new_tasks_[group.first_task.value() + i] = next_task++;
    }
  }

  Result<void> copy_group(GroupIndex index) {
    const GroupSpec& group = old_.group(index);
    const std::string name = group.name.size == 0 ? "" : old_.name_of(index);
    builder_.begin_group(name, group);
    for (std::uint32_t i = 0; i < group.task_count; ++i) {
      const TaskIndex task(group.first_task.value() + i);
      SENNIT_ASSIGN(TaskBody body, old_.body_of(task));
      for (InputSpec& input : body.inputs) redirect(input);
      builder_.add_task(old_.name_of(task), body, old_.resources_of(task), old_.policy_of(task),
                        old_.tasks[task.value()].lead);
    }
    return {};
  }

  void redirect(InputSpec& input) const {
    if (input.kind != InputSpec::Kind::kTask || input.from_other) return;
    const std::uint32_t task = new_tasks_[input.task.value()];
    if (task != kDropped) {
      input.task = TaskIndex(task);
      return;
    }
    input.from_other = true;
    input.other_dir =
        finished_.submission.id + "/" + logs::relative_output_dir(input.source, finished_.task(input.task).number);
    input.source = finished_.submission.id + ":" + input.source;
    input.task = TaskIndex(0);
  }

  void copy_edges() {
    for (std::uint32_t g = 0; g < old_.groups.size(); ++g) {
      if (new_groups_[g] == kDropped) continue;
      for (const GroupIndex upstream : old_.upstream.of(GroupIndex(g))) {
        const std::uint32_t kept = new_groups_[upstream.value()];
        if (kept != kDropped) builder_.add_edge(GroupIndex(new_groups_[g]), GroupIndex(kept));
      }
    }
  }

  const core::WorkflowState& finished_;
  const Workflow& old_;
  WorkflowBuilder builder_;
  std::vector<std::uint32_t> new_groups_;
  std::vector<std::uint32_t> new_tasks_;
  std::uint32_t kept_ = 0;
};

}  // namespace

Result<Workflow> remaining_of(const core::WorkflowState& finished) { return Remainder(finished).build(); }

}  // namespace sennit::api
