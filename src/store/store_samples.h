// Values for this room's tests: an event of every kind with every field set, submissions, and a place on disk.
#pragma once

#include <fmt/format.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "store/secret_key.h"
#include "store/store.h"

namespace sennit::store {

inline Instant at_second(std::int64_t second) {
  return Instant::from_unix_us(1'700'000'000'000'000 + second * 1'000'000);
}

inline Submission sample_submission() {
  Submission submission;
  submission.id = "train-7";
  submission.uuid = "00112233445566778899aabbccddeeff";
  submission.user = "ada";
  submission.pool = "gpus";
  submission.priority = Priority::kHigh;
  submission.parent_id = "train-6";
  submission.submitted_at = at_second(-5);
  return submission;
}

// Named as in tests/golden/journal_v1.txt.
inline std::vector<std::pair<std::string, Event>> sample_events() {
  const WorkflowKey key(300);
  const TaskIndex task(70'000);
  const GroupIndex group(9);
  std::vector<std::pair<std::string, Event>> all;
  const auto add = [&](const char* name, auto what) {
    all.emplace_back(name, Event{key, at_second(0), std::move(what)});
  };
  add("submitted", event::Submitted{sample_submission()});
  add("attempt_placed", event::AttemptPlaced{task, 2, HostId(4), GpuSet::from_bits(0x8000'0000'0000'0005)});
  add("attempt_placed_with_memory",
      event::AttemptPlaced{task, 2, HostId(4), GpuSet::from_bits(0x5), std::nullopt, 500});
  add("attempt_started", event::AttemptStarted{task, 2, 4'194'303});
  add("attempt_at_barrier", event::AttemptAtBarrier{task, 2});
  add("barrier_released", event::BarrierReleased{group});
  add("attempt_stopping", event::AttemptStopping{task, 2, StopReason::kExecTimeout});
  add("task_ended", event::TaskEnded{task, 2, Status::kFailedEvicted, 137, "out of memory"});
  add("task_ended_with_0", event::TaskEnded{task, 2, Status::kCompleted, 0, ""});
  add("task_ended_without_code", event::TaskEnded{task, 2, Status::kFailedUpstream, std::nullopt, "upstream failed"});
  add("task_rescheduled", event::TaskRescheduled{task, 2, -1, at_second(30), true, "lost"});
  add("task_ended_with_usage",
      event::TaskEnded{task, 2, Status::kCompleted, 0, "", {gibibytes(3), Micros(90'000'001)}});
  add("task_rescheduled_with_usage",
      event::TaskRescheduled{task, 2, 3004, at_second(30), false, "killed for memory", {mebibytes(5), Micros(1)}});
  add("retry_due", event::RetryDue{task, 3});
  add("group_moved", event::GroupMoved{group, Status::kRunning});
  add("group_moved_for_a_reason", event::GroupMoved{group, Status::kFailed, "task lead failed"});
  add("workflow_moved", event::WorkflowMoved{WorkflowStatus::kFailedPreempted, "preempted"});
  add("cancel_asked", event::CancelAsked{"bob", "no longer needed", StopReason::kWorkflowTimeout});
  Submission rerun = sample_submission();
  rerun.descent = Descent::kReruns;
  add("submitted_rerun", event::Submitted{rerun});
  add("reopened", event::Reopened{"bob", "the disk is mended"});
  add("attempt_stopping_at_a_limit",
      event::AttemptStopping{
          .task = task, .number = 2, .reason = StopReason::kStartTimeout, .limit = Micros(1'800'000'000)});
  add("limit_set", event::LimitSet{"ada", group, Micros(28'800'000'000), Micros(0), std::nullopt});
  add("limit_of_all_set", event::LimitSet{"ada", std::nullopt, std::nullopt, Micros(3'600'000'000), Micros(1)});
  add("attempt_restarted",
      event::AttemptRestarted{task, 2, 3, event::AttemptRestarted::Cause::kExitAction, 75, "RESTART is its action"});
  add("attempt_restarted_with_group",
      event::AttemptRestarted{task, 2, 1, event::AttemptRestarted::Cause::kGroup, std::nullopt, "with lead"});
  add("attempt_started_again", event::AttemptStarted{task, 2, 4'194'303, 3});
  add("attempt_at_barrier_again", event::AttemptAtBarrier{task, 2, 3});
  add("attempt_stopping_forced",
      event::AttemptStopping{task, 2, StopReason::kTakenBack, StopForce::kAtOnce, "bob", "stuck"});
  add("cancel_asked_forced", event::CancelAsked{"bob", "", StopReason::kCanceled, StopForce::kAtOnce});
  add("paused", event::Paused{std::nullopt, "bob", "nightly backup"});
  add("paused_task", event::Paused{task, "bob", "needs a look"});
  add("resumed", event::Resumed{std::nullopt, "ada"});
  add("resumed_task", event::Resumed{task, "ada"});
  Submission once = sample_submission();
  once.requeue = false;
  add("submitted_without_requeue", event::Submitted{std::move(once)});
  add("group_preempted", event::GroupPreempted{group, "train-7", Priority::kHigh});
  add("group_requeued", event::GroupRequeued{group});
  add("all_defaults", event::AttemptPlaced{});
  Submission priced = sample_submission();
  priced.prices = {.per_hour = 2'500'000, .platforms = {{"", 1}, {"h100", 3'990'000}}};
  add("submitted_with_prices", event::Submitted{priced});
  event::AttemptStarted prepared{task, 2, 4'194'303};
  prepared.download_ms = 12'000;
  add("attempt_started_with_download", prepared);
  event::TaskEnded handed_over{task, 2, Status::kCompleted, 0, ""};
  handed_over.upload_ms = 300;
  add("task_ended_with_upload", handed_over);
  event::TaskRescheduled again{task, 2, 1, at_second(30), false, "retry"};
  again.upload_ms = 300;
  add("task_rescheduled_with_upload", again);
  return all;
}

inline SecretKey sample_key(unsigned char seed = 7) {
  std::array<unsigned char, SecretKey::kSize> bytes{};
  bytes.fill(seed);
  return SecretKey::from_bytes(bytes);
}

// A submission of `identity` as the engine would make it.
inline NewWorkflow new_workflow(const Identity& identity, Instant at = at_second(0)) {
  NewWorkflow workflow;
  workflow.key = identity.key;
  workflow.n = identity.n;
  workflow.name = "a name";
  workflow.submission.id = identity.id;
  workflow.submission.uuid = identity.uuid;
  workflow.submission.user = "ada";
  workflow.submission.submitted_at = at;
  workflow.spec = fmt::format("spec of {}", identity.id);
  workflow.context = "HOME=/home/ada";
  workflow.source_text = "workflow: {}";
  return workflow;
}

// The n-th event of a workflow: each is different.
inline Event nth_event(WorkflowKey key, std::uint32_t n) {
  return Event{key, at_second(n), event::AttemptStarted{TaskIndex(n), 0, n}};
}

// A directory of its own, gone at the end.
class TemporaryDir {
 public:
  TemporaryDir() {
    std::string name = (std::filesystem::temp_directory_path() / "sennit-store-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~TemporaryDir() {
    std::error_code failed;
    std::filesystem::remove_all(path_, failed);
  }
  TemporaryDir(const TemporaryDir&) = delete;
  TemporaryDir& operator=(const TemporaryDir&) = delete;

  std::string path(const std::string& name = "") const { return name.empty() ? path_ : path_ + "/" + name; }

 private:
  std::string path_;
};

inline std::string file_bytes(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline void write_bytes(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

}  // namespace sennit::store
