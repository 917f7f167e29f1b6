#include "core/rows_codec.h"

#include "core/cost.h"

namespace sennit::core {
namespace {

void put_usage(FieldWriter& writer, std::uint32_t first_tag, const Usage& usage) {
  writer.put(first_tag, usage.max_memory.count());
  writer.put_signed(first_tag + 1, usage.cpu.count());
}

bool take_task_flags(const Field& field, TaskState& task) {
  StopReason stopping = StopReason::kNone;
  AtBarrier barrier = AtBarrier::kNotYet;
  switch (field.tag) {
    case 13: return take_int(field, task.lost_in_a_row);
    case 14: return take_int(field, task.free_retries);
    case 15:
      if (!take_enum(field, stopping, kLastStopReason)) return false;
      task.stopping = stopping;
      return true;
    case 16:
      if (!take_enum(field, barrier, AtBarrier::kPassed)) return false;
      task.barrier = barrier;
      return true;
    case 26: return take_int(field, task.download_ms);
    case 27: return take_int(field, task.upload_ms);
  }
  return true;
}

}  // namespace

void encode_task(const WorkflowState& workflow, TaskIndex index, const Clockwork& clock, std::string& out) {
  const TaskState& task = workflow.task(index);
  FieldWriter writer(out);
  writer.put(1, static_cast<std::uint64_t>(task.status));
  writer.put(2, task.number);
  clock.put(writer, 3, task.queued_at);
  clock.put(writer, 4, task.placed_at);
  clock.put(writer, 5, task.started_at);
  clock.put(writer, 6, task.ended_at);
  writer.put(7, task.gpus.bits());
  writer.put(8, task.pid);
  writer.put(9, task.host.value());
  if (task.has_exit_code) writer.put_always(10, std::string_view());
  if (task.has_exit_code) writer.put_signed(11, task.exit_code);
  writer.put(12, task.message);
  writer.put(13, task.lost_in_a_row);
  writer.put(14, task.free_retries);
  writer.put(15, static_cast<std::uint64_t>(task.stopping));
  writer.put(16, static_cast<std::uint64_t>(task.barrier));
  put_usage(writer, 22, workflow.usage_of(index));
  writer.put(26, task.download_ms);
  writer.put(27, task.upload_ms);
  writer.put(28, gpu_part_of(workflow, index));
}

void encode_group(const GroupState& group, const Clockwork& clock, std::string& out) {
  FieldWriter writer(out);
  writer.put(1, static_cast<std::uint64_t>(group.status));
  clock.put(writer, 2, group.released_at);
  clock.put(writer, 3, group.started_at);
  clock.put(writer, 4, group.ended_at);
}

void encode_past(const PastAttempt& past, const Clockwork& clock, FieldWriter& writer) {
  writer.put(1, past.task.value());
  writer.put(2, past.number);
  writer.put(3, past.host.value());
  if (past.exit_code) writer.put_always(4, std::string_view());
  if (past.exit_code) writer.put_signed(5, *past.exit_code);
  writer.put(6, past.message);
  writer.put(7, past.lost ? 1U : 0U);
  clock.put(writer, 8, past.placed_at);
  clock.put(writer, 9, past.started_at);
  clock.put(writer, 10, past.ended_at);
  put_usage(writer, 15, past.usage);
  if (past.status != Status::kRescheduled) writer.put(18, static_cast<std::uint64_t>(past.status));
  clock.put(writer, 19, past.queued_at);
  writer.put(20, past.gpus.bits());
  writer.put(21, past.download_ms);
  writer.put(22, past.upload_ms);
  writer.put(23, past.gpu_part);
}

Result<void> decode_task(std::string_view bytes, const Clockwork& clock, WorkflowState& workflow) {
  const TaskIndex index(static_cast<std::uint32_t>(workflow.tasks.size()));
  TaskState& task = workflow.tasks.emplace_back();
  Usage usage;
  std::uint32_t gpu_part = 0;
  SENNIT_TRY(read_fields(bytes, [&](const Field& field) {
    switch (field.tag) {
      case 1: return take_enum(field, task.status, Status::kFailedPreempted);
      case 2: return take_int(field, task.number);
      case 3: task.queued_at = clock.get(field); return true;
      case 4: task.placed_at = clock.get(field); return true;
      case 5: task.started_at = clock.get(field); return true;
      case 6: task.ended_at = clock.get(field); return true;
      case 7: task.gpus = GpuSet::from_bits(field.number); return true;
      case 8: return take_int(field, task.pid);
      case 9: return take_id(field, task.host);
      case 10: task.has_exit_code = true; return true;
      case 11: return take_signed(field, task.exit_code);
      case 12: return take_int(field, task.message);
      case 22: usage.max_memory = Bytes(field.number); return true;
      case 23: usage.cpu = Micros(field.as_signed()); return true;
      case 28: return take_int(field, gpu_part);
    }
    return take_task_flags(field, task);
  }));
  if (gpu_part != 0) workflow.gpu_parts.emplace(index, gpu_part);
  if (workflow.usage.empty() && !usage.any()) return {};
  workflow.usage.resize(workflow.spec->tasks.size());
  if (index.value() < workflow.usage.size()) workflow.usage[index.value()] = usage;
  return {};
}

Result<void> decode_group(std::string_view bytes, const Clockwork& clock, WorkflowState& workflow) {
  GroupState& group = workflow.groups.emplace_back();
  return read_fields(bytes, [&](const Field& field) {
    switch (field.tag) {
      case 1: return take_enum(field, group.status, Status::kFailedPreempted);
      case 2: group.released_at = clock.get(field); return true;
      case 3: group.started_at = clock.get(field); return true;
      case 4: group.ended_at = clock.get(field); return true;
    }
    return true;
  });
}

Result<void> decode_past(std::string_view bytes, const Clockwork& clock, WorkflowState& workflow) {
  PastAttempt& past = workflow.past.emplace_back();
  std::int32_t code = 0;
  bool has_code = false;
  SENNIT_TRY(read_fields(bytes, [&](const Field& field) {
    switch (field.tag) {
      case 1: return take_id(field, past.task);
      case 2: return take_int(field, past.number);
      case 3: return take_id(field, past.host);
      case 4: has_code = true; return true;
      case 5: return take_signed(field, code);
      case 6: return take_int(field, past.message);
      case 7: past.lost = field.as_bool(); return true;
      case 8: past.placed_at = clock.get(field); return true;
      case 9: past.started_at = clock.get(field); return true;
      case 10: past.ended_at = clock.get(field); return true;
      case 15: past.usage.max_memory = Bytes(field.number); return true;
      case 16: past.usage.cpu = Micros(field.as_signed()); return true;
      case 18: return take_enum(field, past.status, Status::kFailedPreempted);
      case 19: past.queued_at = clock.get(field); return true;
      case 20: past.gpus = GpuSet::from_bits(field.number); return true;
      case 21: return take_int(field, past.download_ms);
      case 22: return take_int(field, past.upload_ms);
      case 23: return take_int(field, past.gpu_part);
    }
    return true;
  }));
  if (has_code) past.exit_code = code;
  return {};
}

}  // namespace sennit::core
