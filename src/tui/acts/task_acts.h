// The keys that mean a task on every screen on which one is selected.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tui/view/view.h"

namespace sennit::tui {

// What there is to read about it: Enter and d, l, w. `task` "": nothing is selected, and nothing opened.
std::vector<Act> task_acts(Desk& desk, const std::string& workflow, const std::string& task);

// To another of a run's screens: 1 the next, -1 the one before. `task` is selected there; "": as it was.
using Turn = std::function<void(int by, const std::string& task)>;
// [ and ]; none without `turn`.
void add_turns(std::vector<Act>& acts, const Turn& turn, const std::string& task);

}  // namespace sennit::tui
