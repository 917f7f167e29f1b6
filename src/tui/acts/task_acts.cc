#include "tui/acts/task_acts.h"

#include <fmt/format.h>

#include <memory>

#include "tui/acts/changes.h"
#include "tui/logs/log_view.h"
#include "tui/texts/task_texts.h"
#include "tui/texts/text_view.h"

namespace sennit::tui {

std::vector<Act> task_acts(Desk& desk, const std::string& workflow, const std::string& task) {
  const auto text = [&desk, workflow, task](TaskText what) {
    return [&desk, workflow, task, what] {
      if (!task.empty()) desk.open(task_text(desk, what, workflow, task));
    };
  };
  return {{named(KeyName::kEnter), "details", "all that is known of the task", true, text(TaskText::kDescription)},
          {character('l'), "log", "the task's log on the whole screen", true,
           [&desk, workflow, task] {
             if (!task.empty()) desk.open(std::make_unique<LogView>(desk, workflow, task));
           }},
          {character('w'), "why", "why it is where it is", true, text(TaskText::kWhy)},
          {character('d'), "describe", "all that is known of the task", false, text(TaskText::kDescription)},
          {character('c'), "cancel", "the task", false,
           [&desk, workflow, task] {
             if (task.empty()) return;
             desk.ask(fmt::format("Cancel {} of {}?", task, workflow),
                      [&desk, workflow, task] { cancel_tasks(desk, workflow, {task}); });
           }},
          {character('s'), "shell", "in the task, where it runs", false, [&desk, workflow, task] {
             if (!task.empty()) desk.run_command({"exec", workflow, task});
           }}};
}

}  // namespace sennit::tui
