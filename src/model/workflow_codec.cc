// A Workflow as bytes. Tasks and groups are rows of varints in one field each: a million tasks encode in well under a
// second, and names and bodies go through as they are.
#include <fmt/format.h>

#include "base/fields.h"
#include "model/graph.h"
#include "model/workflow.h"

namespace sennit {
namespace {

enum WorkflowTag : std::uint32_t {
  kName = 1,
  kDescription = 2,
  kDialect = 3,
  kLabel = 4,
  kTimeoutUs = 5,
  kMaxParallel = 6,
  kAllocation = 7,
  kGpus = 8,
  kOutputDir = 9,
  kResources = 10,
  kPolicy = 11,
  kGroups = 12,    // rows: name size, task count, flags
  kTasks = 13,     // rows: name size, body size, resources, policy, flags
  kUpstream = 14,  // per group: count, then the upstream groups
  kNames = 15,
  kBodies = 16,
};

constexpr std::uint64_t kBarrier = 1;
constexpr std::uint64_t kIgnoreNonlead = 2;
// Flags of a task.
constexpr std::uint64_t kLead = 1;
constexpr std::uint64_t kFetches = 2;

Error corrupt(std::string_view what) { return {ErrorCode::kCorrupt, fmt::format("stored workflow: bad {}", what)}; }

void write_resources(FieldWriter& writer, const ResourceRequest& resources) {
  if (resources.cpus) writer.put(1, std::uint64_t{*resources.cpus} + 1);  // 0 stands for "not named"
  writer.put(2, resources.gpu_count);
  writer.put(3, resources.gpu_devices.bits());
  writer.put(4, resources.memory.count());
  writer.put(5, resources.storage.count());
  writer.put(6, resources.platform);
  writer.put(10, resources.gpu_share);
  writer.put(11, resources.gpu_memory.count());
}

Result<ResourceRequest> read_resources(std::string_view bytes) {
  ResourceRequest resources;
  FieldReader reader(bytes);
  Field field;
  while (reader.next(field)) {
    switch (field.tag) {
      case 1: resources.cpus = static_cast<std::uint32_t>(field.number - 1); break;
      case 2: resources.gpu_count = static_cast<std::uint32_t>(field.number); break;
      case 3: resources.gpu_devices = GpuSet::from_bits(field.number); break;
      case 4: resources.memory = Bytes(field.number); break;
      case 5: resources.storage = Bytes(field.number); break;
      case 6: resources.platform = field.bytes; break;
      case 10: resources.gpu_share = static_cast<std::uint32_t>(field.number); break;
      case 11: resources.gpu_memory = Bytes(field.number); break;
      default: break;
    }
  }
  SENNIT_TRY(reader.status());
  return resources;
}

// Fields that a workflow stored before them lacks hold the difference to their default.
void write_policy(FieldWriter& writer, const TaskPolicy& policy) {
  writer.put(1, policy.max_retries);
  writer.put_signed(2, policy.retry_delay.count());
  writer.put_signed(3, policy.exec_timeout.count());
  writer.put_signed(4, policy.queue_timeout.count());
  writer.put(13, policy.exec_per_attempt ? 1U : 0U);
  for (const ExitAction& action : policy.exit_actions) {
    writer.nest(5, [&](FieldWriter& inner) {
      inner.put(1, static_cast<std::uint64_t>(action.action));
      inner.put(2, action.first);
      inner.put(3, action.last);
    });
  }
  if (policy.reschedule_limit != kDefaultRescheduleLimit) {
    writer.put(10, std::uint64_t{policy.reschedule_limit} + 1);
  }
  writer.put(11, policy.retry_backoff - kNoBackoff);
  writer.put_signed(12, policy.retry_max_delay.count());
}

Result<ExitAction> read_exit_action(std::string_view bytes) {
  ExitAction action;
  action.action = ExitActionKind::kComplete;
  FieldReader reader(bytes);
  Field field;
  while (reader.next(field)) {
    if (field.tag == 1) action.action = static_cast<ExitActionKind>(field.number);
    if (field.tag == 2) action.first = static_cast<std::uint32_t>(field.number);
    if (field.tag == 3) action.last = static_cast<std::uint32_t>(field.number);
  }
  SENNIT_TRY(reader.status());
  return action;
}

Result<TaskPolicy> read_policy(std::string_view bytes) {
  TaskPolicy policy;
  FieldReader reader(bytes);
  Field field;
  while (reader.next(field)) {
    switch (field.tag) {
      case 1: policy.max_retries = static_cast<std::uint32_t>(field.number); break;
      case 2: policy.retry_delay = Micros(field.as_signed()); break;
      case 3: policy.exec_timeout = Micros(field.as_signed()); break;
      case 4: policy.queue_timeout = Micros(field.as_signed()); break;
      case 13: policy.exec_per_attempt = field.as_bool(); break;
      case 5: {
        SENNIT_ASSIGN(const ExitAction action, read_exit_action(field.bytes));
        policy.exit_actions.push_back(action);
        break;
      }
      case 10: policy.reschedule_limit = static_cast<std::uint32_t>(field.number - 1); break;
      case 11: policy.retry_backoff = kNoBackoff + static_cast<std::uint32_t>(field.number); break;
      case 12: policy.retry_max_delay = Micros(field.as_signed()); break;
      default: break;
    }
  }
  SENNIT_TRY(reader.status());
  return policy;
}

void write_rows(FieldWriter& writer, const Workflow& workflow) {
  std::string rows;
  for (const GroupSpec& group : workflow.groups) {
    append_varint(rows, group.name.size);
    append_varint(rows, group.task_count);
    append_varint(rows, (group.barrier ? kBarrier : 0U) | (group.ignore_nonlead_status ? kIgnoreNonlead : 0U));
  }
  writer.put(kGroups, rows);
  rows.clear();
  for (const TaskSpec& task : workflow.tasks) {
    append_varint(rows, task.name.size);
    append_varint(rows, task.body.size);
    append_varint(rows, task.resources);
    append_varint(rows, task.policy);
    append_varint(rows, (task.lead ? kLead : 0U) | (task.fetches ? kFetches : 0U));
  }
  writer.put(kTasks, rows);
  rows.clear();
  for (std::uint32_t i = 0; i < workflow.groups.size(); ++i) {
    const auto row = workflow.upstream.of(GroupIndex(i));
    append_varint(rows, row.size());
    for (const GroupIndex upstream : row) append_varint(rows, upstream.value());
  }
  writer.put(kUpstream, rows);
}

template <class Int>
bool take_int(std::string_view& rows, Int& value) {
  std::uint64_t wide = 0;
  if (!take_varint(rows, wide)) return false;
  value = static_cast<Int>(wide);
  return value == wide;
}

bool read_group_rows(std::string_view rows, Workflow& workflow) {
  while (!rows.empty()) {
    GroupSpec& group = workflow.groups.emplace_back();
    std::uint64_t flags = 0;
    if (!take_int(rows, group.name.size) || !take_int(rows, group.task_count) || !take_varint(rows, flags))
      return false;
    group.barrier = (flags & kBarrier) != 0;
    group.ignore_nonlead_status = (flags & kIgnoreNonlead) != 0;
  }
  return true;
}

bool read_task_rows(std::string_view rows, Workflow& workflow) {
  while (!rows.empty()) {
    TaskSpec& task = workflow.tasks.emplace_back();
    std::uint64_t flags = 0;
    const bool whole = take_int(rows, task.name.size) && take_int(rows, task.body.size) &&
                       take_int(rows, task.resources) && take_int(rows, task.policy) && take_varint(rows, flags);
    if (!whole || task.resources >= workflow.resources.size() || task.policy >= workflow.policies.size()) return false;
    task.lead = (flags & kLead) != 0;
    task.fetches = (flags & kFetches) != 0;
  }
  return true;
}

// The names in the order that place_texts() expects. In memory they lie as they were read, and a file may name a group
// after its tasks.
std::string names_in_order(const Workflow& workflow) {
  const std::string_view texts = workflow.names;
  std::string names;
  names.reserve(texts.size());
  std::uint32_t next_task = 0;
  for (const GroupSpec& group : workflow.groups) {
    names += texts.substr(group.name.at, group.name.size);
    for (std::uint32_t i = 0; i < group.task_count; ++i) names += workflow.name_of(TaskIndex(next_task++));
  }
  return names;
}

// Positions are implied by the order: a group's name, then its tasks'; bodies as the tasks.
bool place_texts(Workflow& workflow) {
  std::uint64_t name_at = 0;
  std::uint64_t body_at = 0;
  std::size_t next_task = 0;
  for (std::uint32_t g = 0; g < workflow.groups.size(); ++g) {
    GroupSpec& group = workflow.groups[g];
    group.name.at = static_cast<std::uint32_t>(name_at);
    group.first_task = TaskIndex(static_cast<std::uint32_t>(next_task));
    name_at += group.name.size;
    if (group.task_count > workflow.tasks.size() - next_task) return false;
    for (std::uint32_t i = 0; i < group.task_count; ++i, ++next_task) {
      TaskSpec& task = workflow.tasks[next_task];
      task.group = GroupIndex(g);
      task.name.at = static_cast<std::uint32_t>(name_at);
      task.body.at = static_cast<std::uint32_t>(body_at);
      name_at += task.name.size;
      body_at += task.body.size;
    }
  }
  return next_task == workflow.tasks.size() && name_at == workflow.names.size() && body_at == workflow.bodies.size();
}

bool read_edges(std::string_view rows, Workflow& workflow) {
  std::vector<Edge> edges;
  for (std::uint32_t g = 0; g < workflow.groups.size(); ++g) {
    std::uint64_t count = 0;
    if (!take_varint(rows, count)) return false;
    for (std::uint64_t i = 0; i < count; ++i) {
      std::uint32_t upstream = 0;
      if (!take_int(rows, upstream) || upstream >= workflow.groups.size()) return false;
      edges.emplace_back(GroupIndex(g), GroupIndex(upstream));
    }
  }
  workflow.upstream = compress_edges(edges, workflow.groups.size());
  for (auto& [group, upstream] : edges) std::swap(group, upstream);
  workflow.downstream = compress_edges(edges, workflow.groups.size());
  return rows.empty();
}

Result<void> read_label(std::string_view bytes, Workflow& workflow) {
  std::string key;
  std::string value;
  FieldReader reader(bytes);
  Field field;
  while (reader.next(field)) {
    if (field.tag == 1) key = field.bytes;
    if (field.tag == 2) value = field.bytes;
  }
  workflow.labels.emplace(std::move(key), std::move(value));
  return reader.status();
}

// The rows as found; they can be read only when the tables they point into are complete.
struct Rows {
  std::string_view groups;
  std::string_view tasks;
  std::string_view upstream;
};

Result<void> read_header_field(const Field& field, Workflow& workflow, Rows& rows) {
  switch (field.tag) {
    case kName: workflow.name = field.bytes; break;
    case kDescription: workflow.description = field.bytes; break;
    case kDialect: workflow.dialect = static_cast<Dialect>(field.number); break;
    case kLabel: return read_label(field.bytes, workflow);
    case kTimeoutUs: workflow.timeout = Micros(field.as_signed()); break;
    case kMaxParallel: workflow.max_parallel = static_cast<std::uint32_t>(field.number); break;
    case kAllocation: workflow.allocation = static_cast<Allocation>(field.number); break;
    case kGpus: workflow.gpus = GpuSet::from_bits(field.number); break;
    case kOutputDir: workflow.output_dir = field.bytes; break;
    case kResources: {
      SENNIT_ASSIGN(ResourceRequest resources, read_resources(field.bytes));
      workflow.resources.push_back(std::move(resources));
      break;
    }
    case kPolicy: {
      SENNIT_ASSIGN(TaskPolicy policy, read_policy(field.bytes));
      workflow.policies.push_back(std::move(policy));
      break;
    }
    case kGroups: rows.groups = field.bytes; break;
    case kTasks: rows.tasks = field.bytes; break;
    case kUpstream: rows.upstream = field.bytes; break;
    case kNames: workflow.names = field.bytes; break;
    case kBodies: workflow.bodies = field.bytes; break;
    default: break;  // written by a later release
  }
  return {};
}

}  // namespace

std::string encode(const Workflow& workflow) {
  std::string out;
  out.reserve(workflow.names.size() + workflow.bodies.size() + workflow.tasks.size() * 12 + 256);
  FieldWriter writer(out);
  writer.put(kName, workflow.name);
  writer.put(kDescription, workflow.description);
  writer.put(kDialect, static_cast<std::uint64_t>(workflow.dialect));
  for (const auto& [key, value] : workflow.labels) {
    writer.nest(kLabel, [&](FieldWriter& inner) {
      inner.put(1, key);
      inner.put(2, value);
    });
  }
  writer.put_signed(kTimeoutUs, workflow.timeout.count());
  writer.put(kMaxParallel, workflow.max_parallel);
  writer.put(kAllocation, static_cast<std::uint64_t>(workflow.allocation));
  writer.put(kGpus, workflow.gpus.bits());
  writer.put(kOutputDir, workflow.output_dir);
  for (const ResourceRequest& resources : workflow.resources) {
    writer.nest(kResources, [&](FieldWriter& inner) { write_resources(inner, resources); });
  }
  for (const TaskPolicy& policy : workflow.policies) {
    writer.nest(kPolicy, [&](FieldWriter& inner) { write_policy(inner, policy); });
  }
  write_rows(writer, workflow);
  writer.put(kNames, names_in_order(workflow));
  writer.put(kBodies, workflow.bodies);
  return out;
}

Result<Workflow> decode_workflow(std::string_view bytes) {
  Workflow workflow;
  Rows rows;
  FieldReader reader(bytes);
  Field field;
  while (reader.next(field)) {
    SENNIT_TRY(read_header_field(field, workflow, rows));
  }
  SENNIT_TRY(reader.status());
  if (!read_group_rows(rows.groups, workflow)) return corrupt("groups");
  if (!read_task_rows(rows.tasks, workflow)) return corrupt("tasks");
  if (!place_texts(workflow)) return corrupt("texts");
  if (!read_edges(rows.upstream, workflow)) return corrupt("edges");
  return workflow;
}

}  // namespace sennit
