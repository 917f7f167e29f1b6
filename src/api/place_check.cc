#include "api/place_check.h"

#include <fmt/format.h>

#include <algorithm>

#include "launch/engine/find_engine.h"

namespace sennit::api {
namespace {

DemandSet all_demands(const Workflow& workflow) {
  DemandSet demands;
  for (const auto& [demand, task] : workflow.demands) demands.set(static_cast<std::size_t>(demand));
  return demands;
}

// Why no host can have containers; "": one can. What a host said when it joined may be old, and an engine is started
// sooner than a host joins again: this one is looked at.
std::string why_no_container(const core::State& state) {
  std::string why;
  for (const auto& [id, host] : state.hosts) {
    if (host.joined && host.places.no_container.empty()) return "";
    if (host.joined) why = host.places.no_container;
  }
  if (why.empty() || launch::find_engine(launch::EngineHints::of_this_process())) return "";
  return why;
}

}  // namespace

Result<void> check_demands(const Workflow& workflow, Runtime wish) {
  // A task that asks for what only a sandbox has gets one; what that cannot give either, no place of this wish can.
  const Place place = wish == Runtime::kAuto ? Place::kSandbox : place_of(wish, {});
  std::string text;
  if (place == Place::kContainer && !all_demands(workflow).test(static_cast<std::size_t>(Demand::kImage))) {
    text = "containers are made of images, and none of its tasks names one";
  }
  for (const auto& [demand, task] : workflow.demands) {
    SENNIT_ASSIGN(const TaskBody body, workflow.body_of(task));
    const std::string refusal = refusal_of(demand, place, body);
    if (refusal.empty()) continue;
    text += fmt::format("{}task '{}': {}", text.empty() ? "" : "; ", workflow.name_of(task), refusal);
  }
  if (text.empty()) return {};
  return Error(ErrorCode::kInvalid, std::move(text));
}

std::string missing_place(const Workflow& workflow, Runtime wish, const core::State& state) {
  if (wish == Runtime::kContainer) {
    const std::string why = why_no_container(state);
    return why.empty() ? "" : no_container_text(why);
  }
  const DemandSet demands = all_demands(workflow);
  if (place_of(wish, demands) != Place::kSandbox) return "";
  std::string why;
  for (const auto& [id, host] : state.hosts) {
    if (!host.joined) continue;
    if (host.places.no_sandbox.empty()) return "";
    if (why.empty()) why = no_sandbox_text(host.places.no_sandbox);
  }
  if (why.empty() || wish == Runtime::kSandbox) return why;
  if (place_of(wish, demands, Containers::kThere) == Place::kContainer && why_no_container(state).empty()) return "";
  const auto task = std::ranges::find_if(workflow.demands, [](const auto& noted) {
    return needs_isolation(DemandSet().set(static_cast<std::size_t>(noted.first)));
  });
  return fmt::format("task '{}' needs paths or files of its own, and {}", workflow.name_of(task->second), why);
}

std::string image_notice(const Workflow& workflow, Runtime wish, const core::State& state) {
  if (wish != Runtime::kAuto || !all_demands(workflow).test(static_cast<std::size_t>(Demand::kImage))) return "";
  const std::string why = why_no_container(state);
  return why.empty() ? "" : "images are ignored: " + why;
}

}  // namespace sennit::api
