#include "launch/launch.h"

#include "launch/process.h"
#include "model/demands.h"

namespace sennit::launch {

// Refuses what would otherwise silently not happen.
Result<void> check_possible(const TaskBody& body, Place place) {
  if (body.command.empty()) return Error(ErrorCode::kInvalid, "the task has no command");
  if (place == Place::kContainer && body.image.empty()) {
    return Error(ErrorCode::kInvalid, "the task has no image, which a container is made of");
  }
  const DemandSet demands = demands_of(body);
  for (unsigned i = 0; i < kDemandCount; ++i) {
    if (!demands.test(i)) continue;
    std::string refusal = refusal_of(static_cast<Demand>(i), place, body);
    if (!refusal.empty()) return Error(ErrorCode::kInvalid, std::move(refusal));
  }
  return {};
}

Result<PreparedProcess> prepare(const WorkflowWorld& world, const StartOrder& order, SandboxTools& sandbox) {
  SENNIT_ASSIGN(TaskBody body, decode_task_body(order.body));
  const Place place = place_of(world.context().runtime, demands_of(body));
  SENNIT_TRY(check_possible(body, place));
  switch (place) {
    case Place::kProcess: return prepare_process(world, order, body, sandbox);
    case Place::kSandbox: return prepare_sandbox(world, order, std::move(body), sandbox);
    case Place::kContainer: return Error(ErrorCode::kInternal, "a container is not spawned");
  }
  return Error(ErrorCode::kInternal, "a place that nobody knows");
}

}  // namespace sennit::launch
