#include "core/place.h"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <queue>
#include <set>
#include <utility>
#include <vector>

#include "base/check.h"
#include "core/bookkeeping.h"
#include "core/candidates.h"
#include "core/measuring.h"
#include "core/pause.h"
#include "core/pools.h"
#include "core/preempt.h"
#include "core/space.h"
#include "core/succession.h"

namespace sennit::core {
namespace {

class Placer {
 public:
  Placer(Decider& decider, std::size_t budget)
      : decider_(decider),
        state_(decider.state()),
        budget_(budget),
        now_(state_),
        idle_(Space::when_idle(state_)),
        candidates_(state_, now_),
        claims_(std::exchange(state_.claims, {})) {
    state_.look_again = Instant();
  }

  bool place() {
    if (!now_.has_hosts()) return true;
    const bool done = place_all() && seat_those_behind();
    if (!done) state_.claims.merge(claims_);
    return done;
  }

 private:
  enum class Outcome : std::uint8_t {
    kGoOn,    // the next of this shape may be tried
    kBlocked  // nobody of this shape fits
  };

  // False: the budget is used up.
  bool place_all() {
    while (const std::optional<Candidate> candidate = candidates_.next()) {
      if (is_used_up()) return false;
      const bool first_of_others = !candidate->queue.is_admitted() && !retries_served_;
      if (first_of_others) {
        retries_served_ = true;
        for (const Queue& queue : std::exchange(held_up_, {})) keep_place(queue);
      }
      if (!candidate->queue.is_admitted() && !claims_.empty()) {
        serve(claims_.extract(claims_.begin()).value());
        if (claims_.empty()) promised_.clear();
        candidates_.offer(candidate->queue);
        continue;
      }
      if (place(*candidate) == Outcome::kGoOn) {
        candidates_.offer(candidate->queue);
      } else if (!is_worth_a_look()) {
        return true;
      }
    }
    return true;
  }

  // Once nobody who is left can be served, it does not matter what more would be kept from them. This is what makes a
  // placement after the end of one task cost what it gives away, and not what is waiting.
  bool is_worth_a_look() {
    if (!claims_.empty() || (!state_.lines.empty() && now_.has_cpus())) return true;
    return candidates_.any_left([this](const BinId& bin) { return may_be_served(bin); });
  }

  bool may_be_served(const BinId& bin) const {
    if (bin.admitted || now_.may_fit(bin)) return true;
    if (!somebody_waits_ && !bin.wants_gpus) return true;  // ahead of its time
    if (now_.is_over_quota(bin) || !may_preempt(state_, bin.entitlement)) return false;
    return !preemptor_ || preemptor_->may_help(bin);
  }

  bool is_used_up() const { return decider_.made() >= budget_; }

  // Others were told to give way to this group. If it fits now, it is placed before everybody else; but whoever is
  // before it in its own workflow goes first, if it fits too or will as soon as the others are gone. If it does not,
  // its place is kept for it.
  void serve(const Claim& claim) {
    WorkflowState* workflow = state_.find(claim.workflow);
    if (workflow == nullptr || !still_waits(*workflow, claim.task)) return;
    const QueueRef queue = queue_of(*workflow, workflow->lanes[lane_of(*workflow, claim.task)]);
    if (now_.find(queue, seats_) == Space::Fit::kYes) place_up_to(*workflow, claim.task);
    if (!still_waits(*workflow, claim.task) || state_.claims.contains(claim)) return;
    if (!preemptor().hold(queue, now_)) return;
    somebody_waits_ = true;
    promise(claim, *workflow, queue.shape.size());
  }

  // A retry inside of a group has had its turn already.
  bool still_waits(const WorkflowState& workflow, TaskIndex task) const {
    if (task.value() >= workflow.tasks.size()) return false;
    const std::uint32_t lane = lane_of(workflow, task);
    if (!is_offered(workflow, workflow.lanes[lane]) || workflow.lanes[lane].shape().front().admitted) return false;
    return waits_in(workflow, task, lane) && !is_held_back(workflow, task) &&
           within_cap(workflow, workflow.lanes[lane].shape().size());
  }

  // Where max_parallel holds up one that is before it, only those go on that it was promised to: it may have become so
  // by what was placed meanwhile.
  void place_up_to(WorkflowState& workflow, TaskIndex last) {
    std::priority_queue<Candidate, std::vector<Candidate>, std::greater<>> fronts;
    const auto offer = [&](std::uint32_t lane) {
      if (!is_offered(workflow, workflow.lanes[lane]) || workflow.lanes[lane].shape().front().admitted) return;
      const std::optional<Candidate> front = candidates_.front_of(workflow, lane);
      if (front && front->task <= last) fronts.push(*front);
    };
    for (std::uint32_t lane = 0; lane < workflow.lanes.size(); ++lane) offer(lane);
    bool is_held_up = false;
    while (!fronts.empty() && !is_used_up()) {
      const Candidate candidate = fronts.top();
      fronts.pop();
      const QueueRef queue = candidate.queue.ref();
      const bool is_over = !within_cap(workflow, queue.shape.size());
      is_held_up = is_held_up || is_over;
      if (is_over || (is_held_up && candidate.key.lane != lane_of(workflow, last))) continue;
      const bool fits = now_.find(queue, seats_) == Space::Fit::kYes;
      if (fits && take(candidate, workflow) == Outcome::kGoOn) {
        offer(candidate.key.lane);
      } else if (fits || preemptor().hold(queue, now_)) {
        somebody_waits_ = true;
        promise(candidate.claim(), workflow, queue.shape.size());
      }
    }
  }

  Outcome place(const Candidate& candidate) {
    WorkflowState& workflow = *state_.find(candidate.key.workflow);
    const QueueRef queue = candidate.queue.ref();
    if (state_.claims.contains(candidate.claim())) return pass_over(candidate, workflow);
    if (!candidate.queue.is_admitted() && !within_cap(workflow, queue.shape.size())) {
      if (!send_ahead(candidate, workflow)) candidates_.cap(workflow.key);
      return Outcome::kGoOn;
    }
    const Space::Fit fit = now_.find(queue, seats_);
    if (fit == Space::Fit::kYes) return take(candidate, workflow);
    if (fit == Space::Fit::kNoRoom && send_ahead(candidate, workflow)) return Outcome::kGoOn;
    return wait(candidate, workflow, fit);
  }

  // The seats that were found.
  Outcome take(const Candidate& candidate, WorkflowState& workflow) {
    const QueueRef queue = candidate.queue.ref();
    const bool waits = must_measure(queue);
    now_.take(queue, seats_);
    if (preemptor_) preemptor_->take(queue, seats_);
    if (waits) {  // for an answer; what it is about to get is kept for it
      somebody_waits_ = true;
      return Outcome::kBlocked;
    }
    seat_group(candidate, workflow);
    return Outcome::kGoOn;
  }

  bool must_measure(const QueueRef& queue) {
    const bool balanced = std::ranges::any_of(queue.shape, &TaskNeeds::balanced);
    return balanced &&
           core::must_measure(state_, now_.rooms_of(queue.pool), queue.shape, seats_, decider_.now(), decider_.sink());
  }

  // An entry behind others that were passed over stays, and is worth nothing any more.
  static void take_entry(const Candidate& candidate, WorkflowState& workflow) {
    Lane& lane = workflow.lanes[candidate.key.lane];
    if (lane.front() == candidate.task) lane.pop();
  }

  void seat_group(const Candidate& candidate, WorkflowState& workflow) {
    const Shape& shape = candidate.queue.id->shape;
    take_entry(candidate, workflow);
    TaskIndex first = candidate.task;
    // A group that comes back after a preemption may have lost its first tasks: they have ended.
    if (shape.size() > 1) first = workflow.spec->group(workflow.spec->tasks[first.value()].group).first_task;
    for (std::uint32_t i = 0; i < shape.size(); ++i) {
      const TaskIndex task(first.value() + i);
      if (workflow.task(task).status != Status::kScheduling) continue;
      decider_.decide(workflow.key,
                      event::AttemptPlaced{task, workflow.task(task).number, now_.host(seats_[i]), seats_[i].gpus});
    }
    list_lane(state_, workflow, candidate.key.lane);
  }

  // One that waits for its pool's share keeps nothing from anybody: what it waits for are others of its own pool.
  Outcome wait(const Candidate& candidate, const WorkflowState& workflow, Space::Fit fit) {
    const Queue& queue = candidate.queue;
    if (fit == Space::Fit::kOverQuota) return Outcome::kBlocked;
    if (fit == Space::Fit::kNoRoom) somebody_waits_ = true;
    if (may_preempt(state_, queue.id->entitlement) && preemptor().claim(queue.ref(), workflow, now_)) {
      state_.claims.insert(candidate.claim());
      return pass_over(candidate, workflow);
    }
    if (fit == Space::Fit::kOverMaximum) return Outcome::kBlocked;
    if (queue.is_admitted()) {
      held_up_.push_back(queue);
    } else {
      keep_place(queue);
    }
    return Outcome::kBlocked;
  }

  // Its place is kept, and those behind it may get one.
  Outcome pass_over(const Candidate& candidate, const WorkflowState& workflow) {
    if (!candidate.queue.is_admitted()) count_promise(workflow, candidate.queue.id->shape.size());
    candidates_.pass_over(candidate);
    return Outcome::kGoOn;
  }

  void promise(const Claim& claim, const WorkflowState& workflow, std::size_t tasks) {
    state_.claims.insert(claim);
    count_promise(workflow, tasks);
  }

  void count_promise(const WorkflowState& workflow, std::size_t tasks) {
    if (workflow.spec->max_parallel > 0) promised_[workflow.key] += tasks;
  }

  Preemptor& preemptor() {
    if (!preemptor_) preemptor_.emplace(decider_, now_);
    return *preemptor_;
  }

  // To where an attempt of the same lane is about to end; never past somebody who waits for a place.
  bool send_ahead(const Candidate& candidate, WorkflowState& workflow) {
    const Shape& shape = candidate.queue.id->shape;
    if (somebody_waits_ || !may_send_ahead(workflow) || shape.size() > 1 || shape.front().admitted ||
        shape.front().gpus_wanted() > 0) {
      return false;
    }
    const std::optional<TaskIndex> ahead = take_followable(workflow, candidate.key.lane);
    if (!ahead || !state_.hosts.at(workflow.task(*ahead).host).joined) return false;
    take_entry(candidate, workflow);
    const TaskIndex task = candidate.task;
    decider_.decide(workflow.key,
                    event::AttemptPlaced{task, workflow.task(task).number, workflow.task(*ahead).host, {}, ahead});
    list_lane(state_, workflow, candidate.key.lane);
    return true;
  }

  // A place is free, so nobody has to wait for the end of a certain other one. False: the budget is used up.
  bool seat_those_behind() {
    for (auto it = state_.lines.begin(); it != state_.lines.end();) {
      WorkflowState& workflow = *state_.find(*it++);  // seating the last one takes the entry out
      while (const std::optional<TaskIndex> task = first_in_line(workflow)) {
        if (decider_.made() >= budget_) return false;
        if (!within_cap(workflow, 1) || !seat(workflow, *task)) break;
      }
    }
    return true;
  }

  static std::optional<TaskIndex> first_in_line(const WorkflowState& workflow) {
    for (const auto& [task, ahead] : workflow.behind) {
      if (workflow.task(task).stopping == StopReason::kNone) return task;
    }
    return std::nullopt;
  }

  bool seat(const WorkflowState& workflow, TaskIndex task) {
    const TaskState& row = workflow.task(task);
    const Shape shape = {needs_held(workflow, task)};
    const QueueRef queue{workflow.pool, entitlement_of(workflow.submission.priority), shape};
    if (now_.find(queue, seats_) != Space::Fit::kYes || now_.host(seats_.front()) != row.host) return false;
    now_.take(queue, seats_);
    decider_.decide(workflow.key, event::AttemptPlaced{task, row.number, row.host, {}});
    return true;
  }

  // A group that is larger than max_parallel runs when nothing else of its workflow does. Those before it that have a
  // place as soon as others are gone count as if they ran.
  bool within_cap(const WorkflowState& workflow, std::size_t tasks) const {
    const std::size_t cap = workflow.spec->max_parallel;
    if (cap == 0) return true;
    const auto promised = promised_.find(workflow.key);
    const std::size_t taken = workflow.active + (promised == promised_.end() ? 0 : promised->second);
    return taken + std::min(tasks, cap) <= cap;
  }

  void keep_place(const Queue& queue) {
    now_.keep(queue.ref(), idle_);
    if (preemptor_) preemptor_->keep(queue.ref(), idle_);
  }

  Decider& decider_;
  State& state_;
  std::size_t budget_;
  Space now_;  // what is free, less what is kept
  const Space idle_;
  Candidates candidates_;
  std::set<Claim> claims_;                       // of the last placement, as far as they have not been served
  std::map<WorkflowKey, std::size_t> promised_;  // tasks of a workflow for which places are kept
  std::optional<Preemptor> preemptor_;           // made when it is needed
  std::vector<Queue> held_up_;                   // admitted ones that do not fit
  bool retries_served_ = false;                  // the admitted ones: what they wait for is kept from all others
  bool somebody_waits_ = false;                  // for a place, and came before those that are still to be looked at
  std::vector<Seat> seats_;
};

}  // namespace

bool place(Decider& decider, std::size_t budget) { return Placer(decider, budget).place(); }

}  // namespace sennit::core
