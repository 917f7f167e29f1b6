#include "sim/pause_watch.h"

#include <fmt/format.h>

namespace sennit::sim {

void PauseWatch::read(const core::State& state) {
  for (const auto& [key, workflow] : state.workflows) {
    if (workflow.pause.is_on()) paused_.insert({key, {}});
    for (const auto& [task, log] : workflow.task_pauses) {
      if (log.is_on()) paused_.insert({key, task});
    }
  }
}

void PauseWatch::committed(std::span<const Event> events, const core::State& /*state*/) {
  for (const Event& event : events) take(event);
}

void PauseWatch::take(const Event& event) {
  if (const auto* paused = std::get_if<event::Paused>(&event.what)) paused_.insert({event.workflow, paused->task});
  if (const auto* resumed = std::get_if<event::Resumed>(&event.what)) paused_.erase({event.workflow, resumed->task});
  const auto* placed = std::get_if<event::AttemptPlaced>(&event.what);
  if (placed == nullptr) return;
  if (!paused_.contains({event.workflow, {}}) && !paused_.contains({event.workflow, placed->task})) return;
  problem_(fmt::format("task {} of {} is placed while it is paused", placed->task.value(), event.workflow.value()));
}

}  // namespace sennit::sim
