// What a screen asks the server to change; how it went is said in the last line.
#pragma once

#include <string>
#include <vector>

#include "tui/view/view.h"

namespace sennit::tui {

// These tasks, or the whole workflow if there are none.
void cancel_tasks(Desk& desk, const std::string& workflow, const std::vector<std::string>& tasks);
void pause_workflow(Desk& desk, const std::string& workflow);
void resume_workflow(Desk& desk, const std::string& workflow);
// Once more, as a new workflow.
void rerun_workflow(Desk& desk, const std::string& workflow);

}  // namespace sennit::tui
