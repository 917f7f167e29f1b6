// Words that the explanations of tasks and of workflows share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/state.h"

namespace sennit::core {

constexpr std::size_t kMaxNames = 5;

// "3 tasks"
std::string plural(std::size_t count, std::string_view what);

// "1st", "22nd", "113th"
std::string ordinal(std::size_t number);

// What a task runs, in one line: "python train.py --epochs 3"; "": nothing to show.
std::string command_text(const Workflow& workflow, TaskIndex task);

// "failed with exit code 7"
std::string failure_text(const WorkflowState& workflow, const TaskState& row);

// The command that shows more of a failed task: its log, if it has one.
std::string where_to_look(const WorkflowState& workflow, TaskIndex task);

// "a, b, c and 4 more"
class NameList {
 public:
  void add(std::string name);
  std::size_t count() const { return count_; }
  std::string text() const;

 private:
  std::vector<std::string> names_;
  std::size_t count_ = 0;
};

// What an exit code of a command usually means; "": its own affair.
std::string_view usual_meaning_of(std::int32_t exit_code);

}  // namespace sennit::core
