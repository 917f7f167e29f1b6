#include "core/plan.h"

#include "core/decide.h"
#include "core/expiry.h"
#include "core/place.h"
#include "core/settle.h"

namespace sennit::core {
void plan(State& state, Instant now, EventSink& sink) {
  Decider decider(state, now, sink);
  bool done = settle(decider, kPlanBudget);
  done = done && expire(decider, kPlanBudget);
  done = done && settle(decider, kPlanBudget);
  if (done && state.placing == Placing::kOn) done = place(decider, kPlanBudget);
  state.plan_again = !done;
}

std::optional<Instant> next_deadline(const State& state) {
  if (state.plan_again || !state.unsettled.empty()) return Instant();
  std::optional<Instant> next = next_expiry(state);
  if (state.look_again.is_set() && (!next || state.look_again < *next)) next = state.look_again;
  return next;
}

}  // namespace sennit::core
