#include "tui/acts/task_acts.h"

#include <fmt/format.h>

#include <memory>
#include <utility>

#include "tui/jobs/job.h"
#include "tui/logs/log_view.h"
#include "tui/texts/task_texts.h"
#include "tui/texts/text_view.h"

namespace sennit::tui {
namespace {

// Only what runs can be gone into. What is not known, the command finds out.
bool has_way_in(Desk& desk, const TaskRef& task) {
  if (task.status.empty() || standing_of(task.status) == Standing::kRunning) return true;
  desk.warn(fmt::format("{} does not run: there is no way in", task.name));
  return false;
}

void forward_port(Desk& desk, const std::string& workflow, const TaskRef& task) {
  if (!has_way_in(desk, task)) return;
  desk.prompt(fmt::format("port of {}, or LOCAL:REMOTE; Ctrl-C ends it:", task.name), "", {},
              [&desk, workflow, name = task.name](const std::string& ports) {
                if (!ports.empty()) desk.run_command({"port-forward", workflow, name, "--port", ports});
              });
}

void cancel(Desk& desk, const ChosenTask& chosen) {
  std::vector<TaskRef> tasks = chosen.marked ? chosen.marked() : std::vector<TaskRef>();
  if (tasks.empty() && !chosen.task.name.empty()) tasks.push_back(chosen.task);
  ask_to_cancel(desk, chosen.workflow, tasks, chosen.unmark);
}

}  // namespace

std::vector<Act> task_acts(Desk& desk, const ChosenTask& chosen) {
  const std::string& workflow = chosen.workflow;
  const TaskRef& task = chosen.task;
  const auto text = [&](TaskText what) {
    return [&desk, workflow, task, what] {
      if (!task.name.empty()) desk.open(task_text(desk, what, workflow, task.name));
    };
  };
  return {
      {named(KeyName::kEnter), "details", "all that is known of the task", true, text(TaskText::kDescription)},
      {character('l'), "log", "the task's log on the whole screen", true,
       [&desk, workflow, task] {
         if (!task.name.empty()) desk.open(std::make_unique<LogView>(desk, workflow, task.name));
       }},
      {character('w'), "why", "why it is where it is", true, text(TaskText::kWhy)},
      {character('d'), "describe", "all that is known of the task", false, text(TaskText::kDescription)},
      {character('c'), "cancel", chosen.marked ? "the selected task, or those that are marked" : "the selected task",
       true, [&desk, chosen] { cancel(desk, chosen); }},
      {character('s'), "shell", "in the task, where it runs", false,
       [&desk, workflow, task] {
         if (!task.name.empty() && has_way_in(desk, task)) desk.run_command({"exec", workflow, task.name});
       }},
      {character('F'), "forward", "make a port of the task reachable here, until Ctrl-C", false,
       [&desk, workflow, task] {
         if (!task.name.empty()) forward_port(desk, workflow, task);
       }}};
}

}  // namespace sennit::tui
