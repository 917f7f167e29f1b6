#include "launch/launch.h"

#include "launch/process.h"
#include "model/demands.h"

namespace sennit::launch {
namespace {

// Refuses what would otherwise silently not happen.
Result<void> check_possible(const TaskBody& body, const DemandSet& demands, Place place) {
  if (body.command.empty()) return Error(ErrorCode::kInvalid, "the task has no command");
  for (unsigned i = 0; i < kDemandCount; ++i) {
    if (!demands.test(i)) continue;
    std::string refusal = refusal_of(static_cast<Demand>(i), place, body);
    if (!refusal.empty()) return Error(ErrorCode::kInvalid, std::move(refusal));
  }
  return {};
}

}  // namespace

Result<PreparedProcess> prepare(const WorkflowWorld& world, const StartOrder& order, SandboxTools& sandbox) {
  SENNIT_ASSIGN(TaskBody body, decode_task_body(order.body));
  const DemandSet demands = demands_of(body);
  const Place place = place_of(world.context().runtime, demands);
  SENNIT_TRY(check_possible(body, demands, place));
  switch (place) {
    case Place::kProcess: return prepare_process(world, order, body);
    case Place::kSandbox: return prepare_sandbox(world, order, std::move(body), sandbox);
    case Place::kContainer: return Error(ErrorCode::kUnavailable, no_container_text());
  }
  return Error(ErrorCode::kInternal, "a place that nobody knows");
}

}  // namespace sennit::launch
