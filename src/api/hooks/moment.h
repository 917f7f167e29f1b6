// Which hooks an event is for. Pure: what is told outside follows from the journal and the configuration alone.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/state.h"
#include "model/event.h"
#include "model/workflow.h"
#include "spec/config/hooks.h"
#include "store/outbox.h"

namespace sennit::api {

// What an event is to those who wait for it.
struct Moment {
  spec::HookScope per = spec::HookScope::kWorkflow;
  std::uint16_t on = 0;  // a bit for each spec::HookOccasion
  bool is(spec::HookOccasion occasion) const { return (on >> static_cast<unsigned>(occasion) & 1U) != 0; }
};
Moment moment_of(const Event& event);

// The hooks of a configuration, in its order.
using HookList = std::vector<spec::HookConfig>;
HookList list_of(const spec::HooksConfig& config);

bool is_due(const spec::HookConfig& hook, const Event& event, const Workflow& workflow);

// Of the events, in their order, what is to be told to which hook. Costs a look at each event, and nothing without
// hooks. Events of workflows that are not in `state` are passed over.
std::vector<store::Notice> notices_of(const HookList& hooks, std::span<const Event> events, const core::State& state);

}  // namespace sennit::api
