// Watches what is committed: nothing of a paused workflow, and no paused task, is placed.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>

#include "engine/engine.h"

namespace sennit::sim {

class PauseWatch final : public engine::Observer {
 public:
  explicit PauseWatch(std::function<void(std::string)> problem) : problem_(std::move(problem)) {}

  // What was paused when the server began.
  void read(const core::State& state);
  void committed(std::span<const Event> events, const core::State& state) override;

 private:
  void take(const Event& event);

  std::function<void(std::string)> problem_;
  std::set<std::pair<WorkflowKey, std::optional<TaskIndex>>> paused_;
};

}  // namespace sennit::sim
