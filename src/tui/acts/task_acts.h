// The keys that mean a task on every screen on which one is selected.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tui/acts/changes.h"
#include "tui/view/view.h"

namespace sennit::tui {

struct ChosenTask {
  std::string workflow;
  TaskRef task;  // name "": none is selected, and nothing done
  // Where tasks can be marked: those that are, on which `c` acts then, and what makes an end of that.
  std::function<std::vector<TaskRef>()> marked;
  std::function<void()> unmark;
};

// What there is to read about it: Enter and d, l, w; c cancels it, s goes into it, F makes a port of it reachable.
std::vector<Act> task_acts(Desk& desk, const ChosenTask& chosen);

}  // namespace sennit::tui
