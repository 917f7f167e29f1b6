#include "cli/own_task.h"

#include <utility>

#include "cli/session.h"

namespace sennit::cli {

std::optional<OwnTask> own_task() {
  std::optional<std::string> workflow = variable("SENNIT_WORKFLOW_ID");
  std::optional<std::string> task = variable("SENNIT_TASK");
  if (!workflow || workflow->empty() || !task || task->empty()) return std::nullopt;
  return OwnTask{.workflow = std::move(*workflow), .task = std::move(*task)};
}

std::string which_workflow_text() {
  return "which workflow? Its ID is needed (`sennit status` lists them; `last` is the newest; inside a task its own is "
         "meant)";
}

Result<void> name_workflow(std::optional<std::string>& workflow) {
  if (workflow) return {};
  std::optional<OwnTask> own = own_task();
  if (!own) return Error(ErrorCode::kInvalid, which_workflow_text());
  workflow = std::move(own->workflow);
  return {};
}

}  // namespace sennit::cli
