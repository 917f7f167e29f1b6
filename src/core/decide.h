// How react and plan make an event: applied first, then handed to the sink, so that the next decision sees it.
#pragma once

#include <cstddef>
#include <string>
#include <utility>

#include "core/apply.h"
#include "core/exit_rules.h"
#include "core/react.h"

namespace sennit::core {

class Decider {
 public:
  Decider(State& state, Instant now, EventSink& sink) : state_(state), now_(now), sink_(sink) {}

  template <class What>
  void decide(WorkflowKey workflow, What what) {
    decide_at(workflow, now_, std::move(what));
  }
  // Adds what the attempt gets of its devices (event::AttemptPlaced::gpu_part).
  void decide(WorkflowKey workflow, event::AttemptPlaced placed);
  // For what a host measured: `at` is when it happened there.
  template <class What>
  void decide_at(WorkflowKey workflow, Instant at, What what) {
    Event event{workflow, at, std::move(what)};
    apply(state_, event);
    sink_.emit(std::move(event));
    ++made_;
  }

  // Ends the latest attempt of a task.
  void end_task(const WorkflowState& workflow, TaskIndex task, Verdicted verdict) {
    decide(workflow.key, event::TaskEnded{task, workflow.task(task).number, verdict.status, verdict.exit_code,
                                          std::move(verdict.message)});
  }
  // Ends a task that holds nothing at once, and tells an active one to stop. A task that is stopping keeps its reason,
  // and is told once more if it is to be forced.
  struct StopOrder {
    std::string user = {};  // as event::AttemptStopping
    std::string message = {};
    StopForce force = StopForce::kGrace;
  };
  void stop_task(const WorkflowState& workflow, TaskIndex task, StopReason reason, Verdicted if_inactive,
                 const StopOrder& order);
  void stop_task(const WorkflowState& workflow, TaskIndex task, StopReason reason, Verdicted if_inactive) {
    stop_task(workflow, task, reason, std::move(if_inactive), StopOrder());
  }

  State& state() { return state_; }
  Instant now() const { return now_; }
  EventSink& sink() { return sink_; }
  std::size_t made() const { return made_; }

 private:
  State& state_;
  Instant now_;
  EventSink& sink_;
  std::size_t made_ = 0;
};

}  // namespace sennit::core
