#include "store/journal_codec.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "base/fields.h"
#include "store/journal_tags.h"

namespace sennit::store {
namespace {

// The fields of a record before it is known what they mean.
struct Raw {
  std::uint64_t kind = 0;
  Instant at;
  std::uint64_t workflow = 0;
  std::uint64_t task = 0;
  std::uint64_t number = 0;
  std::uint64_t host = 0;
  std::uint64_t gpus = 0;
  std::uint64_t pid = 0;
  std::uint64_t group = 0;
  std::uint64_t reason = 0;
  std::uint64_t to = 0;
  std::uint64_t lost = 0;
  std::uint64_t behind = 0;
  std::uint64_t gpu_part = 0;
  std::uint64_t exec_limit = 0;
  std::uint64_t queue_limit = 0;
  std::uint64_t workflow_limit = 0;
  std::uint64_t limited_group = 0;
  std::uint64_t incarnation = 0;
  std::uint64_t cause = 0;
  std::uint64_t force = 0;
  std::uint64_t only_task = 0;
  std::uint64_t download_ms = 0;
  std::uint64_t upload_ms = 0;
  std::uint64_t has_exit_code = 0;
  std::int64_t exit_code = 0;
  Instant due;
  Usage usage;
  std::string_view message;
  std::string_view user;
  std::string_view submission;
  std::string_view claimant;
  std::uint64_t claimant_priority = 0;
};

Error corrupt(std::string message) { return {ErrorCode::kCorrupt, std::move(message)}; }

void read_bytes_field(const Field& field, Raw& raw) {
  switch (field.tag) {
    case kTagMessage: raw.message = field.bytes; break;
    case kTagUser: raw.user = field.bytes; break;
    case kTagSubmission: raw.submission = field.bytes; break;
    case kTagClaimant: raw.claimant = field.bytes; break;
    default: break;  // a later release's
  }
}

void read_number_field(const Field& field, Raw& raw) {
  switch (field.tag) {
    case kTagKind: raw.kind = field.number; break;
    case kTagAt: raw.at = Instant::from_unix_us(field.as_signed()); break;
    case kTagWorkflow: raw.workflow = field.number; break;
    case kTagTask: raw.task = field.number; break;
    case kTagNumber: raw.number = field.number; break;
    case kTagHost: raw.host = field.number; break;
    case kTagGpus: raw.gpus = field.number; break;
    case kTagPid: raw.pid = field.number; break;
    case kTagGroup: raw.group = field.number; break;
    case kTagReason: raw.reason = field.number; break;
    case kTagTo: raw.to = field.number; break;
    case kTagHasExitCode: raw.has_exit_code = field.number; break;
    case kTagExitCode: raw.exit_code = field.as_signed(); break;
    case kTagDue: raw.due = Instant::from_unix_us(field.as_signed()); break;
    case kTagLost: raw.lost = field.number; break;
    case kTagBehind: raw.behind = field.number; break;
    case kTagMaxMemory: raw.usage.max_memory = Bytes(field.number); break;
    case kTagCpu: raw.usage.cpu = Micros(field.as_signed()); break;
    case kTagExecLimit: raw.exec_limit = field.number; break;
    case kTagQueueLimit: raw.queue_limit = field.number; break;
    case kTagWorkflowLimit: raw.workflow_limit = field.number; break;
    case kTagLimitedGroup: raw.limited_group = field.number; break;
    case kTagIncarnation: raw.incarnation = field.number; break;
    case kTagCause: raw.cause = field.number; break;
    case kTagForce: raw.force = field.number; break;
    case kTagOnlyTask: raw.only_task = field.number; break;
    case kTagDownloadMs: raw.download_ms = field.number; break;
    case kTagUploadMs: raw.upload_ms = field.number; break;
    case kTagGpuPart: raw.gpu_part = field.number; break;
    case kTagClaimantPriority: raw.claimant_priority = field.number; break;
    default: break;  // a later release's
  }
}

Result<Raw> read_raw(std::string_view bytes) {
  Raw raw;
  FieldReader reader(bytes);
  Field field;
  while (reader.next(field)) {
    if (field.is_bytes) {
      read_bytes_field(field, raw);
    } else {
      read_number_field(field, raw);
    }
  }
  SENNIT_TRY(reader.status());
  return raw;
}

// The first value out of its range, if any; read once after everything was narrowed.
class Ranges {
 public:
  std::uint32_t u32(const char* what, std::uint64_t value) {
    check(what, value, std::numeric_limits<std::uint32_t>::max());
    return static_cast<std::uint32_t>(value);
  }
  Micros time(const char* what, std::uint64_t value) {
    constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();
    check(what, value, kMost);
    return Micros(static_cast<std::int64_t>(std::min(value, kMost)));
  }
  std::int32_t i32(const char* what, std::int64_t value) {
    if (value != static_cast<std::int32_t>(value) && bad_ == nullptr) bad_ = what;
    return static_cast<std::int32_t>(value);
  }
  template <class Enum>
  Enum choice(const char* what, std::uint64_t value, std::uint64_t last) {
    check(what, value, last);
    return static_cast<Enum>(value <= last ? value : 0);
  }
  const char* bad() const { return bad_; }

 private:
  void check(const char* what, std::uint64_t value, std::uint64_t last) {
    if (value > last && bad_ == nullptr) bad_ = what;
  }
  const char* bad_ = nullptr;
};

Result<Submission> read_submission(std::string_view bytes, Ranges& ranges) {
  Submission submission;
  submission.pool.clear();  // what was left out is 0 or "", whatever the struct's own defaults are
  submission.priority = Priority::kLow;
  FieldReader reader(bytes);
  Field field;
  while (reader.next(field)) {
    switch (field.tag) {
      case kTagId: submission.id = field.bytes; break;
      case kTagUuid: submission.uuid = field.bytes; break;
      case kTagSubmitter: submission.user = field.bytes; break;
      case kTagPool: submission.pool = field.bytes; break;
      case kTagPriority: submission.priority = ranges.choice<Priority>("priority", field.number, kLastPriority); break;
      case kTagParent: submission.parent_id = field.bytes; break;
      case kTagSubmittedAt: submission.submitted_at = Instant::from_unix_us(field.as_signed()); break;
      case kTagDescent: submission.descent = ranges.choice<Descent>("descent", field.number, kLastDescent); break;
      case kTagPrices: {
        SENNIT_ASSIGN(submission.prices, decode_gpu_prices(field.bytes));
        break;
      }
      case kTagNoRequeue: submission.requeue = field.number == 0; break;
      default: break;  // a later release's
    }
  }
  SENNIT_TRY(reader.status());
  return submission;
}

class BodyReader {
 public:
  BodyReader(const Raw& raw, Ranges& ranges) : raw_(raw), ranges_(ranges) {}

  Result<decltype(Event::what)> read(RecordKind kind) {
    switch (kind) {
      case RecordKind::kSubmitted: {
        SENNIT_ASSIGN(Submission submission, read_submission(raw_.submission, ranges_));
        return What(event::Submitted{std::move(submission)});
      }
      case RecordKind::kAttemptPlaced:
        return What(event::AttemptPlaced{task(), number(), HostId(ranges_.u32("host", raw_.host)),
                                         GpuSet::from_bits(raw_.gpus), behind(),
                                         ranges_.u32("part of GPUs", raw_.gpu_part)});
      case RecordKind::kAttemptStarted:
        return What(event::AttemptStarted{task(), number(), ranges_.u32("pid", raw_.pid), incarnation(),
                                          ranges_.u32("download time", raw_.download_ms)});
      case RecordKind::kAttemptAtBarrier: return What(event::AttemptAtBarrier{task(), number(), incarnation()});
      case RecordKind::kBarrierReleased: return What(event::BarrierReleased{group()});
      case RecordKind::kAttemptStopping:
        return What(event::AttemptStopping{task(), number(), reason(), force(), std::string(raw_.user),
                                           std::string(raw_.message), ranges_.time("limit", raw_.exec_limit)});
      case RecordKind::kTaskEnded:
        return What(event::TaskEnded{task(), number(), status(), exit_code(), std::string(raw_.message), raw_.usage,
                                     upload_ms()});
      case RecordKind::kTaskRescheduled:
        return What(event::TaskRescheduled{task(), number(), exit_code(), raw_.due, raw_.lost != 0,
                                           std::string(raw_.message), raw_.usage, upload_ms()});
      case RecordKind::kRetryDue: return What(event::RetryDue{task(), number()});
      case RecordKind::kGroupMoved: return What(event::GroupMoved{group(), status(), std::string(raw_.message)});
      case RecordKind::kWorkflowMoved:
        return What(
            event::WorkflowMoved{ranges_.choice<WorkflowStatus>("workflow status", raw_.to, kWorkflowStatusCount - 1),
                                 std::string(raw_.message)});
      case RecordKind::kCancelAsked:
        return What(event::CancelAsked{std::string(raw_.user), std::string(raw_.message), reason(), force()});
      case RecordKind::kReopened: return What(event::Reopened{std::string(raw_.user), std::string(raw_.message)});
      case RecordKind::kLimitSet:
        return What(event::LimitSet{std::string(raw_.user), limited_group(), limit(raw_.exec_limit),
                                    limit(raw_.queue_limit), limit(raw_.workflow_limit)});
      case RecordKind::kAttemptRestarted:
        return What(
            event::AttemptRestarted{task(), number(), incarnation(),
                                    ranges_.choice<event::AttemptRestarted::Cause>("cause", raw_.cause, kLastCause),
                                    exit_code(), std::string(raw_.message)});
      case RecordKind::kPaused:
        return What(event::Paused{only_task(), std::string(raw_.user), std::string(raw_.message)});
      case RecordKind::kResumed: return What(event::Resumed{only_task(), std::string(raw_.user)});
      case RecordKind::kGroupPreempted:
        return What(event::GroupPreempted{group(), std::string(raw_.claimant),
                                          ranges_.choice<Priority>("priority", raw_.claimant_priority, kLastPriority)});
      case RecordKind::kGroupRequeued: return What(event::GroupRequeued{group()});
    }
    return corrupt("unknown kind");
  }

 private:
  using What = decltype(Event::what);

  TaskIndex task() { return TaskIndex(ranges_.u32("task", raw_.task)); }
  std::optional<TaskIndex> behind() { return plus_1(raw_.behind); }
  std::optional<TaskIndex> only_task() { return plus_1(raw_.only_task); }
  std::optional<TaskIndex> plus_1(std::uint64_t raw) {
    if (raw == 0) return std::nullopt;
    return TaskIndex(ranges_.u32("task", raw - 1));
  }
  StopForce force() { return ranges_.choice<StopForce>("force", raw_.force, 1); }
  std::uint32_t number() { return ranges_.u32("attempt number", raw_.number); }
  std::uint32_t incarnation() { return ranges_.u32("incarnation", raw_.incarnation); }
  std::uint32_t upload_ms() { return ranges_.u32("upload time", raw_.upload_ms); }
  GroupIndex group() { return GroupIndex(ranges_.u32("group", raw_.group)); }
  Status status() { return ranges_.choice<Status>("status", raw_.to, kStatusCount - 1); }
  std::optional<GroupIndex> limited_group() {
    if (raw_.limited_group == 0) return std::nullopt;
    return GroupIndex(ranges_.u32("group", raw_.limited_group - 1));
  }
  std::optional<Micros> limit(std::uint64_t raw) {
    if (raw == 0) return std::nullopt;
    return ranges_.time("limit", raw - 1);
  }
  StopReason reason() { return ranges_.choice<StopReason>("stop reason", raw_.reason, kLastStopReason); }
  std::optional<std::int32_t> exit_code() {
    if (raw_.has_exit_code == 0) return std::nullopt;
    return ranges_.i32("exit code", raw_.exit_code);
  }

  const Raw& raw_;
  Ranges& ranges_;
};

}  // namespace

Result<Event> decode_event(std::string_view bytes) {
  SENNIT_ASSIGN(const Raw raw, read_raw(bytes));
  if (raw.kind == 0) return corrupt("event record has no kind");
  if (raw.kind > kLastKind) return corrupt(fmt::format("event kind {} is of a later release", raw.kind));
  Ranges ranges;
  Event event;
  event.at = raw.at;
  event.workflow = WorkflowKey(raw.workflow);
  SENNIT_ASSIGN(event.what, BodyReader(raw, ranges).read(static_cast<RecordKind>(raw.kind)));
  if (ranges.bad() != nullptr) return corrupt(fmt::format("event record has an impossible {}", ranges.bad()));
  return event;
}

Result<BlobReader> BlobReader::open(std::string_view blob) {
  std::uint64_t version = 0;
  if (!take_varint(blob, version)) return corrupt("journal record is empty");
  if (version != kJournalVersion) {
    return corrupt(fmt::format("journal record has version {}, this release reads {}", version, kJournalVersion));
  }
  return BlobReader(blob);
}

Result<std::string_view> BlobReader::take_record() {
  std::uint64_t size = 0;
  if (!take_varint(rest_, size) || size > rest_.size()) return corrupt("journal record is cut short");
  const std::string_view record = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return record;
}

Result<void> BlobReader::skip() {
  SENNIT_ASSIGN([[maybe_unused]] const std::string_view record, take_record());
  return {};
}

Result<Event> BlobReader::next() {
  SENNIT_ASSIGN(const std::string_view record, take_record());
  return decode_event(record);
}

}  // namespace sennit::store
