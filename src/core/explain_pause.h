// Why something that is paused does not go on, and how it does.
#pragma once

#include <optional>
#include <string>

#include "core/explain.h"

namespace sennit::core {

// "by ada 3m ago: nightly backup"
std::string pause_text(const PauseLog& log, Instant now);

// Nothing: neither the task nor what it waits with is paused.
std::optional<Why> explain_pause(const WorkflowState& workflow, TaskIndex task, Instant now);

}  // namespace sennit::core
