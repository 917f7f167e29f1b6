#include "core/snapshot.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/fields.h"
#include "core/apply.h"
#include "core/limits_codec.h"
#include "core/rows_codec.h"
#include "core/snapshot_fields.h"

namespace sennit::core {
namespace {

constexpr std::uint64_t kVersion = 1;

void encode_pause(const PauseLog& log, const Clockwork& clock, FieldWriter& writer) {
  clock.put(writer, 2, log.since);
  writer.put(3, log.user);
  writer.put(4, log.message);
  for (const auto& [from, to] : log.over) {
    writer.nest(5, [&, from = from, to = to](FieldWriter& inner) {
      clock.put(inner, 1, from);
      clock.put(inner, 2, to);
    });
  }
}

void encode_stop_note(const StopNote& note, const Clockwork& clock, FieldWriter& writer) {
  writer.put(2, note.user);
  writer.put(3, note.message);
  clock.put(writer, 4, note.at);
  writer.put(5, static_cast<std::uint64_t>(note.force));
}

void encode_submission(const Submission& submission, FieldWriter& writer) {
  writer.put(1, submission.id);
  writer.put(2, submission.uuid);
  writer.put(3, submission.user);
  writer.put(4, submission.pool);
  writer.put(5, static_cast<std::uint64_t>(submission.priority));
  writer.put(6, submission.parent_id);
  writer.put_signed(7, submission.submitted_at.unix_us());
  writer.put(10, static_cast<std::uint64_t>(submission.descent));
  if (!submission.prices.empty()) {
    writer.nest(12, [&](FieldWriter& inner) { encode(submission.prices, inner); });
  }
  writer.put(8, submission.requeue ? 0U : 1U);
}

void encode_preemption(GroupIndex group, const Preemption& preemption, const Clockwork& clock, FieldWriter& writer) {
  writer.put(1, group.value());
  writer.put(2, static_cast<std::uint64_t>(preemption.phase));
  writer.put(3, preemption.count);
  clock.put(writer, 4, preemption.at);
  writer.put(5, preemption.claimant);
  writer.put(6, static_cast<std::uint64_t>(preemption.priority));
}

Result<void> decode_submission(std::string_view bytes, Submission& submission) {
  submission.pool.clear();
  submission.priority = Priority::kLow;
  return read_fields(bytes, [&](const Field& field) {
    switch (field.tag) {
      case 1: submission.id = field.bytes; return true;
      case 2: submission.uuid = field.bytes; return true;
      case 3: submission.user = field.bytes; return true;
      case 4: submission.pool = field.bytes; return true;
      case 5: return take_enum(field, submission.priority, Priority::kHigh);
      case 6: submission.parent_id = field.bytes; return true;
      case 7: submission.submitted_at = Instant::from_unix_us(field.as_signed()); return true;
      case 10: return take_enum(field, submission.descent, Descent::kReruns);
      case 12: {
        Result<GpuPrices> prices = decode_gpu_prices(field.bytes);
        if (!prices) return false;
        submission.prices = std::move(*prices);
        return true;
      }
      case 8: submission.requeue = !field.as_bool(); return true;
    }
    return true;
  });
}

Result<void> decode_preemption(std::string_view bytes, const Clockwork& clock, WorkflowState& workflow) {
  GroupIndex group(0);
  Preemption preemption;
  preemption.priority = Priority::kLow;
  SENNIT_TRY(read_fields(bytes, [&](const Field& field) {
    switch (field.tag) {
      case 1: return take_id(field, group);
      case 2: return take_enum(field, preemption.phase, Preemption::Phase::kBack);
      case 3: return take_int(field, preemption.count);
      case 4: preemption.at = clock.get(field); return true;
      case 5: preemption.claimant = field.bytes; return true;
      case 6: return take_enum(field, preemption.priority, Priority::kHigh);
    }
    return true;
  }));
  if (preemption.count == 0) return corrupt("a preemption that did not happen");
  workflow.preemptions.insert_or_assign(group, std::move(preemption));
  return {};
}

Result<void> decode_cancel(std::string_view bytes, WorkflowState& workflow, const Clockwork& clock) {
  event::CancelAsked& cancel = workflow.canceled.emplace();
  return read_fields(bytes, [&](const Field& field) {
    switch (field.tag) {
      case 1: cancel.user = field.bytes; return true;
      case 2: cancel.message = field.bytes; return true;
      case 3: return take_enum(field, cancel.reason, kLastStopReason);
      case 4: workflow.canceled_at = clock.get(field); return true;
      case 5: return take_enum(field, cancel.force, StopForce::kAtOnce);
    }
    return true;
  });
}

Result<void> decode_behind(std::string_view bytes, WorkflowState& workflow) {
  TaskIndex task(0);
  TaskIndex ahead(0);
  SENNIT_TRY(read_fields(bytes, [&](const Field& field) {
    if (field.tag == 1) return take_id(field, task);
    if (field.tag == 2) return take_id(field, ahead);
    return true;
  }));
  workflow.behind.insert_or_assign(task, ahead);
  return {};
}

void encode_restarts(TaskIndex task, const Restarts& restarts, FieldWriter& writer) {
  writer.put(1, task.value());
  writer.put(2, restarts.incarnation);
  writer.put(3, restarts.counted);
  writer.put(4, restarts.message);
  writer.put(5, restarts.starting ? 1U : 0U);
}

Result<void> decode_restarts(std::string_view bytes, WorkflowState& workflow) {
  TaskIndex task(0);
  Restarts restarts;
  SENNIT_TRY(read_fields(bytes, [&](const Field& field) {
    switch (field.tag) {
      case 1: return take_id(field, task);
      case 2: return take_int(field, restarts.incarnation);
      case 3: return take_int(field, restarts.counted);
      case 4: return take_int(field, restarts.message);
      case 5: restarts.starting = field.as_bool(); return true;
    }
    return true;
  }));
  workflow.restarts.insert_or_assign(task, restarts);
  return {};
}

Result<void> decode_time(std::string_view bytes, const Clockwork& clock, PauseLog& log) {
  auto& [from, to] = log.over.emplace_back();
  return read_fields(bytes, [&clock, &from = from, &to = to](const Field& field) {
    if (field.tag == 1) from = clock.get(field);
    if (field.tag == 2) to = clock.get(field);
    return true;
  });
}

// Of the workflow, or of the task that the record begins with.
Result<void> decode_pause(std::string_view bytes, const Clockwork& clock, WorkflowState& workflow) {
  PauseLog* log = &workflow.pause;
  FieldReader reader(bytes);
  Field field;
  while (reader.next(field)) {
    switch (field.tag) {
      case 1: {
        TaskIndex task(0);
        if (!take_id(field, task)) return corrupt("a pause of no task");
        log = &workflow.task_pauses[TaskIndex(task.value() - 1)];
        break;
      }
      case 2: log->since = clock.get(field); break;
      case 3: log->user = field.bytes; break;
      case 4: log->message = field.bytes; break;
      case 5: SENNIT_TRY(decode_time(field.bytes, clock, *log)); break;
      default: break;
    }
  }
  return reader.status();
}

Result<void> decode_stop_note(std::string_view bytes, const Clockwork& clock, WorkflowState& workflow) {
  TaskIndex task(0);
  StopNote note;
  SENNIT_TRY(read_fields(bytes, [&](const Field& field) {
    switch (field.tag) {
      case 1: return take_id(field, task);
      case 2: note.user = field.bytes; return true;
      case 3: note.message = field.bytes; return true;
      case 4: note.at = clock.get(field); return true;
      case 5: return take_enum(field, note.force, StopForce::kAtOnce);
    }
    return true;
  }));
  workflow.stop_notes.insert_or_assign(task, std::move(note));
  return {};
}

class Decoder {
 public:
  explicit Decoder(WorkflowState& workflow) : workflow_(workflow), clock_(Instant()) {}

  Result<void> take(const Field& field) {
    switch (field.tag) {
      case 1:
        if (field.number != kVersion) return corrupt(fmt::format("version {} is not known", field.number));
        return {};
      case 2: workflow_.key = WorkflowKey(field.number); return {};
      case 3:
        SENNIT_TRY(decode_submission(field.bytes, workflow_.submission));
        clock_ = Clockwork(workflow_.submission.submitted_at);
        return {};
      case 4:
        if (!take_enum(field, workflow_.status, WorkflowStatus::kFailedPreempted)) return corrupt("unknown status");
        return {};
      case 5: workflow_.started_at = clock_.get(field); return {};
      case 6: workflow_.ended_at = clock_.get(field); return {};
      case 7: workflow_.message = field.bytes; return {};
      case 8: return decode_cancel(field.bytes, workflow_, clock_);
      case 9: workflow_.messages.emplace_back(field.bytes); return {};
      case 10: return decode_group(field.bytes, clock_, workflow_);
      case 11: return decode_task(field.bytes, clock_, workflow_);
      case 12: return decode_past(field.bytes, clock_, workflow_);
      case 13: return decode_behind(field.bytes, workflow_);
      case 25:
        if (!take_int(field, workflow_.reopenings)) return corrupt("too many reopenings");
        return {};
      case 26: workflow_.reopened_at = clock_.get(field); return {};
      case kSnapshotLimits:
      case kSnapshotClock: return decode_limits(field, workflow_);
      case 14: return decode_restarts(field.bytes, workflow_);
      case 18:
      case 19: return decode_pause(field.bytes, clock_, workflow_);
      case 20: return decode_stop_note(field.bytes, clock_, workflow_);
      case 23: return decode_preemption(field.bytes, clock_, workflow_);
    }
    return {};
  }

  // What derive() relies on.
  Result<void> check() const {
    if (workflow_.tasks.size() != workflow_.spec->tasks.size()) return corrupt("the number of tasks differs");
    if (workflow_.groups.size() != workflow_.spec->groups.size()) return corrupt("the number of groups differs");
    if (!workflow_.preemptions.empty() && workflow_.preemptions.rbegin()->first.value() >= workflow_.groups.size()) {
      return corrupt("a group is preempted that does not exist");
    }
    for (const TaskState& task : workflow_.tasks) {
      if (task.message > workflow_.messages.size()) return corrupt("a task's message is missing");
    }
    SENNIT_TRY(check_line());
    SENNIT_TRY(check_limits(workflow_));
    for (const auto& [task, restarts] : workflow_.restarts) {
      if (task.value() >= workflow_.tasks.size()) return corrupt("restarts of no task");
      if (restarts.message > workflow_.messages.size()) return corrupt("a restart's message is missing");
    }
    const auto is_task = [this](const auto& entry) { return entry.first.value() < workflow_.tasks.size(); };
    if (!std::ranges::all_of(workflow_.task_pauses, is_task)) return corrupt("a pause of no task");
    if (!std::ranges::all_of(workflow_.stop_notes, is_task)) return corrupt("a note of no task");
    for (const PastAttempt& past : workflow_.past) {
      if (past.message > workflow_.messages.size()) return corrupt("an attempt's message is missing");
      if (past.task.value() >= workflow_.tasks.size()) return corrupt("an attempt of no task");
    }
    return {};
  }

 private:
  Result<void> check_line() const {
    std::set<TaskIndex> followed;
    const auto is_good = [this](TaskIndex task) {
      return task.value() < workflow_.tasks.size() && is_active(workflow_.task(task).status);
    };
    for (const auto& [task, ahead] : workflow_.behind) {
      const bool good = is_good(task) && is_good(ahead) && !workflow_.behind.contains(ahead);
      if (!good || !followed.insert(ahead).second) return corrupt("an attempt waits behind one that it cannot follow");
    }
    return {};
  }

  WorkflowState& workflow_;
  Clockwork clock_;
};

// What people asked for, beside a cancellation of the whole.
void encode_requests(const WorkflowState& workflow, const Clockwork& clock, FieldWriter& writer) {
  if (workflow.pause != PauseLog()) {
    writer.nest(18, [&](FieldWriter& inner) { encode_pause(workflow.pause, clock, inner); });
  }
  for (const auto& [task, log] : workflow.task_pauses) {
    writer.nest(19, [&, task = task, &log = log](FieldWriter& inner) {
      inner.put(1, std::uint64_t{task.value()} + 1);
      encode_pause(log, clock, inner);
    });
  }
  for (const auto& [task, note] : workflow.stop_notes) {
    writer.nest(20, [&, task = task, &note = note](FieldWriter& inner) {
      inner.put(1, task.value());
      encode_stop_note(note, clock, inner);
    });
  }
}

}  // namespace

std::string encode_snapshot(const WorkflowState& workflow) {
  std::string out;
  FieldWriter writer(out);
  const Clockwork clock(workflow.submission.submitted_at);
  writer.put(1, kVersion);
  writer.put(2, workflow.key.value());
  writer.nest(3, [&](FieldWriter& inner) { encode_submission(workflow.submission, inner); });
  writer.put(4, static_cast<std::uint64_t>(workflow.status));
  clock.put(writer, 5, workflow.started_at);
  clock.put(writer, 6, workflow.ended_at);
  writer.put(7, workflow.message);
  if (workflow.canceled) {
    writer.nest(8, [&](FieldWriter& inner) {
      inner.put(1, workflow.canceled->user);
      inner.put(2, workflow.canceled->message);
      inner.put(3, static_cast<std::uint64_t>(workflow.canceled->reason));
      clock.put(inner, 4, workflow.canceled_at);
      inner.put(5, static_cast<std::uint64_t>(workflow.canceled->force));
    });
  }
  for (const std::string& message : workflow.messages) writer.put_always(9, message);
  std::string record;
  for (const GroupState& group : workflow.groups) {
    record.clear();
    encode_group(group, clock, record);
    writer.put_always(10, record);
  }
  for (std::uint32_t t = 0; t < workflow.tasks.size(); ++t) {
    record.clear();
    encode_task(workflow, TaskIndex(t), clock, record);
    writer.put_always(11, record);
  }
  for (const PastAttempt& past : workflow.past) {
    writer.nest(12, [&](FieldWriter& inner) { encode_past(past, clock, inner); });
  }
  for (const auto& [task, ahead] : workflow.behind) {
    record.clear();
    FieldWriter pair(record);
    pair.put(1, task.value());
    pair.put(2, ahead.value());
    writer.put_always(13, record);
  }
  writer.put(25, workflow.reopenings);
  clock.put(writer, 26, workflow.reopened_at);
  encode_limits(workflow, writer);
  for (const auto& [task, restarts] : workflow.restarts) {
    writer.nest(14, [&](FieldWriter& inner) { encode_restarts(task, restarts, inner); });
  }
  encode_requests(workflow, clock, writer);
  for (const auto& [group, preemption] : workflow.preemptions) {
    writer.nest(23, [&](FieldWriter& inner) { encode_preemption(group, preemption, clock, inner); });
  }
  return out;
}

Result<WorkflowState> decode_snapshot(std::string_view bytes, std::shared_ptr<const Workflow> spec) {
  WorkflowState workflow;
  workflow.spec = std::move(spec);
  workflow.tasks.reserve(workflow.spec->tasks.size());
  workflow.groups.reserve(workflow.spec->groups.size());
  Decoder decoder(workflow);
  FieldReader reader(bytes);
  Field field;
  while (reader.next(field)) SENNIT_TRY(decoder.take(field));
  SENNIT_TRY(reader.status());
  SENNIT_TRY(decoder.check());
  derive(workflow);
  return workflow;
}

}  // namespace sennit::core
