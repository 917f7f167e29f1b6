#include "spec/graph_assembly.h"

#include <fmt/format.h>

#include <algorithm>

#include "spec/grammar.h"
#include "spec/suggest.h"

namespace sennit::spec {
namespace {

// Comparing a wrong name with all others is linear: in a large file only for so many.
constexpr std::uint32_t kSuggestionsInLargeFiles = 5;
constexpr std::size_t kLargeFile = 10'000;
// A cycle through more groups than this is shown with its middle left out.
constexpr std::size_t kShownCycle = 20;
// Each further one costs another search.
constexpr std::size_t kMostCycles = 20;

}  // namespace

GraphAssembly::GraphAssembly(WorkflowBuilder& builder, Reporter& reporter, const Limits& limits, NameMatch match,
                             std::string_view word)
    : builder_(builder), reporter_(reporter), limits_(limits), word_(word), names_(builder.header(), match) {}

bool GraphAssembly::has_room(Span at) {
  if (builder_.task_count() < limits_.tasks) return true;
  if (!overflowed_) {
    reporter_.error(Code::kTooManyTasks, at, fmt::format("more than {} {}s", limits_.tasks, word_),
                    {.expected = fmt::format("at most the limit tasks ({})", limits_.tasks), .suggestion = {}});
  }
  overflowed_ = true;
  return false;
}

void GraphAssembly::report_duplicate(std::string_view name, NameIndex::Owner earlier, Span at) {
  const Workflow& workflow = builder_.header();
  const bool is_task = std::holds_alternative<TaskIndex>(earlier);
  const TaskIndex* task = std::get_if<TaskIndex>(&earlier);
  const std::string other = is_task ? std::string(workflow.name_of(*task)) : shown(std::get<GroupIndex>(earlier));
  const Span first = is_task ? task_at_[task->value()] : group_at_[std::get<GroupIndex>(earlier).value()];
  const std::string_view kind = is_task ? std::string_view(word_) : "group";
  const std::string place = fmt::format("the {} in line {}", kind, reporter_.source_line_of(first));
  reporter_.error(Code::kDuplicateName, at,
                  other == name ? fmt::format("the name '{}' is used twice: {} has it already", name, place)
                                : fmt::format("the names '{}' and '{}' ({}) count as the same: case does not matter, "
                                              "nor - or _",
                                              name, other, place));
}

void GraphAssembly::added(TaskIndex task, Span at) {
  task_at_.push_back(at);
  const Workflow& workflow = builder_.header();
  const std::size_t bytes = workflow.body_bytes(task).size();
  if (bytes > limits_.task_bytes) {
    reporter_.error(Code::kTaskTooLarge, at,
                    fmt::format("the {} '{}' has {} bytes, the limit task_size is {}", word_, workflow.name_of(task),
                                bytes, limits_.task_bytes),
                    {.expected = "large contents as an input", .suggestion = {}});
  }
  if (const auto earlier = names_.add(task)) report_duplicate(workflow.name_of(task), *earlier, at);
}

void GraphAssembly::added(GroupIndex group, Span at) {
  group_at_.resize(group.value() + 1);
  group_at_[group.value()] = at;
  if (builder_.header().groups[group.value()].name.size == 0) return;
  if (const auto earlier = names_.add(group)) report_duplicate(shown(group), *earlier, at);
}

void GraphAssembly::connect(TaskIndex task, TaskIndex upstream, std::string_view name, Span at) {
  const Workflow& workflow = builder_.header();
  const GroupIndex group = workflow.tasks[task.value()].group;
  const GroupIndex needed = workflow.tasks[upstream.value()].group;
  if (task == upstream) {
    reporter_.error(Code::kCycle, at, fmt::format("{} '{}' depends on itself", word_, name));
  } else if (group == needed) {
    reporter_.error(Code::kCycle, at,
                    fmt::format("'{}' is in the same group as '{}': they start together, so neither can wait for the "
                                "other",
                                name, workflow.name_of(task)));
  } else {
    builder_.add_edge(group, needed);
  }
}

void GraphAssembly::depend(TaskIndex task, std::uint32_t input, std::string_view name, Span at) {
  if (const std::optional<TaskIndex> upstream = names_.find_task(name)) {
    connect(task, *upstream, name, at);
    return;
  }
  open_.push_back({task, input, std::string(name), at});
}

void GraphAssembly::mention(std::string_view name, Span at) {
  if (!names_.find_task(name)) open_.push_back({std::nullopt, kNoInput, std::string(name), at});
}

void GraphAssembly::stands_for(std::string_view name, std::vector<TaskIndex> tasks) {
  sets_.emplace(name, std::move(tasks));
}

void GraphAssembly::makes_dataset(TaskIndex task, std::string_view name) {
  makers_[std::string(name)].push_back(builder_.header().tasks[task.value()].group);
}

void GraphAssembly::takes_dataset(TaskIndex task, std::string_view name) {
  takers_.emplace_back(name, builder_.header().tasks[task.value()].group);
}

void GraphAssembly::report_unknown(const Open& open) {
  const Workflow& workflow = builder_.header();
  const std::optional<NameIndex::Owner> same = names_.find_same(open.name);
  if (same && std::holds_alternative<GroupIndex>(*same)) {
    reporter_.error(Code::kUnknownTask, open.at,
                    fmt::format("'{}' is a group; an input names one of its tasks", open.name));
    return;
  }
  std::string suggestion;
  const bool wrong = !is_task_reference(open.name) && word_ == "task";
  if (same) {
    suggestion = workflow.name_of(std::get<TaskIndex>(*same));
  } else if (workflow.tasks.size() <= kLargeFile || suggestions_ < kSuggestionsInLargeFiles) {
    ++suggestions_;
    Nearest nearest(open.name);
    for (std::uint32_t i = 0; i < workflow.tasks.size(); ++i) nearest.consider(workflow.name_of(TaskIndex(i)));
    suggestion = nearest.result();
  }
  reporter_.error(wrong ? Code::kBadName : Code::kUnknownTask, open.at,
                  fmt::format("there is no {} called '{}'", word_, open.name),
                  {.expected = wrong ? "a task of this workflow, or <workflow id>:<task> of an earlier one" : "",
                   .suggestion = std::move(suggestion)});
}

void GraphAssembly::resolve_open() {
  std::vector<Fix> fixes;
  for (const Open& open : open_) {
    const std::optional<TaskIndex> upstream = names_.find_task(open.name);
    const auto set = upstream || sets_.empty() ? sets_.end() : sets_.find(open.name);
    if (!upstream && set == sets_.end()) {
      report_unknown(open);
      continue;
    }
    if (!open.task) continue;
    if (upstream) {
      connect(*open.task, *upstream, open.name, open.at);
    } else {
      for (const TaskIndex each : set->second) connect(*open.task, each, open.name, open.at);
    }
    if (open.input == kNoInput) continue;
    fixes.push_back({.task = *open.task,
                     .input = open.input,
                     .upstream = upstream.value_or(TaskIndex(0)),
                     .all = upstream ? nullptr : &set->second});
  }
  open_.clear();
  open_.shrink_to_fit();
  if (!fixes.empty() && !reporter_.has_errors()) fix_bodies(fixes);
}

// One input becomes an input for each of the tasks.
void GraphAssembly::write_out_input(std::vector<InputSpec>& inputs, std::size_t at, const std::vector<TaskIndex>& all) {
  std::vector<InputSpec> each(all.size(), inputs[at]);
  for (std::size_t i = 0; i < all.size(); ++i) {
    each[i].task = all[i];
    each[i].source = builder_.header().name_of(all[i]);
  }
  const auto place = inputs.erase(inputs.begin() + static_cast<std::ptrdiff_t>(at));
  inputs.insert(place, std::make_move_iterator(each.begin()), std::make_move_iterator(each.end()));
}

// Bodies were written before the tasks behind forward references were known.
void GraphAssembly::fix_bodies(const std::vector<Fix>& fixes) {
  std::vector<TaskIndex> tasks;
  for (const Fix& fix : fixes) {
    if (tasks.empty() || tasks.back() != fix.task) tasks.push_back(fix.task);
  }
  auto next = fixes.begin();
  const Result<void> fixed = change_bodies(builder_.header(), tasks, [&](TaskIndex task, TaskBody& body) {
    std::size_t added = 0;  // in front of the inputs that follow
    for (; next != fixes.end() && next->task == task; ++next) {
      const std::size_t at = next->input + added;
      if (next->all == nullptr) {
        body.inputs[at].task = next->upstream;
      } else {
        write_out_input(body.inputs, at, *next->all);
        added += next->all->size() - 1;
      }
    }
  });
  SENNIT_CHECK(fixed.ok());
}

void GraphAssembly::connect_datasets() {
  for (const auto& [name, group] : takers_) {
    const auto makers = makers_.find(name);
    if (makers == makers_.end()) continue;  // it exists already, made by somebody else
    for (const GroupIndex maker : makers->second) {
      if (maker != group) builder_.add_edge(group, maker);
    }
  }
}

std::string GraphAssembly::shown(GroupIndex group) const {
  const Workflow& workflow = builder_.header();
  const GroupSpec& spec = workflow.groups[group.value()];
  if (spec.name.size > 0) return std::string(workflow.names, spec.name.at, spec.name.size);
  return std::string(workflow.name_of(spec.first_task));
}

void GraphAssembly::report_cycle(const std::vector<GroupIndex>& cycle) {
  // Told from where a reader of the file meets it first.
  std::vector<GroupIndex> ring(cycle.begin(), cycle.end() - 1);
  std::ranges::rotate(ring, std::ranges::min_element(ring));
  ring.push_back(ring.front());
  const Workflow& workflow = builder_.header();
  std::string path;
  std::string tasks;  // what makes each arrow, where groups have more than one task
  for (std::size_t i = 0; i < ring.size(); ++i) {
    const bool hidden = ring.size() > kShownCycle && i >= kShownCycle / 2 && i < ring.size() - kShownCycle / 2;
    if (hidden && i > kShownCycle / 2) continue;
    path += i == 0 ? "" : " -> ";
    path += hidden ? fmt::format("({} more)", ring.size() - kShownCycle) : shown(ring[i]);
    const bool named = !hidden && i + 1 < ring.size() && workflow.groups[ring[i].value()].name.size > 0;
    const auto edge = named ? edge_between(ring[i], ring[i + 1]) : std::nullopt;
    if (!edge) continue;
    tasks += fmt::format("{}'{}' takes from '{}'", tasks.empty() ? "" : ", ", workflow.name_of(edge->first),
                         workflow.name_of(edge->second));
  }
  const auto first = edge_between(ring[0], ring[1]);
  const Span at =
      first ? task_at_[first->first.value()] : task_at_[workflow.groups[ring.front().value()].first_task.value()];
  reporter_.error(Code::kCycle, at,
                  fmt::format("circular dependency: {}{}", path, tasks.empty() ? "" : fmt::format(" ({})", tasks)),
                  {.expected = fmt::format("each arrow reads 'runs after'; one of them must go"), .suggestion = {}});
}

// Tasks of which one takes an input from the other. The edges themselves do not say: there may be millions of them, and
// only a cycle asks.
std::optional<std::pair<TaskIndex, TaskIndex>> GraphAssembly::edge_between(GroupIndex group, GroupIndex needed) const {
  const Workflow& workflow = builder_.header();
  const GroupSpec& spec = workflow.groups[group.value()];
  for (std::uint32_t i = 0; i < spec.task_count; ++i) {
    const TaskIndex task(spec.first_task.value() + i);
    const Result<TaskBody> body = workflow.body_of(task);
    if (!body) continue;
    for (const InputSpec& input : body->inputs) {
      if (input.kind != InputSpec::Kind::kTask || input.from_other) continue;
      const std::optional<TaskIndex> upstream = names_.find_task(input.source);
      if (upstream && workflow.tasks[upstream->value()].group == needed) return std::pair(task, *upstream);
    }
  }
  return std::nullopt;
}

void GraphAssembly::finish() {
  if (overflowed_) return;  // half a file: every further complaint would be a guess
  resolve_open();
  connect_datasets();
  for (const std::vector<GroupIndex>& cycle : builder_.find_cycles(kMostCycles)) report_cycle(cycle);
}

}  // namespace sennit::spec
