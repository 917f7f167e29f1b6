// What there is to read about a task and its workflow.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "tui/view/view.h"

namespace sennit::tui {

enum class TaskText : std::uint8_t { kDescription, kWhy, kSpec, kEvents, kErrors };

std::unique_ptr<View> task_text(Desk& desk, TaskText what, const std::string& workflow, const std::string& task);

}  // namespace sennit::tui
