#include "tui/acts/task_acts.h"

#include <memory>

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
          {character('d'), "describe", "all that is known of the task", false, text(TaskText::kDescription)}};
}

void add_turns(std::vector<Act>& acts, const Turn& turn, const std::string& task) {
  if (!turn) return;
  acts.push_back({character(']'), "next screen", "of the run: tasks, graph, timeline, charts", false,
                  [turn, task] { turn(1, task); }});
  acts.push_back({character('['), "screen before", "of the run", false, [turn, task] { turn(-1, task); }});
}

}  // namespace sennit::tui
