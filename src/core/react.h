// Facts from outside become events.
//
// A fact that is late, repeated or about something unknown changes nothing: each such rule is written at its place in
// react.cc. Some of them still deserve an answer (a repeated exit: "forget it"), which is an effect without an event.
#pragma once

#include "base/instant.h"
#include "core/state.h"
#include "model/effect.h"
#include "model/event.h"
#include "model/fact.h"

namespace sennit::core {

// Receives what react and plan decide. Events have been applied already when they arrive, in order.
class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual void emit(Event event) = 0;
  // To be done although nothing happened. Carried out after the commit, like the effects of events.
  virtual void answer(const Effect& effect) = 0;
};

// Takes in one fact. What follows from it inside a workflow (group and workflow statuses, cascades) is `plan`'s work.
void react(State& state, const Fact& fact, Instant now, EventSink& sink);

}  // namespace sennit::core
