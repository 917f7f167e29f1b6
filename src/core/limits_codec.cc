#include "core/limits_codec.h"

#include <limits>
#include <optional>

namespace sennit::core {
namespace {

enum Tag : std::uint32_t {
  kGroup = 1,  // plus 1; 0: all groups
  kExec = 2,   // microseconds plus 1: 0 stands for "not set"
  kQueue = 3,
  kWorkflow = 4,

  kTask = 1,
  kReleasedAt = 2,
  kStopLimit = 3,
};

Error corrupt(const char* what) { return {ErrorCode::kCorrupt, std::string("snapshot: ") + what}; }

void put_time(FieldWriter& writer, std::uint32_t tag, const std::optional<Micros>& time) {
  if (time) writer.put(tag, static_cast<std::uint64_t>(time->count()) + 1);
}

std::optional<Micros> time_of(const Field& field) {
  if (field.number == 0 || field.number > std::numeric_limits<std::int64_t>::max()) return std::nullopt;
  return Micros(static_cast<std::int64_t>(field.number - 1));
}

Result<void> decode_change(std::string_view bytes, LimitChanges& limits) {
  event::LimitSet set;
  FieldReader reader(bytes);
  Field field;
  while (reader.next(field)) {
    if (field.tag == kGroup && field.number > std::numeric_limits<std::uint32_t>::max()) {
      return corrupt("a limit of no group");
    }
    if (field.tag == kGroup && field.number > 0) set.group = GroupIndex(static_cast<std::uint32_t>(field.number - 1));
    if (field.tag == kExec) set.exec = time_of(field);
    if (field.tag == kQueue) set.queue = time_of(field);
    if (field.tag == kWorkflow) set.workflow = time_of(field);
  }
  SENNIT_TRY(reader.status());
  limits.add(set);
  return {};
}

Result<void> decode_clock(std::string_view bytes, WorkflowState& workflow) {
  std::uint64_t task = 0;
  AttemptClock clock;
  FieldReader reader(bytes);
  Field field;
  while (reader.next(field)) {
    if (field.tag == kTask) task = field.number;
    if (field.tag == kReleasedAt) clock.released_at = Instant::from_unix_us(field.as_signed());
    if (field.tag == kStopLimit) clock.stop_limit = Micros(field.as_signed());
  }
  SENNIT_TRY(reader.status());
  if (task > std::numeric_limits<std::uint32_t>::max()) return corrupt("a clock of no task");
  workflow.clocks.insert_or_assign(TaskIndex(static_cast<std::uint32_t>(task)), clock);
  return {};
}

}  // namespace

// Each record is a change of its own. That of all groups comes first: it would take away those of single ones.
void encode_limits(const WorkflowState& workflow, FieldWriter& snapshot) {
  const LimitChanges& limits = workflow.limits;
  if (limits.all != SetLimits{} || limits.workflow) {
    snapshot.nest(kSnapshotLimits, [&](FieldWriter& inner) {
      put_time(inner, kExec, limits.all.exec);
      put_time(inner, kQueue, limits.all.queue);
      put_time(inner, kWorkflow, limits.workflow);
    });
  }
  for (const auto& [group, own] : limits.groups) {
    snapshot.nest(kSnapshotLimits, [&](FieldWriter& inner) {
      inner.put(kGroup, std::uint64_t{group.value()} + 1);
      put_time(inner, kExec, own.exec);
      put_time(inner, kQueue, own.queue);
    });
  }
  for (const auto& [task, clock] : workflow.clocks) {
    snapshot.nest(kSnapshotClock, [&](FieldWriter& inner) {
      inner.put(kTask, task.value());
      inner.put_signed(kReleasedAt, clock.released_at.unix_us());
      inner.put_signed(kStopLimit, clock.stop_limit.count());
    });
  }
}

Result<void> decode_limits(const Field& field, WorkflowState& workflow) {
  if (field.tag == kSnapshotLimits) return decode_change(field.bytes, workflow.limits);
  if (field.tag == kSnapshotClock) return decode_clock(field.bytes, workflow);
  return {};
}

Result<void> check_limits(const WorkflowState& workflow) {
  for (const auto& [group, own] : workflow.limits.groups) {
    if (group.value() >= workflow.groups.size()) return corrupt("a limit of no group");
  }
  for (const auto& [task, clock] : workflow.clocks) {
    if (task.value() >= workflow.tasks.size()) return corrupt("a clock of no task");
  }
  return {};
}

}  // namespace sennit::core
