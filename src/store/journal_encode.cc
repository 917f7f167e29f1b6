// The writing half of journal_codec.h.
#include <optional>
#include <variant>

#include "base/fields.h"
#include "store/journal_codec.h"
#include "store/journal_tags.h"

namespace sennit::store {
namespace {

template <class Enum>
std::uint64_t number_of(Enum value) {
  return static_cast<std::uint64_t>(value);
}

void put_attempt(FieldWriter& out, TaskIndex task, std::uint32_t number) {
  out.put(kTagTask, task.value());
  out.put(kTagNumber, number);
}

void put_exit_code(FieldWriter& out, std::optional<std::int32_t> code) {
  if (!code) return;
  out.put(kTagHasExitCode, 1);
  out.put_signed(kTagExitCode, *code);
}

void put_usage(FieldWriter& out, const Usage& usage) {
  out.put(kTagMaxMemory, usage.max_memory.count());
  out.put_signed(kTagCpu, usage.cpu.count());
}

void put_limit(FieldWriter& out, RecordTag tag, std::optional<Micros> limit) {
  if (limit) out.put(tag, static_cast<std::uint64_t>(limit->count()) + 1);
}

void put_submission(FieldWriter& out, const Submission& submission) {
  out.nest(kTagSubmission, [&](FieldWriter& inner) {
    inner.put(kTagId, submission.id);
    inner.put(kTagUuid, submission.uuid);
    inner.put(kTagSubmitter, submission.user);
    inner.put(kTagPool, submission.pool);
    inner.put(kTagPriority, number_of(submission.priority));
    inner.put(kTagParent, submission.parent_id);
    inner.put_signed(kTagSubmittedAt, submission.submitted_at.unix_us());
    inner.put(kTagDescent, number_of(submission.descent));
    if (!submission.prices.empty()) {
      inner.nest(kTagPrices, [&](FieldWriter& prices) { sennit::encode(submission.prices, prices); });
    }
    inner.put(kTagNoRequeue, submission.requeue ? 0 : 1);
  });
}

// The kind of each alternative, and its own fields.
struct BodyWriter {
  FieldWriter& out;

  void operator()(const event::Submitted& e) const { put_submission(out, e.submission); }
  void operator()(const event::AttemptPlaced& e) const {
    put_attempt(out, e.task, e.number);
    out.put(kTagHost, e.host.value());
    out.put(kTagGpus, e.gpus.bits());
    if (e.behind) out.put(kTagBehind, std::uint64_t{e.behind->value()} + 1);
    out.put(kTagGpuPart, e.gpu_part);
  }
  void operator()(const event::AttemptStarted& e) const {
    put_attempt(out, e.task, e.number);
    out.put(kTagPid, e.pid);
    out.put(kTagIncarnation, e.incarnation);
    out.put(kTagDownloadMs, e.download_ms);
  }
  void operator()(const event::AttemptAtBarrier& e) const {
    put_attempt(out, e.task, e.number);
    out.put(kTagIncarnation, e.incarnation);
  }
  void operator()(const event::AttemptRestarted& e) const {
    put_attempt(out, e.task, e.number);
    out.put(kTagIncarnation, e.incarnation);
    out.put(kTagCause, number_of(e.cause));
    put_exit_code(out, e.exit_code);
    out.put(kTagMessage, e.message);
  }
  void operator()(const event::BarrierReleased& e) const { out.put(kTagGroup, e.group.value()); }
  void operator()(const event::AttemptStopping& e) const {
    put_attempt(out, e.task, e.number);
    out.put(kTagReason, number_of(e.reason));
    out.put(kTagExecLimit, static_cast<std::uint64_t>(e.limit.count()));
    out.put(kTagForce, number_of(e.force));
    out.put(kTagUser, e.user);
    out.put(kTagMessage, e.message);
  }
  void operator()(const event::TaskEnded& e) const {
    put_attempt(out, e.task, e.number);
    out.put(kTagTo, number_of(e.to));
    put_exit_code(out, e.exit_code);
    out.put(kTagMessage, e.message);
    put_usage(out, e.usage);
    out.put(kTagUploadMs, e.upload_ms);
  }
  void operator()(const event::TaskRescheduled& e) const {
    put_attempt(out, e.task, e.number);
    put_exit_code(out, e.exit_code);
    out.put(kTagMessage, e.message);
    out.put_signed(kTagDue, e.due.unix_us());
    out.put(kTagLost, e.lost ? 1 : 0);
    put_usage(out, e.usage);
    out.put(kTagUploadMs, e.upload_ms);
  }
  void operator()(const event::RetryDue& e) const { put_attempt(out, e.task, e.number); }
  void operator()(const event::GroupMoved& e) const {
    out.put(kTagGroup, e.group.value());
    out.put(kTagTo, number_of(e.to));
    out.put(kTagMessage, e.message);
  }
  void operator()(const event::WorkflowMoved& e) const {
    out.put(kTagTo, number_of(e.to));
    out.put(kTagMessage, e.message);
  }
  void operator()(const event::LimitSet& e) const {
    out.put(kTagUser, e.user);
    if (e.group) out.put(kTagLimitedGroup, std::uint64_t{e.group->value()} + 1);
    put_limit(out, kTagExecLimit, e.exec);
    put_limit(out, kTagQueueLimit, e.queue);
    put_limit(out, kTagWorkflowLimit, e.workflow);
  }
  void operator()(const event::CancelAsked& e) const {
    out.put(kTagUser, e.user);
    out.put(kTagMessage, e.message);
    out.put(kTagReason, number_of(e.reason));
    out.put(kTagForce, number_of(e.force));
  }
  void operator()(const event::Paused& e) const {
    put_only(e.task);
    out.put(kTagUser, e.user);
    out.put(kTagMessage, e.message);
  }
  void operator()(const event::Resumed& e) const {
    put_only(e.task);
    out.put(kTagUser, e.user);
  }
  void operator()(const event::Reopened& e) const {
    out.put(kTagUser, e.user);
    out.put(kTagMessage, e.message);
  }
  void operator()(const event::GroupPreempted& e) const {
    out.put(kTagGroup, e.group.value());
    out.put(kTagClaimant, e.claimant);
    out.put(kTagClaimantPriority, number_of(e.priority));
  }
  void operator()(const event::GroupRequeued& e) const { out.put(kTagGroup, e.group.value()); }

 private:
  void put_only(std::optional<TaskIndex> task) const {
    if (task) out.put(kTagOnlyTask, std::uint64_t{task->value()} + 1);
  }
};

struct KindOf {
  RecordKind operator()(const event::Submitted&) const { return RecordKind::kSubmitted; }
  RecordKind operator()(const event::AttemptPlaced&) const { return RecordKind::kAttemptPlaced; }
  RecordKind operator()(const event::AttemptStarted&) const { return RecordKind::kAttemptStarted; }
  RecordKind operator()(const event::AttemptAtBarrier&) const { return RecordKind::kAttemptAtBarrier; }
  RecordKind operator()(const event::BarrierReleased&) const { return RecordKind::kBarrierReleased; }
  RecordKind operator()(const event::AttemptStopping&) const { return RecordKind::kAttemptStopping; }
  RecordKind operator()(const event::TaskEnded&) const { return RecordKind::kTaskEnded; }
  RecordKind operator()(const event::TaskRescheduled&) const { return RecordKind::kTaskRescheduled; }
  RecordKind operator()(const event::RetryDue&) const { return RecordKind::kRetryDue; }
  RecordKind operator()(const event::GroupMoved&) const { return RecordKind::kGroupMoved; }
  RecordKind operator()(const event::WorkflowMoved&) const { return RecordKind::kWorkflowMoved; }
  RecordKind operator()(const event::CancelAsked&) const { return RecordKind::kCancelAsked; }
  RecordKind operator()(const event::AttemptRestarted&) const { return RecordKind::kAttemptRestarted; }
  RecordKind operator()(const event::Reopened&) const { return RecordKind::kReopened; }
  RecordKind operator()(const event::LimitSet&) const { return RecordKind::kLimitSet; }
  RecordKind operator()(const event::Paused&) const { return RecordKind::kPaused; }
  RecordKind operator()(const event::Resumed&) const { return RecordKind::kResumed; }
  RecordKind operator()(const event::GroupPreempted&) const { return RecordKind::kGroupPreempted; }
  RecordKind operator()(const event::GroupRequeued&) const { return RecordKind::kGroupRequeued; }
};

constexpr std::size_t kOneByteLength = 0x80;

}  // namespace

void encode(const Event& event, std::string& out) {
  FieldWriter writer(out);
  writer.put(kTagKind, number_of(std::visit(KindOf{}, event.what)));
  writer.put_signed(kTagAt, event.at.unix_us());
  writer.put(kTagWorkflow, event.workflow.value());
  std::visit(BodyWriter{writer}, event.what);
}

void append_to_blob(const Event& event, std::string& blob) {
  if (blob.empty()) append_varint(blob, kJournalVersion);
  // Nearly every record is shorter than 128 bytes, so its length is one byte, written afterwards; a longer one moves.
  const std::size_t at = blob.size();
  blob.push_back('\0');
  encode(event, blob);
  const std::size_t size = blob.size() - at - 1;
  if (size < kOneByteLength) {
    blob[at] = static_cast<char>(size);
    return;
  }
  std::string length;
  append_varint(length, size);
  blob.replace(at, 1, length);
}

}  // namespace sennit::store
