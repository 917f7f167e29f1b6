// The lists of a workflow: tasks, and groups of them.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "spec/fields.h"
#include "spec/grammar.h"
#include "spec/note_taking.h"
#include "spec/schema/shapes.h"
#include "spec/suggest.h"
#include "spec/tasks/names.h"
#include "spec/tasks/workflow_reader.h"
#include "spec/values.h"

namespace sennit::spec {
namespace {

Schema some_tasks_shape() { return tasks_shape().number("minItems", 1); }

constexpr auto kGroupTable = std::to_array<FieldText>({
    {"name", Need::kRequired, name_shape, "Unique among all tasks and groups of the workflow."},
    {"barrier", Need::kOptional, switch_shape,
     "Whether the commands wait until every task of the group is ready; true by default."},
    {"ignoreNonleadStatus", Need::kOptional, switch_shape,
     "True, the default: the lead alone decides, and the others are stopped when it ends. False: every task must "
     "complete."},
    {"tasks", Need::kRequired, some_tasks_shape,
     "The tasks of the group. If there are several, exactly one has `lead: true`."},
});
constexpr auto kGroupFields = names_of(kGroupTable);
constexpr std::size_t kMostUnknownResources = 100;
// Comparing a wrong name with all tasks of a group is linear.
constexpr std::uint32_t kMostSuggested = 1000;

bool ends_like_a_group(std::string_view name) {
  return name.size() > kGroupSuffix.size() &&
         folded_name(name.substr(name.size() - kGroupSuffix.size())) == kGroupSuffix;
}

}  // namespace

// Both lists have it.
Schema tasks_shape() { return list_of(Schema::reference(kTaskDefinition)); }
Schema groups_shape() { return list_of(record("a group", kGroupTable)); }

void WorkflowReader::read_tasks(YamlParser& parser, const YamlValue& value) {
  single_tasks_ = true;
  ListCursor cursor(parser, value);
  GroupDraft group;
  while (true) {
    const Arena::Mark mark = parser.mark();
    const std::optional<YamlValue> item = cursor.next();
    if (!item) return;
    pass_->item_begins = reporter_.mark();
    ++pass_->listed_tasks;
    if (item->is_mapping()) pass_->last_task = item->at;
    const Node* node = parser.tree(*item);
    if (node == nullptr) return;
    read_item(parser, *node, [&](const Node& one) {
      group.index = GroupIndex(static_cast<std::uint32_t>(pass_->builder.header().groups.size()));
      const std::optional<TaskIndex> task = read_task(one, group);
      if (task) check_hosts(group.hosts, group.index);
      group.hosts.clear();
      return task;
    });
    pass_->item_ends = reporter_.mark();
    parser.release(mark);
  }
}

// A task, or with `matrix` many.
void WorkflowReader::read_item(YamlParser& parser, const Node& item,
                               const std::function<std::optional<TaskIndex>(const Node&)>& read) {
  std::vector<TaskIndex> tasks;
  const std::string_view all = matrix_.expand(item, [&](const Node& one) {
    if (parser.failed()) return;
    if (!pass_->graph.has_room(item.at)) return parser.stop();
    const std::optional<TaskIndex> task = read(one);
    if (task && &one != &item) tasks.push_back(*task);
  });
  if (!all.empty()) pass_->graph.stands_for(all, std::move(tasks));
}

void WorkflowReader::read_groups(YamlParser& parser, const YamlValue& value) {
  single_tasks_ = false;
  ListCursor cursor(parser, value);
  while (true) {
    const Arena::Mark mark = parser.mark();
    const std::optional<YamlValue> item = cursor.next();
    if (!item) return;
    ++pass_->listed_groups;
    if (!pass_->graph.has_room(item->at)) return parser.stop();
    read_group(parser, *item);
    parser.release(mark);
  }
}

void WorkflowReader::read_group(YamlParser& parser, const YamlValue& value) {
  if (!value.is_mapping()) {
    const Node* node = parser.tree(value);
    if (node != nullptr) report_wrong_type(reporter_, *node, "a group", "a map", "- name: ...");
    return;
  }
  GroupDraft group;
  group.at = value.at;
  pass_->last_task.reset();
  group.index = pass_->builder.begin_group({});
  MapCursor cursor(parser, value);
  std::uint32_t seen = 0;
  bool second_name = false;
  while (const std::optional<MapCursor::Entry> entry = cursor.next()) {
    if (is_foreign(*entry->key, kGroupFields) && is_torn_off(parser, *entry->key)) return;
    const auto* field = known_field(reporter_, *entry->key, "a group", kGroupFields);
    if (field == kGroupFields.end()) {
      parser.tree(entry->value);
      continue;
    }
    const bool again = entry->repeated || (entry->value.node != nullptr && entry->value.node->again);
    if (again && *field == "name") {
      report_second_name(reporter_, *entry->key, "a group");
      second_name = true;
      group.has_tasks = false;  // those so far are another group's
      group.tasks = group.leads = 0;
    } else if (entry->repeated && !second_name) {
      report_repeated_field(reporter_, *entry->key);
    }
    seen |= 1U << (field - kGroupFields.begin());
    read_group_field(parser, *field, entry->value, group);
  }
  if (parser.failed()) return;
  if ((seen & 1U) == 0) report_missing_field(reporter_, value.at, "a group", "name");
  if ((seen & 8U) == 0) report_missing_field(reporter_, value.at, "a group", "tasks");
  close_group(group);
}

void WorkflowReader::read_group_field(YamlParser& parser, std::string_view field, const YamlValue& value,
                                      GroupDraft& group) {
  if (field == "tasks" && value.is_sequence()) {
    read_group_tasks(parser, value, group);
    return;
  }
  const Node* node = parser.tree(value);
  if (node == nullptr) return;
  GroupSpec& spec = pass_->builder.header().groups[group.index.value()];
  if (field == "name") {
    group.name_at = node->at;
    group.has_name = read_name(reporter_, *node, group.name);
  } else if (field == "barrier") {
    const std::optional<bool> barrier = read_switch(reporter_, *node, "'barrier'");
    spec.barrier = barrier.value_or(true);
    if (barrier) group.barrier_at = node->at;
  } else if (field == "ignoreNonleadStatus") {
    const std::optional<bool> ignore = read_switch(reporter_, *node, "'ignoreNonleadStatus'");
    spec.ignore_nonlead_status = ignore.value_or(true);
    if (ignore) group.ignore_nonlead_at = node->at;
  } else {
    report_wrong_type(reporter_, *node, "'tasks'", "a list", "items that begin with '- name: ...'");
  }
}

void WorkflowReader::read_group_tasks(YamlParser& parser, const YamlValue& value, GroupDraft& group) {
  group.has_tasks = true;
  ListCursor cursor(parser, value);
  while (true) {
    const Arena::Mark mark = parser.mark();
    const std::optional<YamlValue> item = cursor.next();
    if (!item) return;
    pass_->item_begins = reporter_.mark();
    if (item->is_mapping()) pass_->last_task = item->at;
    const Node* node = parser.tree(*item);
    if (node == nullptr) return;
    read_item(parser, *node, [&](const Node& one) {
      ++group.tasks;
      return read_task(one, group);
    });
    pass_->item_ends = reporter_.mark();
    parser.release(mark);
  }
}

void WorkflowReader::close_group(GroupDraft& group) {
  if (group.has_name && check_name(reporter_, group.name, group.name_at, "a group") &&
      group.name.size() > limits_.name_length) {
    reporter_.error(Code::kNameTooLong, group.name_at,
                    fmt::format("the name of the group is {} characters long, the limit name_length is {}",
                                group.name.size(), limits_.name_length));
  }
  Workflow& workflow = pass_->builder.header();
  GroupSpec& spec = workflow.groups[group.index.value()];
  pass_->builder.name_group(group.index, group.name);
  pass_->graph.added(group.index, group.name_at);
  check_hosts(group.hosts, group.index);
  if (!group.has_tasks) return;
  const Span at = group.has_name ? group.name_at : group.at;
  if (group.tasks == 0) {
    reporter_.error(Code::kEmpty, at, fmt::format("the group '{}' has no tasks", group.name));
  } else if (group.tasks > 1 && group.leads != 1) {
    reporter_.error(Code::kLead, at,
                    fmt::format("the group '{}' has {} with 'lead: true'", group.name,
                                group.leads == 0 ? std::string("no task") : fmt::format("{} tasks", group.leads)),
                    {.expected = "exactly one, whose end ends the group", .suggestion = {}});
  } else if (group.tasks == 1 && spec.task_count == 1) {
    workflow.tasks[spec.first_task.value()].lead = true;
    warn_of_group_of_one(group);
  }
}

// A template may make groups of any size, and one now and then.
void WorkflowReader::warn_of_group_of_one(const GroupDraft& group) {
  if (reporter_.view() != nullptr && reporter_.view()->is_made()) return;
  if (group.barrier_at) {
    reporter_.warning(Code::kNoEffect, *group.barrier_at, "'barrier' has no effect in a group of one task");
  }
  if (group.ignore_nonlead_at) {
    reporter_.warning(Code::kNoEffect, *group.ignore_nonlead_at,
                      "'ignoreNonleadStatus' has no effect in a group of one task");
  }
}

std::optional<TaskIndex> WorkflowReader::read_task(const Node& node, GroupDraft& group) {
  draft_.reset();
  if (!tasks_.read(node, draft_)) return std::nullopt;
  if (draft_.lead) ++group.leads;
  check_tokens(node, draft_.body.inputs, knowledge_of_inputs(), reporter_, group.hosts);
  if (!check_task_name()) {
    check_nameless_task();
    return std::nullopt;
  }
  if (single_tasks_) {
    pass_->builder.begin_group({});
    draft_.lead = true;
  }
  const std::optional<TaskIndex> task = add_task();
  if (task && takes_notes()) take_note(*task, node);
  return task;
}

void WorkflowReader::take_note(TaskIndex task, const Node& node) {
  notes_.tasks.resize(task.value() + 1);
  TaskNote& note = notes_.tasks.back();
  note.resource = draft_.resource;
  if (options_.notes != Notes::kPlaces) return;
  note.at = place_of(reporter_, draft_.name_at);
  note.fields = notes_of(reporter_, node);
}

// The name of an input may be that of a task with a matrix, and stand for several.
Inputs WorkflowReader::knowledge_of_inputs() const {
  if (!pass_->has_matrix) return Inputs::kKnown;
  const bool known = std::ranges::all_of(draft_.body.inputs, [this](const InputSpec& input) {
    return input.kind != InputSpec::Kind::kTask || input.from_other || pass_->graph.find(input.source);
  });
  return known ? Inputs::kKnown : Inputs::kMore;
}

bool WorkflowReader::check_task_name() {
  const std::string& name = draft_.name;
  if (!draft_.has_name) return false;  // said already
  if (!check_name(reporter_, name, draft_.name_at, "a task")) return !name.empty();
  if (is_reserved_task_name(name)) {
    reporter_.error(Code::kReservedName, draft_.name_at, fmt::format("the name '{}' is reserved", name));
  }
  const std::size_t made_up = name.size() + (single_tasks_ ? kGroupSuffix.size() : 0);
  if (made_up > limits_.name_length) {
    reporter_.error(
        Code::kNameTooLong, draft_.name_at,
        name.size() > limits_.name_length
            ? fmt::format("the name is {} characters long, the limit name_length is {}", name.size(),
                          limits_.name_length)
            : fmt::format("the name of its group, '{}{}', is {} characters long, the limit name_length is {}", name,
                          kGroupSuffix, made_up, limits_.name_length));
  }
  return true;
}

// What it refers to must exist all the same.
void WorkflowReader::check_nameless_task() {
  if (const ResourceEntry* resource = resource_of_task()) resources_.check_task(draft_, *resource);
  for (std::size_t i = 0; i < draft_.body.inputs.size(); ++i) {
    const InputSpec& input = draft_.body.inputs[i];
    const bool here = input.kind == InputSpec::Kind::kTask && !input.from_other && !input.source.empty();
    if (here) pass_->graph.mention(input.source, draft_.input_at[i]);
  }
}

const ResourceEntry* WorkflowReader::resource_of_task() {
  if (pass_->resource == nullptr || pass_->resource_name != draft_.resource) {
    pass_->resource = resources_.find(draft_.resource);
    pass_->resource_name = draft_.resource;
  }
  if (pass_->resource == nullptr && pass_->unknown_resources.size() < kMostUnknownResources) {
    const bool named = draft_.resource_at.line > 0 || draft_.resource_at.column > 0;
    // One entry is missing, not one for each task.
    if (!named && std::exchange(pass_->default_is_missing, true)) return nullptr;
    pass_->unknown_resources.emplace_back(draft_.resource, named ? draft_.resource_at : draft_.name_at);
  }
  return pass_->resource;
}

std::optional<TaskIndex> WorkflowReader::add_task() {
  static const ResourceEntry kNothing;
  const ResourceEntry* found = resource_of_task();
  const ResourceEntry& resource = found != nullptr ? *found : kNothing;
  if (found != nullptr) {
    resources_.check_task(draft_, resource);
    resources_.check_topology(resource);
  }
  draft_.body.nodes_excluded = resource.nodes_excluded;
  draft_.body.platform_mounts = resources_.mounts_of_platform(resource);
  for (InputSpec& input : draft_.body.inputs) {
    if (input.kind != InputSpec::Kind::kTask || input.from_other) continue;
    input.task = pass_->graph.find(input.source).value_or(TaskIndex(0));
  }
  const TaskIndex task =
      pass_->builder.add_task(draft_.name, draft_.body, resource.request, draft_.policy, draft_.lead);
  pass_->graph.added(task, draft_.name_at);
  if (single_tasks_ && ends_like_a_group(draft_.name)) pass_->suffixed.push_back(task);
  connect_inputs(task);
  connect_datasets(task);
  return task;
}

void WorkflowReader::connect_inputs(TaskIndex task) {
  for (std::size_t i = 0; i < draft_.body.inputs.size(); ++i) {
    const InputSpec& input = draft_.body.inputs[i];
    if (input.kind != InputSpec::Kind::kTask || input.from_other || input.source.empty()) continue;
    pass_->graph.depend(task, static_cast<std::uint32_t>(i), input.source, draft_.input_at[i]);
  }
}

void WorkflowReader::connect_datasets(TaskIndex task) {
  for (const InputSpec& input : draft_.body.inputs) {
    if (input.kind == InputSpec::Kind::kDataset) pass_->graph.takes_dataset(task, dataset_name(input.source));
  }
  for (const OutputSpec& output : draft_.body.outputs) {
    if (output.kind != OutputSpec::Kind::kUrl) pass_->graph.makes_dataset(task, dataset_name(output.target));
  }
}

void WorkflowReader::check_hosts(const std::vector<HostToken>& hosts, GroupIndex group) {
  for (const HostToken& host : hosts) {
    const std::optional<TaskIndex> task = pass_->graph.find(host.task);
    if (task && pass_->builder.header().tasks[task->value()].group == group) continue;
    if (task) {
      report_open_token(reporter_, host.at, host.written, "only tasks of the same group have names for each other", {});
      continue;
    }
    const GroupSpec& spec = pass_->builder.header().groups[group.value()];
    Nearest nearest(host.task);
    for (std::uint32_t i = 0; i < std::min(spec.task_count, kMostSuggested); ++i) {
      nearest.consider(pass_->builder.header().name_of(TaskIndex(spec.first_task.value() + i)));
    }
    const std::string near = nearest.result();
    report_open_token(reporter_, host.at, host.written, fmt::format("the group has no task '{}'", host.task),
                      near.empty() ? near : fmt::format("{{{{host:{}}}}}", near));
  }
}

}  // namespace sennit::spec
