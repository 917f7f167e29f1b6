// The keys that mean a task on every screen on which one is selected.
#pragma once

#include <string>
#include <vector>

#include "tui/view/view.h"

namespace sennit::tui {

// What there is to read about it: Enter and d, l, w; c cancels it, s goes into it. `task` "": nothing is selected, and
// nothing done.
std::vector<Act> task_acts(Desk& desk, const std::string& workflow, const std::string& task);

}  // namespace sennit::tui
