// The task that this command is run by, if a task of a workflow runs it: what `status`, `logs` and `why` are about when
// nothing is named.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"

namespace sennit::cli {

struct OwnTask {
  std::string workflow;
  std::string task;
};

// From the variables that every task has (docs/architecture.md). A task may have changed them: they are names like any
// others, and are looked up as such.
std::optional<OwnTask> own_task();

// What is to be said to somebody who names no workflow and is no task.
std::string which_workflow_text();

// Where no workflow is named, it is the own task's. Fails: kInvalid (nobody's task), with which_workflow_text().
Result<void> name_workflow(std::optional<std::string>& workflow);

}  // namespace sennit::cli
