#include "spec/tasks/workflow_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "spec/fields.h"
#include "spec/labels.h"
#include "spec/note_taking.h"
#include "spec/schema/shapes.h"
#include "spec/tasks/advice.h"
#include "spec/tasks/names.h"
#include "spec/values.h"

namespace sennit::spec {
namespace {

Schema limit_shape() { return nullable(duration_shape()); }

constexpr auto kTimeoutTable = std::to_array<FieldText>({
    {"exec_timeout", Need::kOptional, limit_shape, "How long a group may run: seconds, or a text such as `8h`."},
    {"queue_timeout", Need::kOptional, limit_shape, "How long a group may wait until it runs."},
});
constexpr auto kTimeoutFields = names_of(kTimeoutTable);

Schema labels_shape() {
  constexpr std::string_view kPart = "[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?";
  return map_of(or_template(Schema::of_type("string").text("pattern", fmt::format("^{}$", kPart))))
      .schema("propertyNames", Schema().text("pattern", fmt::format("^([a-z0-9.-]+/)?{}$", kPart)));
}
Schema timeout_shape() { return record("the timeouts", kTimeoutTable); }

constexpr auto kWorkflowTable = std::to_array<FieldText>({
    {"name", Need::kRequired, name_shape,
     "The workflow's name. Its id is this and a number: `digits-12`. A letter, then letters, digits, `-` and `_`, with "
     "a letter or digit last."},
    {"labels", Need::kOptional, labels_shape, "Labels by which workflows are found and counted."},
    {"timeout", Need::kOptional, timeout_shape, "How long its groups may wait and run."},
    {"resources", Need::kOptional, resources_shape,
     "Named sets of resources. A task takes one by `resource: NAME`, or else the one called `default`."},
    {"tasks", Need::kOptional, tasks_shape,
     "The tasks, in any order: each starts when what its `inputs` name is there. Either this or `groups`."},
    {"groups", Need::kOptional, groups_shape,
     "Groups of tasks that start together and can reach each other. Either this or `tasks`."},
    {"pool", Need::kOptional, text_shape, "Has no effect: `--pool` on the command line chooses the pool."},
    {"backend", Need::kOptional, text_shape, "Has no effect."},
});
constexpr auto kWorkflowFields = names_of(kWorkflowTable);

// The smaller of a value and a cap, where 0 is "none".
Micros capped(Micros value, Micros fallback, Micros most) {
  if (value.count() == 0) value = fallback;
  if (most.count() == 0) return value;
  return value.count() == 0 || value > most ? most : value;
}

}  // namespace

Schema workflow_schema() {
  const auto filled = [](std::string_view list) {
    return Schema()
        .words("required", {list})
        .members("properties", {{std::string(list), Schema().number("minItems", 1)}});
  };
  return record("the workflow", kWorkflowTable).schemas("oneOf", {filled("tasks"), filled("groups")});
}

WorkflowReader::WorkflowReader(const LoadOptions& options, const Limits& limits, const PoolConfig& pool,
                               std::string_view pool_name, const EnvironmentList& environment, Reporter& reporter)
    : options_(options),
      limits_(limits),
      pool_(pool),
      pool_name_(pool_name),
      reporter_(reporter),
      tasks_(options, limits, reporter, environment),
      resources_(pool, pool_name, reporter),
      matrix_(limits, reporter, "-_") {}

std::optional<Workflow> WorkflowReader::read(std::string_view yaml) {
  read_until_done(
      yaml, reporter_, [this](Mended& mended, Reporter::Mark before) { return read_pass(mended, before); },
      [this] { second_pass_ = true; });
  return finish();
}

Reading WorkflowReader::read_pass(Mended& mended, Reporter::Mark before) {
  const std::string_view yaml = mended.text();
  pass_.emplace(reporter_, limits_);
  pass_->has_matrix = yaml.find("matrix:") != std::string_view::npos;
  notes_ = {};
  again_ = false;
  // Bodies are about as long as their text. What is reserved and not used costs no memory.
  pass_->builder.header().bodies.reserve(yaml.size());
  YamlParser parser(yaml, limits_, reporter_);
  const std::optional<YamlValue> root = parser.root();
  if (root) read_root(parser, *root);
  if (parser.failed()) {
    if (parser.mend(mended, before)) return Reading::kMended;
    reporter_.forget_torn_item(pass_->item_begins, pass_->item_ends);
    return Reading::kDone;
  }
  parser.finish();
  if (again_ && !second_pass_) return Reading::kHeaderWasLate;
  for (const auto& [name, at] : pass_->unknown_resources) resources_.report_unknown(name, at);
  pass_->graph.finish();
  check_made_up_names();
  return Reading::kDone;
}

void WorkflowReader::read_root(YamlParser& parser, const YamlValue& root) {
  if (!root.is_mapping()) {
    const Node* node = parser.tree(root);
    if (node != nullptr) {
      reporter_.error(Code::kWrongType, node->at, "'workflow:' must be followed by a space and a map",
                      {.expected = "workflow: on a line of its own, and its fields indented below", .suggestion = {}});
    }
    return;
  }
  MapCursor cursor(parser, root);
  while (const std::optional<MapCursor::Entry> entry = cursor.next()) {
    if (entry->key->text == "workflow" && entry->repeated) {
      parser.tree(entry->value);
      reporter_.error(Code::kDuplicateKey, entry->key->at, "a second 'workflow' in the file");
      continue;
    }
    if (entry->key->text == "workflow") {
      read_workflow(parser, entry->value);
      continue;
    }
    parser.tree(entry->value);
    if (entry->key->text == "version") continue;
    // No 'word:' in the first column, so that it is not cut off as a section: something beside the workflow.
    reporter_.error(Code::kUnknownField, entry->key->at, fmt::format("unknown section '{}'", entry->key->text),
                    {.expected = "workflow, default-values", .suggestion = {}});
  }
}

void WorkflowReader::read_workflow(YamlParser& parser, const YamlValue& value) {
  if (!value.is_mapping()) {
    const Node* node = parser.tree(value);
    if (node != nullptr) expect_map(reporter_, *node, "'workflow'");
    return;
  }
  MapCursor cursor(parser, value);
  std::uint32_t seen = 0;
  std::uint32_t guessed = 0;  // of those, by a misspelt name
  while (const std::optional<MapCursor::Entry> entry = cursor.next()) {
    if (is_foreign(*entry->key, kWorkflowFields) && is_torn_off(parser, *entry->key)) return;
    const auto* field = known_field(reporter_, *entry->key, "the workflow", kWorkflowFields);
    if (field == kWorkflowFields.end()) {
      parser.tree(entry->value);
      continue;
    }
    const bool is_list = *field == "tasks" || *field == "groups";
    const bool meant = *field != entry->key->text;
    const std::uint32_t bit = 1U << (field - kWorkflowFields.begin());
    // An empty list is as good as none.
    const bool nothing_yet = *field == "tasks" ? pass_->listed_tasks == 0 : pass_->listed_groups == 0;
    const bool again = (seen & bit) != 0 && !(is_list && nothing_yet);
    // Of a misspelt list and a right one, the first is read: the misspelling has been told.
    if (again && (meant || (is_list && (guessed & bit) != 0))) {
      parser.tree(entry->value);
      continue;
    }
    if (entry->repeated && !is_list) report_repeated_field(reporter_, *entry->key);
    if (again && is_list) {
      parser.tree(entry->value);
      reporter_.error(Code::kDuplicateKey, entry->key->at, fmt::format("a second '{}' in the workflow", *field));
      continue;
    }
    seen |= bit;
    if (meant) guessed |= bit;
    if (takes_notes()) {
      notes_.header.push_back(note_of(reporter_, *entry->key));
    }
    if (is_list && entry->value.is_sequence()) pass_->list_at = entry->key->at;
    read_field(parser, *field, *entry);
  }
  if (parser.failed()) return;
  if ((seen & 1U) == 0) report_missing_field(reporter_, value.at, "the workflow", "name");
  check_lists(value.at);
}

// A field of a task that is indented less than its task: to YAML one of whatever has the list.
bool WorkflowReader::is_torn_off(YamlParser& parser, const Node& key) {
  return pass_->last_task && is_task_field(key.text) && parser.refuse_torn_off(key, *pass_->last_task);
}

void WorkflowReader::check_lists(Span at) {
  if (pass_->listed_tasks > 0 && pass_->listed_groups > 0) {
    reporter_.error(Code::kExclusive, pass_->list_at, "a workflow has either 'tasks' or 'groups', not both",
                    {.expected = "all tasks inside groups, or none", .suggestion = {}});
  }
  if (pass_->listed_tasks == 0 && pass_->listed_groups == 0) {
    reporter_.error(Code::kEmpty, {at.line, at.column, 1}, "the workflow has no tasks",
                    {.expected = "'tasks' or 'groups' with at least one item", .suggestion = {}});
  }
}

void WorkflowReader::read_field(YamlParser& parser, std::string_view key, const MapCursor::Entry& entry) {
  if (key == "tasks" || key == "groups") {
    const Arena::Mark mark = parser.mark();
    if (!entry.value.is_sequence()) {
      const Node* node = parser.tree(entry.value);
      if (node == nullptr) return;
      report_wrong_type(reporter_, *node, fmt::format("'{}'", key), "a list", "items that begin with '- name: ...'");
      (key == "tasks" ? pass_->listed_tasks : pass_->listed_groups) += 1;
      return;
    }
    if (key == "tasks") {
      read_tasks(parser, entry.value);
    } else {
      read_groups(parser, entry.value);
    }
    pass_->saw_list = true;
    parser.release(mark);
    return;
  }
  const Node* node = parser.tree(entry.value);
  if (node == nullptr) return;
  pass_->item_begins = reporter_.mark();
  read_header_field(key, *entry.key, *node);
  pass_->item_ends = reporter_.mark();
}

void WorkflowReader::note_late_field(std::string_view key) {
  if (pass_->saw_list && (key == "resources" || key == "timeout")) again_ = true;
}

void WorkflowReader::read_header_field(std::string_view field, const Node& key, const Node& value) {
  note_late_field(field);
  if (field == "name") read_workflow_name(value);
  if (field == "labels") read_labels(reporter_, limits_, value, header_.labels);
  if (field == "timeout") read_timeout(value);
  if (field == "resources") read_resources(value);
  if (field != "pool" && field != "backend") return;
  std::string ignored;
  if (!read_text(reporter_, value, fmt::format("'{}'", field), Accept::kText, ignored)) return;
  if (field == "pool" && (ignored.empty() || ignored == pool_name_)) return;
  reporter_.warning(Code::kNoEffect, key.at, fmt::format("'{}' in the file has no effect", key.text),
                    {.expected = "--pool on the command line chooses the pool", .suggestion = {}});
}

// The second time they are known, and tasks must not see the first of two.
void WorkflowReader::read_resources(const Node& value) {
  if (second_pass_) {
    Resources again(pool_, pool_name_, reporter_);
    again.read(value);
    return;
  }
  resources_.read(value);
  pass_->resource = nullptr;
}

void WorkflowReader::read_workflow_name(const Node& value) {
  if (!read_name(reporter_, value, header_.name)) return;
  if (check_name(reporter_, header_.name, value.at, "a workflow") && header_.name.size() > limits_.name_length) {
    reporter_.error(Code::kNameTooLong, value.at,
                    fmt::format("the name is {} characters long, the limit name_length is {}", header_.name.size(),
                                limits_.name_length));
  }
}

void WorkflowReader::read_timeout(const Node& value) {
  header_.exec_timeout.reset();
  header_.queue_timeout.reset();
  if (!expect_map(reporter_, value, "'timeout'")) return;
  for (const Node& entry : Children(value)) {
    const auto* field = known_field(reporter_, *entry.key, "'timeout'", kTimeoutFields);
    if (field == kTimeoutFields.end() || entry.is_null()) continue;
    const std::optional<Micros> duration = read_duration(reporter_, entry, fmt::format("'{}'", *field));
    if (!duration) continue;
    if (duration->count() < 0) {
      reporter_.error(Code::kOutOfRange, entry.at, fmt::format("'{}' is negative", *field),
                      {.expected = "a duration above 0", .suggestion = {}});
      continue;
    }
    if (duration->count() == 0) {
      reporter_.warning(Code::kNoEffect, entry.at, fmt::format("a '{}' of 0 has no effect", *field),
                        {.expected = "a duration above 0; without one the pool's default counts", .suggestion = {}});
    }
    (*field == "exec_timeout" ? header_.exec_timeout : header_.queue_timeout) = *duration;
  }
}

void WorkflowReader::check_made_up_names() {
  // `tasks:` makes a group <task>-group for each task; a task may not be called like it.
  for (const TaskIndex task : pass_->suffixed) {
    const std::string_view name = pass_->builder.header().name_of(task);
    const auto base = pass_->graph.names().find_same(name.substr(0, name.size() - kGroupSuffix.size()));
    if (!base || !std::holds_alternative<TaskIndex>(*base)) continue;
    const std::string_view other = pass_->builder.header().name_of(std::get<TaskIndex>(*base));
    reporter_.error(Code::kGroupNameTaken, pass_->graph.place_of(task),
                    fmt::format("the name '{}' is used twice: it is also the name of the group made for the task '{}'",
                                name, other));
  }
}

void WorkflowReader::take_notes_of_header() {
  if (!takes_notes()) return;
  notes_.exec_timeout = header_.exec_timeout;
  notes_.queue_timeout = header_.queue_timeout;
  for (const auto& [name, entry] : resources_.entries()) {
    notes_.resources.push_back({.name = name,
                                .at = place_of(reporter_, entry.at),
                                .request = entry.request,
                                .nodes_excluded = entry.nodes_excluded,
                                .topology = entry.topology_items,
                                .fields = entry.fields});
  }
}

std::optional<Workflow> WorkflowReader::finish() {
  if (reporter_.has_errors()) return std::nullopt;
  take_notes_of_header();
  Workflow& workflow = pass_->builder.header();
  workflow.name = header_.name;
  workflow.dialect = Dialect::kTasks;
  workflow.labels = header_.labels;
  if (options_.gpus) workflow.gpus = *options_.gpus;
  workflow.max_parallel = options_.max_parallel.value_or(0);
  for (TaskPolicy& policy : workflow.policies) {
    policy.exec_timeout =
        capped(header_.exec_timeout.value_or(Micros{}), pool_.default_exec_timeout, pool_.max_exec_timeout);
    policy.queue_timeout =
        capped(header_.queue_timeout.value_or(Micros{}), pool_.default_queue_timeout, pool_.max_queue_timeout);
  }
  Result<Workflow> result = std::move(pass_->builder).finish();
  if (result && options_.advice == Advice::kGive) advise_on_task_apart(*result, pass_->graph, reporter_);
  if (result) return std::move(result).value();
  reporter_.error_in_general(Code::kFileTooLarge, {}, result.error().message());
  return std::nullopt;
}

}  // namespace sennit::spec
