// The screens of one run, and the keys that lead from each to the others.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "tui/view/view.h"

namespace sennit::tui {

enum class RunScreen : std::uint8_t { kTasks, kGraph, kTimeline, kCharts };
inline constexpr int kRunScreens = 4;

// Shows that screen in place of the one that asks. `task` is selected there; "": as it was.
using ShowScreen = std::function<void(RunScreen screen, const std::string& task)>;

// A key for each of the others, and [ and ], which go around; none without `show`.
void add_screens(std::vector<Act>& acts, const ShowScreen& show, RunScreen here, const std::string& task);

}  // namespace sennit::tui
