// The numbers of the journal's records, for both directions of the codec (docs/formats/journal.md).
#pragma once

#include <cstdint>

#include "model/event.h"

namespace sennit::store {

// Stored numbers: append, never reorder, never reuse.
enum class RecordKind : std::uint8_t {
  kSubmitted = 1,
  kAttemptPlaced = 2,
  kAttemptStarted = 3,
  kAttemptAtBarrier = 4,
  kBarrierReleased = 5,
  kAttemptStopping = 6,
  kTaskEnded = 7,
  kTaskRescheduled = 8,
  kRetryDue = 9,
  kGroupMoved = 10,
  kWorkflowMoved = 11,
  kCancelAsked = 12,
  kAttemptRestarted = 13,
  kLimitSet = 14,
  kPaused = 15,
  kResumed = 16,
  kGroupPreempted = 18,
  kGroupRequeued = 19,
  kReopened = 20,
};
inline constexpr std::uint64_t kLastKind = 20;

// One list of tags for all kinds: a kind uses those that it needs.
enum RecordTag : std::uint32_t {
  kTagKind = 1,
  kTagAt = 2,
  kTagWorkflow = 3,
  kTagTask = 4,
  kTagNumber = 5,
  kTagHost = 6,
  kTagGpus = 7,
  kTagPid = 8,
  kTagGroup = 9,
  kTagReason = 10,
  kTagTo = 11,
  kTagHasExitCode = 12,
  kTagExitCode = 13,
  kTagMessage = 14,
  kTagDue = 15,
  kTagLost = 16,
  kTagUser = 17,
  kTagSubmission = 18,
  kTagBehind = 19,  // plus 1
  kTagIncarnation = 20,
  kTagCause = 21,
  kTagExecLimit = 24,  // microseconds plus 1; of a stop: the limit that was reached, without
  kTagQueueLimit = 25,
  kTagWorkflowLimit = 26,
  kTagLimitedGroup = 27,  // plus 1; 0: all groups
  kTagForce = 28,
  kTagOnlyTask = 29,  // plus 1
  kTagMaxMemory = 35,
  kTagCpu = 36,
  kTagClaimant = 38,
  kTagClaimantPriority = 39,
  kTagDownloadMs = 45,
  kTagUploadMs = 46,
  kTagGpuPart = 47,
};

enum SubmissionTag : std::uint32_t {
  kTagId = 1,
  kTagUuid = 2,
  kTagSubmitter = 3,
  kTagPool = 4,
  kTagPriority = 5,
  kTagParent = 6,
  kTagSubmittedAt = 7,
  kTagDescent = 10,
  kTagPrices = 12,
  kTagNoRequeue = 8,
};

inline constexpr std::uint64_t kLastDescent = static_cast<std::uint64_t>(Descent::kReruns);
inline constexpr std::uint64_t kLastStopReason = static_cast<std::uint64_t>(sennit::kLastStopReason);
inline constexpr auto kLastCause = static_cast<std::uint64_t>(event::AttemptRestarted::Cause::kExitAction);
inline constexpr std::uint64_t kLastPriority = static_cast<std::uint64_t>(Priority::kHigh);

}  // namespace sennit::store
