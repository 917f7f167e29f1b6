#include "core/transition.h"

#include "base/check.h"

namespace sennit::core {
namespace {

using enum Verdict;
using S = Status;
using W = WorkflowStatus;

// Sets of task and group states.
constexpr StateSet<S> kNew = S::kSubmitting;
constexpr StateSet<S> kInQueue = {S::kWaiting, S::kProcessing, S::kScheduling};
constexpr StateSet<S> kPrerunning = kInQueue | S::kInitializing;
constexpr StateSet<S> kOpen = kPrerunning | S::kRunning;
constexpr StateSet<S> kFailed = {S::kFailed,
                                 S::kFailedCanceled,
                                 S::kFailedServerError,
                                 S::kFailedBackendError,
                                 S::kFailedExecTimeout,
                                 S::kFailedQueueTimeout,
                                 S::kFailedImagePull,
                                 S::kFailedUpstream,
                                 S::kFailedEvicted,
                                 S::kFailedStartError,
                                 S::kFailedStartTimeout,
                                 S::kFailedPreempted};
constexpr StateSet<S> kGroupDone = kFailed | S::kCompleted;
constexpr StateSet<S> kTaskDone = kGroupDone | S::kRescheduled;
constexpr StateSet<S> kTaskStates = kNew | kOpen | kTaskDone;
constexpr StateSet<S> kGroupStates = kNew | kOpen | kGroupDone;

using TaskRule = Rule<S, TaskEvent>;
using enum TaskEvent;

constexpr std::array kTaskRules = {
    TaskRule{kNew, kSubmit, kGo, S::kWaiting},
    TaskRule{kOpen | kTaskDone, kSubmit, kBug},

    TaskRule{S::kWaiting, kRelease, kGo, S::kProcessing},
    TaskRule{{S::kProcessing, S::kScheduling, S::kInitializing, S::kRunning}, kRelease, kIgnore},
    TaskRule{{S::kWaiting, S::kProcessing}, kQueue, kGo, S::kScheduling},
    TaskRule{{S::kScheduling, S::kInitializing, S::kRunning}, kQueue, kIgnore},
    TaskRule{kInQueue, kPlace, kGo, S::kInitializing},
    TaskRule{{S::kInitializing, S::kRunning}, kPlace, kIgnore},
    TaskRule{kPrerunning, kStart, kGo, S::kRunning},
    TaskRule{S::kRunning, kStart, kIgnore},
    // A start that times out after the command ran was too late.
    TaskRule{kPrerunning, kStartTimeout, kGo, S::kFailedStartTimeout},
    TaskRule{S::kRunning, kStartTimeout, kIgnore},

    TaskRule{kOpen, kComplete, kGo, S::kCompleted},
    TaskRule{kOpen, kReschedule, kGo, S::kRescheduled},
    TaskRule{kOpen, kFail, kGo, S::kFailed},
    TaskRule{kOpen, kCancel, kGo, S::kFailedCanceled},
    TaskRule{kOpen, kServerError, kGo, S::kFailedServerError},
    TaskRule{kOpen, kBackendError, kGo, S::kFailedBackendError},
    TaskRule{kOpen, kExecTimeout, kGo, S::kFailedExecTimeout},
    TaskRule{kOpen, kQueueTimeout, kGo, S::kFailedQueueTimeout},
    TaskRule{kOpen, kImagePull, kGo, S::kFailedImagePull},
    TaskRule{kOpen, kUpstream, kGo, S::kFailedUpstream},
    TaskRule{kOpen, kEvict, kGo, S::kFailedEvicted},
    TaskRule{kOpen, kStartError, kGo, S::kFailedStartError},
    TaskRule{kOpen, kPreempt, kGo, S::kFailedPreempted},

    // A row that was never submitted hears nothing; a finished one hears only what comes late.
    TaskRule{kNew, kRelease, kBug},
    TaskRule{kNew, kQueue, kBug},
    TaskRule{kNew, kPlace, kBug},
    TaskRule{kNew, kStart, kBug},
    TaskRule{kNew, kStartTimeout, kBug},
    TaskRule{kNew, kComplete, kBug},
    TaskRule{kNew, kReschedule, kBug},
    TaskRule{kNew, kFail, kBug},
    TaskRule{kNew, kCancel, kBug},
    TaskRule{kNew, kServerError, kBug},
    TaskRule{kNew, kBackendError, kBug},
    TaskRule{kNew, kExecTimeout, kBug},
    TaskRule{kNew, kQueueTimeout, kBug},
    TaskRule{kNew, kImagePull, kBug},
    TaskRule{kNew, kUpstream, kBug},
    TaskRule{kNew, kEvict, kBug},
    TaskRule{kNew, kStartError, kBug},
    TaskRule{kNew, kPreempt, kBug},
    TaskRule{kTaskDone, kRelease, kIgnore},
    TaskRule{kTaskDone, kQueue, kIgnore},
    TaskRule{kTaskDone, kPlace, kIgnore},
    TaskRule{kTaskDone, kStart, kIgnore},
    TaskRule{kTaskDone, kStartTimeout, kIgnore},
    TaskRule{kTaskDone, kComplete, kIgnore},
    TaskRule{kTaskDone, kReschedule, kIgnore},
    TaskRule{kTaskDone, kFail, kIgnore},
    TaskRule{kTaskDone, kCancel, kIgnore},
    TaskRule{kTaskDone, kServerError, kIgnore},
    TaskRule{kTaskDone, kBackendError, kIgnore},
    TaskRule{kTaskDone, kExecTimeout, kIgnore},
    TaskRule{kTaskDone, kQueueTimeout, kIgnore},
    TaskRule{kTaskDone, kImagePull, kIgnore},
    TaskRule{kTaskDone, kUpstream, kIgnore},
    TaskRule{kTaskDone, kEvict, kIgnore},
    TaskRule{kTaskDone, kStartError, kIgnore},
    TaskRule{kTaskDone, kPreempt, kIgnore},
};
static_assert(each_pair_decided_once<kTaskEventCount>(kTaskRules, kTaskStates, kStatusCount));
static_assert(each_state_reachable(kTaskRules, kTaskStates, kStatusCount, S::kSubmitting));
static_assert(terminal_states_final(kTaskRules, kTaskDone, kStatusCount));

// A group moves forward only; it may skip, because a report may be the first that is heard of it.
using G = GroupEvent;
using GroupRule = Rule<S, GroupEvent>;
constexpr StateSet<S> kUnreleased = {S::kSubmitting, S::kWaiting};
constexpr StateSet<S> kUnqueued = kUnreleased | S::kProcessing;
constexpr StateSet<S> kUnplaced = kUnqueued | S::kScheduling;
constexpr StateSet<S> kUnstarted = kUnplaced | S::kInitializing;
constexpr StateSet<S> kGroupOpen = kUnstarted | S::kRunning;

constexpr std::array kGroupRules = {
    GroupRule{S::kSubmitting, G::kSubmit, kGo, S::kWaiting},
    GroupRule{kOpen | kGroupDone, G::kSubmit, kIgnore},

    GroupRule{kUnreleased, G::kRelease, kGo, S::kProcessing},
    GroupRule{{S::kProcessing, S::kScheduling, S::kInitializing, S::kRunning}, G::kRelease, kIgnore},
    GroupRule{kUnqueued, G::kQueue, kGo, S::kScheduling},
    GroupRule{{S::kScheduling, S::kInitializing, S::kRunning}, G::kQueue, kIgnore},
    GroupRule{kUnplaced, G::kInitialize, kGo, S::kInitializing},
    GroupRule{{S::kInitializing, S::kRunning}, G::kInitialize, kIgnore},
    GroupRule{kUnstarted, G::kRun, kGo, S::kRunning},
    GroupRule{S::kRunning, G::kRun, kIgnore},

    GroupRule{kGroupOpen, G::kComplete, kGo, S::kCompleted},
    GroupRule{kGroupOpen, G::kFail, kGo, S::kFailed},
    GroupRule{kGroupOpen, G::kCancel, kGo, S::kFailedCanceled},
    GroupRule{kGroupOpen, G::kServerError, kGo, S::kFailedServerError},
    GroupRule{kGroupOpen, G::kBackendError, kGo, S::kFailedBackendError},
    GroupRule{kGroupOpen, G::kExecTimeout, kGo, S::kFailedExecTimeout},
    GroupRule{kGroupOpen, G::kQueueTimeout, kGo, S::kFailedQueueTimeout},
    GroupRule{kGroupOpen, G::kImagePull, kGo, S::kFailedImagePull},
    GroupRule{kGroupOpen, G::kUpstream, kGo, S::kFailedUpstream},
    GroupRule{kGroupOpen, G::kEvict, kGo, S::kFailedEvicted},
    GroupRule{kGroupOpen, G::kStartError, kGo, S::kFailedStartError},
    GroupRule{kGroupOpen, G::kStartTimeout, kGo, S::kFailedStartTimeout},
    GroupRule{kGroupOpen, G::kPreempt, kGo, S::kFailedPreempted},

    GroupRule{kGroupDone, G::kRelease, kIgnore},
    GroupRule{kGroupDone, G::kQueue, kIgnore},
    GroupRule{kGroupDone, G::kInitialize, kIgnore},
    GroupRule{kGroupDone, G::kRun, kIgnore},
    GroupRule{kGroupDone, G::kComplete, kIgnore},
    GroupRule{kGroupDone, G::kFail, kIgnore},
    GroupRule{kGroupDone, G::kCancel, kIgnore},
    GroupRule{kGroupDone, G::kServerError, kIgnore},
    GroupRule{kGroupDone, G::kBackendError, kIgnore},
    GroupRule{kGroupDone, G::kExecTimeout, kIgnore},
    GroupRule{kGroupDone, G::kQueueTimeout, kIgnore},
    GroupRule{kGroupDone, G::kImagePull, kIgnore},
    GroupRule{kGroupDone, G::kUpstream, kIgnore},
    GroupRule{kGroupDone, G::kEvict, kIgnore},
    GroupRule{kGroupDone, G::kStartError, kIgnore},
    GroupRule{kGroupDone, G::kStartTimeout, kIgnore},
    GroupRule{kGroupDone, G::kPreempt, kIgnore},
};
static_assert(each_pair_decided_once<kGroupEventCount>(kGroupRules, kGroupStates, kStatusCount));
static_assert(each_state_reachable(kGroupRules, kGroupStates, kStatusCount, S::kSubmitting));
static_assert(terminal_states_final(kGroupRules, kGroupDone, kStatusCount));

using F = WorkflowEvent;
using WorkflowRule = Rule<W, WorkflowEvent>;
constexpr StateSet<W> kLive = {W::kPending, W::kRunning};
constexpr StateSet<W> kWorkflowDone = {W::kCompleted,         W::kFailed,
                                       W::kFailedSubmission,  W::kFailedServerError,
                                       W::kFailedExecTimeout, W::kFailedQueueTimeout,
                                       W::kFailedCanceled,    W::kFailedBackendError,
                                       W::kFailedImagePull,   W::kFailedEvicted,
                                       W::kFailedStartError,  W::kFailedStartTimeout,
                                       W::kFailedPreempted};

constexpr std::array kWorkflowRules = {
    WorkflowRule{kLive | kWorkflowDone, F::kPend, kIgnore},
    WorkflowRule{W::kPending, F::kRun, kGo, W::kRunning},
    WorkflowRule{kWorkflowDone | W::kRunning, F::kRun, kIgnore},
    WorkflowRule{W::kPending, F::kRefuse, kGo, W::kFailedSubmission},
    WorkflowRule{kWorkflowDone | W::kRunning, F::kRefuse, kBug},

    WorkflowRule{kLive, F::kComplete, kGo, W::kCompleted},
    WorkflowRule{kLive, F::kFail, kGo, W::kFailed},
    WorkflowRule{kLive, F::kServerError, kGo, W::kFailedServerError},
    WorkflowRule{kLive, F::kExecTimeout, kGo, W::kFailedExecTimeout},
    WorkflowRule{kLive, F::kQueueTimeout, kGo, W::kFailedQueueTimeout},
    WorkflowRule{kLive, F::kCancel, kGo, W::kFailedCanceled},
    WorkflowRule{kLive, F::kBackendError, kGo, W::kFailedBackendError},
    WorkflowRule{kLive, F::kImagePull, kGo, W::kFailedImagePull},
    WorkflowRule{kLive, F::kEvict, kGo, W::kFailedEvicted},
    WorkflowRule{kLive, F::kStartError, kGo, W::kFailedStartError},
    WorkflowRule{kLive, F::kStartTimeout, kGo, W::kFailedStartTimeout},
    WorkflowRule{kLive, F::kPreempt, kGo, W::kFailedPreempted},

    WorkflowRule{kWorkflowDone, F::kComplete, kIgnore},
    WorkflowRule{kWorkflowDone, F::kFail, kIgnore},
    WorkflowRule{kWorkflowDone, F::kServerError, kIgnore},
    WorkflowRule{kWorkflowDone, F::kExecTimeout, kIgnore},
    WorkflowRule{kWorkflowDone, F::kQueueTimeout, kIgnore},
    WorkflowRule{kWorkflowDone, F::kCancel, kIgnore},
    WorkflowRule{kWorkflowDone, F::kBackendError, kIgnore},
    WorkflowRule{kWorkflowDone, F::kImagePull, kIgnore},
    WorkflowRule{kWorkflowDone, F::kEvict, kIgnore},
    WorkflowRule{kWorkflowDone, F::kStartError, kIgnore},
    WorkflowRule{kWorkflowDone, F::kStartTimeout, kIgnore},
    WorkflowRule{kWorkflowDone, F::kPreempt, kIgnore},
};
static_assert(each_pair_decided_once<kWorkflowEventCount>(kWorkflowRules, kLive | kWorkflowDone, kWorkflowStatusCount));
static_assert(each_state_reachable(kWorkflowRules, kLive | kWorkflowDone, kWorkflowStatusCount, W::kPending));
static_assert(terminal_states_final(kWorkflowRules, kWorkflowDone, kWorkflowStatusCount));

constexpr auto kTaskTable = expand<kStatusCount, kTaskEventCount>(kTaskRules);
constexpr auto kGroupTable = expand<kStatusCount, kGroupEventCount>(kGroupRules);
constexpr auto kWorkflowTable = expand<kWorkflowStatusCount, kWorkflowEventCount>(kWorkflowRules);

// Event by target status; every event leads to one status only, so the rules say which.
template <class State, class Event, std::size_t N>
constexpr Event event_to(const std::array<Rule<State, Event>, N>& rules, State to, Event otherwise) {
  for (const auto& rule : rules) {
    if (rule.verdict == kGo && rule.to == to) return rule.event;
  }
  return otherwise;
}

template <class State, class Event, std::size_t States, std::size_t N>
constexpr std::array<Event, States> events_by_target(const std::array<Rule<State, Event>, N>& rules, Event otherwise) {
  std::array<Event, States> events{};
  for (std::size_t s = 0; s < States; ++s) events[s] = event_to(rules, static_cast<State>(s), otherwise);
  return events;
}

constexpr auto kTaskEventTo = events_by_target<S, TaskEvent, kStatusCount>(kTaskRules, TaskEvent::kSubmit);
constexpr auto kGroupEventTo = events_by_target<S, GroupEvent, kStatusCount>(kGroupRules, G::kSubmit);
constexpr auto kWorkflowEventTo = events_by_target<W, WorkflowEvent, kWorkflowStatusCount>(kWorkflowRules, F::kPend);

}  // namespace

Move<Status> task_move(Status from, TaskEvent event) {
  return kTaskTable[static_cast<std::size_t>(from)][static_cast<std::size_t>(event)];
}

Move<Status> group_move(Status from, GroupEvent event) {
  return kGroupTable[static_cast<std::size_t>(from)][static_cast<std::size_t>(event)];
}

Move<WorkflowStatus> workflow_move(WorkflowStatus from, WorkflowEvent event) {
  return kWorkflowTable[static_cast<std::size_t>(from)][static_cast<std::size_t>(event)];
}

TaskEvent task_event_to(Status to) { return kTaskEventTo[static_cast<std::size_t>(to)]; }

GroupEvent group_event_to(Status to) {
  SENNIT_CHECK(to != Status::kRescheduled);
  return kGroupEventTo[static_cast<std::size_t>(to)];
}

WorkflowEvent workflow_event_to(WorkflowStatus to) { return kWorkflowEventTo[static_cast<std::size_t>(to)]; }

}  // namespace sennit::core
