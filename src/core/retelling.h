// A workflow's journal told once more: which statuses each event moved, also those that follow from it without a record
// of their own (a group starts with its first task, those behind a completed one are released).
//
// The events are applied to a state beside the live one by the same `apply`, so what is told is what happened. It costs
// what the workflow costs in memory, and an event what it cost when it happened.
#pragma once

#include <memory>
#include <span>

#include "core/state.h"
#include "core/status_moves.h"
#include "model/event.h"
#include "model/workflow.h"

namespace sennit::core {

class Retelling {
 public:
  explicit Retelling(std::shared_ptr<const Workflow> spec) : spec_(std::move(spec)) {}

  // The moves of the journal's next event, in order, valid until the next call. None, from then on, if it cannot follow
  // on those before (a damaged journal; what ended a workflow that could not be read back).
  std::span<const StatusMove> take(const Event& event);

 private:
  bool follow(const Event& event);

  std::shared_ptr<const Workflow> spec_;
  State state_;
  StatusMoves moves_;
  bool lost_ = false;
};

}  // namespace sennit::core
