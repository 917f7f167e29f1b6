// Puts the tasks of a file into a graph: names that must be unique, references forwards and backwards, cycles.
//
// Usage: after each builder.add_task / begin_group call added(); depend() for each reference; finish() once at the end.
//
// Threads:   one.
// Ownership: works on a builder and a reporter that must outlive it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "model/workflow_builder.h"
#include "spec/limits.h"
#include "spec/name_index.h"
#include "spec/reporter.h"

namespace sennit::spec {

class GraphAssembly {
 public:
  static constexpr std::uint32_t kNoInput = 0xFFFFFFFF;

  // `word` is what the dialect calls a task.
  GraphAssembly(WorkflowBuilder& builder, Reporter& reporter, const Limits& limits, NameMatch match,
                std::string_view word);

  // Whether one more task is allowed; complains once.
  bool has_room(Span at);

  // Reports a name that is taken, and a task that is too large. `at` is the place of the name.
  void added(TaskIndex task, Span at);
  void added(GroupIndex group, Span at);

  // The task of this name, if it has been added already.
  std::optional<TaskIndex> find(std::string_view name) const { return names_.find_task(name); }

  // `task` runs after the task called `name`, which may come later in the file. `input` is the position in the body's
  // inputs that gets its index, if it was not known when the body was written; else kNoInput.
  void depend(TaskIndex task, std::uint32_t input, std::string_view name, Span at);

  // A name that something mentions which is no task itself, because its own name is wrong: the task must exist.
  void mention(std::string_view name, Span at);

  // A name that is no task's and stands for several: who depends on it depends on all of them, and an input of that
  // name becomes an input for each.
  void stands_for(std::string_view name, std::vector<TaskIndex> tasks);

  // A data set that a task makes or takes: who takes it runs after those who make it.
  void makes_dataset(TaskIndex task, std::string_view name);
  void takes_dataset(TaskIndex task, std::string_view name);

  // Resolves what was open, looks for cycles.
  void finish();

  const NameIndex& names() const { return names_; }
  Span place_of(TaskIndex task) const { return task_at_[task.value()]; }
  Workflow& workflow() { return builder_.header(); }

 private:
  struct Open {
    std::optional<TaskIndex> task;  // none: a mention
    std::uint32_t input;
    std::string name;
    Span at;
  };

  // An input whose task was not known when the body was written.
  struct Fix {
    TaskIndex task;
    std::uint32_t input;
    TaskIndex upstream;
    const std::vector<TaskIndex>* all = nullptr;  // instead of upstream, if the name stands for several
  };

  void connect(TaskIndex task, TaskIndex upstream, std::string_view name, Span at);
  void resolve_open();
  void connect_datasets();
  void report_duplicate(std::string_view name, NameIndex::Owner earlier, Span at);
  void report_unknown(const Open& open);
  void report_cycle(const std::vector<GroupIndex>& cycle);
  std::optional<std::pair<TaskIndex, TaskIndex>> edge_between(GroupIndex group, GroupIndex needed) const;
  void fix_bodies(const std::vector<Fix>& fixes);
  void write_out_input(std::vector<InputSpec>& inputs, std::size_t at, const std::vector<TaskIndex>& all);
  std::string shown(GroupIndex group) const;

  WorkflowBuilder& builder_;
  Reporter& reporter_;
  const Limits& limits_;
  std::string word_;
  NameIndex names_;
  std::vector<Span> task_at_;
  std::vector<Span> group_at_;
  std::vector<Open> open_;
  std::unordered_map<std::string, std::vector<TaskIndex>> sets_;
  std::unordered_map<std::string, std::vector<GroupIndex>> makers_;
  std::vector<std::pair<std::string, GroupIndex>> takers_;
  std::uint32_t suggestions_ = 0;
  bool overflowed_ = false;
};

}  // namespace sennit::spec
