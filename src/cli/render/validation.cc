#include "cli/render/validation.h"

#include <fmt/format.h>

#include <iterator>

#include "base/printable.h"
#include "cli/render/cost_text.h"
#include "cli/render/diagnostics.h"
#include "views/json.h"

namespace sennit::cli {
namespace {

// A tasks file with more is summed up; a jobs file's lines are promised, all of them.
constexpr std::uint32_t kMostTasksListed = 1000;

std::string names_of_groups(const Workflow& workflow, std::span<const GroupIndex> groups) {
  std::string names;
  for (const GroupIndex group : groups) {
    if (!names.empty()) names += ", ";
    const GroupSpec& spec = workflow.group(group);
    names += spec.name.size == 0 ? printable(workflow.name_of(spec.first_task)) : printable(workflow.name_of(group));
  }
  return names;
}

void append_jobs(std::string& out, const Workflow& workflow) {
  fmt::format_to(std::back_inserter(out), "  Jobs: {}\n", workflow.tasks.size());
  for (std::uint32_t at = 0; at < workflow.tasks.size(); ++at) {
    const TaskIndex task(at);
    const Result<TaskBody> body = workflow.body_of(task);
    fmt::format_to(std::back_inserter(out), "    - {}: {} (depends on: {})\n", printable(workflow.name_of(task)),
                   body ? printable(body->verb) : "?",
                   names_of_groups(workflow, workflow.upstream.of(workflow.tasks[at].group)));
  }
}

// Where a task's data comes from: tasks, URLs and datasets, in file order.
std::string inputs_of(const TaskBody& body) {
  std::string inputs;
  for (const InputSpec& input : body.inputs) {
    if (!inputs.empty()) inputs += ", ";
    inputs += printable(input.source);
  }
  return inputs;
}

void append_task(std::string& out, const Workflow& workflow, TaskIndex task, std::string_view indent) {
  const Result<TaskBody> body = workflow.body_of(task);
  const TaskSpec& spec = workflow.tasks[task.value()];
  const bool alone = workflow.group(spec.group).name.size == 0;
  fmt::format_to(std::back_inserter(out), "{}- {}{}: {} (inputs: {})\n", indent, printable(workflow.name_of(task)),
                 spec.lead && !alone ? " (lead)" : "", body ? printable(body->image) : "?",
                 body ? inputs_of(*body) : "?");
}

void append_tasks(std::string& out, const Workflow& workflow) {
  auto end = std::back_inserter(out);
  std::size_t named = 0;
  for (const GroupSpec& group : workflow.groups) named += group.name.size != 0 ? 1U : 0U;
  if (named > 0) fmt::format_to(end, "  Groups: {}\n", workflow.groups.size());
  fmt::format_to(end, "  Tasks: {}\n", workflow.tasks.size());
  std::uint32_t listed = 0;
  for (std::uint32_t at = 0; at < workflow.groups.size() && listed < kMostTasksListed; ++at) {
    const GroupIndex index(at);
    const GroupSpec& group = workflow.group(index);
    if (group.name.size != 0) {
      fmt::format_to(end, "    - group {} (after: {})\n", printable(workflow.name_of(index)),
                     names_of_groups(workflow, workflow.upstream.of(index)));
    }
    for (std::uint32_t n = 0; n < group.task_count && listed < kMostTasksListed; ++n, ++listed) {
      append_task(out, workflow, TaskIndex(group.first_task.value() + n), group.name.size != 0 ? "        " : "    ");
    }
  }
  if (listed < workflow.tasks.size()) fmt::format_to(end, "    and {} more\n", workflow.tasks.size() - listed);
}

// "$9.00 an hour of all its 4.5 GPUs (at $2.00 a GPU-hour)"
std::string hourly_text(const spec::HourlyCost& cost) {
  const double gpus = static_cast<double>(cost.thousandths) / kWholeGpu;
  const std::string price =
      cost.per_gpu_hour ? fmt::format("at {} a GPU-hour", money(*cost.per_gpu_hour)) : "at several prices";
  if (cost.thousandths == kWholeGpu) return fmt::format("{} an hour of its GPU", money(cost.amount));
  return fmt::format("{} an hour of all its {:g} GPUs ({})", money(cost.amount), gpus, price);
}

}  // namespace

std::string validation_text(const Workflow& workflow, const std::optional<spec::HourlyCost>& cost) {
  std::string out = fmt::format("✓ Workflow configuration is valid!\n  Name: {}\n", printable(workflow.name));
  switch (workflow.dialect) {
    case Dialect::kJobs: append_jobs(out, workflow); break;
    case Dialect::kTasks: append_tasks(out, workflow); break;
  }
  if (cost) out += fmt::format("  Cost: {}\n", hourly_text(*cost));
  return out;
}

std::string validation_json(const Workflow& workflow, const std::vector<spec::Diagnostic>& warnings,
                            const std::optional<spec::HourlyCost>& cost) {
  views::ValidationView view{.name = workflow.name,
                             .format = workflow.dialect == Dialect::kJobs ? "jobs" : "tasks",
                             .tasks = workflow.tasks.size(),
                             .groups = workflow.groups.size(),
                             .diagnostics = {},
                             .cost = {}};
  for (const spec::Diagnostic& warning : warnings) view.diagnostics.push_back(view_of(warning));
  if (cost) {
    const double gpus = static_cast<double>(cost->thousandths) / kWholeGpu;
    view.cost = {.gpus = gpus, .per_hour = cost->amount, .per_gpu_hour = cost->per_gpu_hour};
  }
  return to_json(view);
}

}  // namespace sennit::cli
