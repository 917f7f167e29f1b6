#include "spec/tasks/advice.h"

#include <fmt/format.h>

#include <optional>

namespace sennit::spec {
namespace {

// With fewer there is hardly a "the others".
constexpr std::size_t kFewestGroups = 3;

bool is_alone(const Workflow& workflow, GroupIndex group) {
  return workflow.upstream.of(group).empty() && workflow.downstream.of(group).empty();
}

// Whether what a task does may be seen outside of it, or comes from outside.
bool trades_with_the_world(const Workflow& workflow, TaskIndex task) {
  // What it leaves in its output directory is kept with the workflow.
  if (workflow.body_bytes(task).find("{{output}}") != std::string_view::npos) return true;
  const Result<TaskBody> body = workflow.body_of(task);
  return !body || !body->inputs.empty() || !body->outputs.empty() || !body->checkpoints.empty() || !body->kpis.empty();
}

std::optional<GroupIndex> only_group_alone(const Workflow& workflow) {
  std::optional<GroupIndex> found;
  for (std::uint32_t at = 0; at < workflow.groups.size(); ++at) {
    if (!is_alone(workflow, GroupIndex(at))) continue;
    if (found) return std::nullopt;
    found = GroupIndex(at);
  }
  return found;
}

}  // namespace

void advise_on_task_apart(const Workflow& workflow, const GraphAssembly& graph, Reporter& reporter) {
  if (workflow.groups.size() < kFewestGroups) return;
  const std::optional<GroupIndex> apart = only_group_alone(workflow);
  if (!apart) return;
  const GroupSpec& group = workflow.group(*apart);
  for (std::uint32_t i = 0; i < group.task_count; ++i) {
    if (trades_with_the_world(workflow, TaskIndex(group.first_task.value() + i))) return;
  }
  const std::string_view name = workflow.name_of(group.first_task);
  reporter.warning(
      Code::kApart, graph.place_of(group.first_task),
      fmt::format("'{}' is connected with no other task, and puts out nothing", name),
      {.expected = "'inputs' that name what it waits for, unless it is to run beside the others", .suggestion = {}});
}

void advise_on_image(std::string_view image, Span at, Reporter& reporter) {
  if (image.find('@') != std::string_view::npos) return;
  const std::size_t slash = image.rfind('/');
  const std::size_t colon = image.find(':', slash == std::string_view::npos ? 0 : slash);
  const std::string_view tag = colon == std::string_view::npos ? std::string_view() : image.substr(colon + 1);
  if (!tag.empty() && tag != "latest") return;
  reporter.warning(Code::kLooseImage, at,
                   tag.empty() ? fmt::format("the image '{}' has no tag: its version changes", image)
                               : fmt::format("the version of the image '{}' changes", image),
                   {.expected = "a tag that stays, or a digest: name:1.2", .suggestion = {}});
}

}  // namespace sennit::spec
