// What a screen asks the server to change; how it went is said in the last line.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tui/view/view.h"

namespace sennit::tui {

struct TaskRef {
  std::string name;
  std::string status;  // "": not known
};

// Asks first, with how many of them run and how many wait; whose end has come already is left out, and said if none is
// left. `done` is called after a yes; it may be empty.
void ask_to_cancel(Desk& desk, const std::string& workflow, const std::vector<TaskRef>& tasks,
                   std::function<void()> done);
// The same, of whole workflows by their ids.
void ask_to_cancel(Desk& desk, const std::vector<TaskRef>& workflows, std::function<void()> done);
// The same, of one with its tasks.
void ask_to_cancel_all(Desk& desk, const TaskRef& workflow, const views::TaskCounts& counts);

// These tasks, or the whole workflow if there are none. Without a question.
void cancel_tasks(Desk& desk, const std::string& workflow, const std::vector<std::string>& tasks);
void pause_workflow(Desk& desk, const std::string& workflow);
void resume_workflow(Desk& desk, const std::string& workflow);
// Once more, as a new workflow.
void rerun_workflow(Desk& desk, const std::string& workflow);

}  // namespace sennit::tui
