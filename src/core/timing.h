// What becomes due when: the deadline that a task, a group or a workflow has follows from the state, and so does
// whether an entry of State::deadlines still means something.
//
//   task      the delay before a retry; starting longer than State::start_timeout; a job's exec timeout
//   group     queue timeout, from SCHEDULING on; exec timeout, from its first start on
//   workflow  its timeout, from its first start on
#pragma once

#include <array>
#include <deque>
#include <optional>

#include "core/state.h"

namespace sennit::core {

std::optional<Deadline> deadline_of(const State& state, const WorkflowState& workflow, TaskIndex task);
std::optional<Deadline> deadline_of(const WorkflowState& workflow, GroupIndex group);
std::optional<Deadline> deadline_of(const WorkflowState& workflow);

bool is_live(const State& state, const Deadline& deadline);

// Since when the start of an attempt is timed: it has its resources, and has left the barrier if there is one.
Instant start_clock(const WorkflowState& workflow, TaskIndex task);
// Since when its exec timeout runs.
Instant exec_clock(const WorkflowState& workflow, TaskIndex task);

// Around a change of the state by `apply`: a deadline that is another one afterwards is put into the queue, and the
// queue is told of one that means nothing any more.
class Retimed {
 public:
  Retimed(State& state, const WorkflowState& workflow);
  Retimed(State& state, const WorkflowState& workflow, GroupIndex group);
  Retimed(State& state, const WorkflowState& workflow, TaskIndex task);  // and its group
  ~Retimed();
  Retimed(const Retimed&) = delete;
  Retimed& operator=(const Retimed&) = delete;

 private:
  using Deadlines = std::array<std::optional<Deadline>, 2>;
  Deadlines look() const;

  State& state_;
  const WorkflowState& workflow_;
  std::optional<TaskIndex> task_;
  std::optional<GroupIndex> group_;
  Deadlines before_;
};

// The same for what concerns the clock of the workflow and those of all groups that wait: a pause of the workflow.
// Linear in the groups.
std::deque<Retimed> retimed_queue(State& state, const WorkflowState& workflow);

// Every deadline of a workflow that comes into the state.
void arm_all(State& state, const WorkflowState& workflow);

// For apply: the limits are as `set` says from now on. Looks at each task that they are for.
void set_limits(State& state, WorkflowState& workflow, const event::LimitSet& set);

// What would be over at once if the limits were set so: before somebody does it by mistake.
struct AtOnce {
  std::vector<GroupIndex> groups;
  bool workflow = false;
};
AtOnce over_at_once(const WorkflowState& workflow, const event::LimitSet& set, Instant now);

}  // namespace sennit::core
