// Explanations, estimates and costs as the API shows them: the core's answers with what only lies on disk.
//
// Threads: the loop's. Reads the ends of a few logs.
#pragma once

#include <optional>
#include <string>

#include "core/explain.h"
#include "core/state.h"
#include "views/views.h"

namespace sennit::api {

enum class LogLines : std::uint8_t { kNone, kLast };

// `runs_dir` is the workflow's own. Without a task it is about the workflow.
views::WhyView view_of(const core::Why& why, const core::WorkflowState& workflow, std::optional<TaskIndex> task,
                       const std::string& runs_dir, LogLines lines);

// Nothing for a workflow that has used no GPU and has no price.
std::optional<views::CostView> cost_view(const core::WorkflowState& workflow, const core::PastDurations* durations,
                                         Instant now);

}  // namespace sennit::api
