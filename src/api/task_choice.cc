#include "api/task_choice.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "api/query.h"
#include "core/state.h"

namespace sennit::api {

Result<TaskIndex> task_named(const Record& record, const std::string& name) {
  if (const auto task = find_task(*record.state->spec, name)) return *task;
  std::string known;
  const std::size_t shown = std::min<std::size_t>(record.state->tasks.size(), 8);
  for (std::uint32_t i = 0; i < shown; ++i) {
    known += i == 0 ? "" : ", ";
    known += record.state->spec->name_of(TaskIndex(i));
  }
  if (shown < record.state->tasks.size()) known += ", ...";
  return Error(ErrorCode::kNotFound,
               fmt::format("{} has no task '{}'; it has: {}", record.row.submission.id, name, known));
}

Result<std::optional<TaskIndex>> task_parameter(const Record& record, const http::Target& target) {
  const auto name = text_parameter(target, "task");
  if (!name) return std::optional<TaskIndex>();
  SENNIT_ASSIGN(const TaskIndex task, task_named(record, *name));
  return std::optional(task);
}

}  // namespace sennit::api
