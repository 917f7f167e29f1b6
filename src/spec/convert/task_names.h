// Names of tasks for jobs, which may be called anything.
//
// Threads:   one.
#pragma once

#include <set>
#include <string>
#include <string_view>

namespace sennit::spec {

// The text as a name of the tasks format, at most `most` characters: other characters become '-'.
std::string task_name_of(std::string_view text, std::size_t most);

// Hands out names that differ from each other, and from those of the groups that tasks bring with them.
class TaskNames {
 public:
  explicit TaskNames(std::size_t most);
  std::string take(std::string_view text);

 private:
  bool claim(const std::string& name);

  std::size_t most_;
  std::set<std::string> taken_;  // folded: case does not matter, nor - or _
};

}  // namespace sennit::spec
