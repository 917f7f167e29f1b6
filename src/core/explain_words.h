// Words that the explanations of tasks and of workflows share.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/state.h"

namespace sennit::core {

constexpr std::size_t kMaxNames = 5;

// "3 tasks"
std::string plural(std::size_t count, std::string_view what);

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

}  // namespace sennit::core
