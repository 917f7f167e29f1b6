// Who has to give way, and what becomes of it.
//
// A NORMAL or HIGH group that waits within its pool's guarantee, and could run if LOW groups were stopped, has them
// stopped: the fewest that free what it needs, and of those that do equally well the youngest. A group gives way as a
// whole: all of its attempts are stopped (grace period included), and once the last has ended it waits again, as a
// whole, at the place that its submission gives it. That uses up none of its retries. It ends instead if an exit action
// for 3006 says so, or if it was submitted not to be queued again.
//
// What it leaves is kept for whoever it gave way to: that one comes first in the next placement (core/place.h). Nobody
// gives way to a group that could not start all the same, because its workflow is at its max_parallel or would be once
// the places were taken that it was promised before.
//
// Left alone are: groups of a pool within its own guarantee (by other pools); and, for a while, those that came back
// after they had given way, or that aged so long in the queue that they came before others of a higher priority.
// The while doubles each time, so that everything ends in the end.
#pragma once

#include <cstddef>
#include <vector>

#include "core/decide.h"
#include "core/space.h"

namespace sennit::core {

class Preemptor {
 public:
  // `now`: what is left after everybody so far has been served.
  Preemptor(Decider& decider, const Space& now);

  // What the placement gives away or keeps while this one lives.
  void take(const QueueRef& queue, const std::vector<Seat>& seats) { soon_.take(queue, seats); }
  void keep(const QueueRef& queue, const Space& idle) { soon_.keep(queue, idle); }

  // For a group of the queue that does not fit: a place that it will have as soon as everybody who was told to stop is
  // gone. It is kept for it in `now` too. False: there is none.
  bool hold(const QueueRef& queue, Space& now);
  // False: nobody of that bin can be helped, whatever else he asks for.
  bool may_help(const BinId& bin) const;
  // The same as `hold`, and if there is none, tells others to stop so that there is.
  bool claim(const QueueRef& queue, const WorkflowState& claimant, Space& now);

 private:
  struct Victim {
    GroupKey key;
    PoolId pool;
    Instant placed_at;
    std::vector<TaskIndex> seated;
    bool has_gpus = false;
    bool chosen = false;
  };

  void look_at(const GroupKey& key);
  std::vector<std::size_t> choose(const QueueRef& queue) const;
  bool suffices(const QueueRef& queue, const std::vector<std::size_t>& victims) const;
  bool may_reclaim(const Space& space, PoolId claimant, const Victim& victim) const;
  void give(Space& space, const Victim& victim) const;
  void stop(const GroupKey& key, const WorkflowState& claimant);

  Decider& decider_;
  State& state_;
  Space soon_;                   // once all that were told to stop are gone
  std::vector<Victim> victims_;  // youngest first
};

// Whether somebody may be told to give way at all.
inline bool may_preempt(const State& state, Entitlement entitlement) {
  return entitlement == Entitlement::kGuaranteed && !state.borrowers.empty();
}

// For apply: the group gives way from now on.
void begin_preemption(State& state, WorkflowState& workflow, const event::GroupPreempted& what, Instant at);

// The end of an attempt that was told to give way: RESCHEDULED, or whatever its exit actions or its submission say.
Verdicted verdict_of_preemption(const WorkflowState& workflow, TaskIndex task, Instant at);

// What is left to do about a group whose preemption is not over: told to stop, or queued again.
void settle_preempted(Decider& decider, const WorkflowState& workflow, GroupIndex group);

// How long the group is left alone; a time in the past: it is not. `placed_at`: of the last of its tasks.
Instant protected_until(const State& state, const WorkflowState& workflow, GroupIndex group);

}  // namespace sennit::core
