// Journaled events as lines of a workflow's history. Pure.
#pragma once

#include <cstdint>
#include <optional>

#include "model/event.h"
#include "model/workflow.h"
#include "views/views.h"

namespace sennit::api {

// How much of the history somebody wants to see.
enum class EventLevel : std::uint8_t {
  kWorkflow = 0,  // the workflow's own moves
  kFailures = 1,  // ... and tasks that failed or are tried again
  kTasks = 2,     // ... and each task's start and end
  kAll = 3,
};

EventLevel level_of(const Event& event);
// The task that it is about; nothing if it is about a group or the workflow.
std::optional<TaskIndex> task_of(const Event& event);

views::EventView view_of(const Event& event, std::uint64_t seq, const Workflow& workflow, std::string_view id);

}  // namespace sennit::api
