#include "core/retelling.h"

#include "core/apply.h"

namespace sennit::core {

std::span<const StatusMove> Retelling::take(const Event& event) {
  moves_.clear();
  lost_ = lost_ || !follow(event);
  return moves_;
}

bool Retelling::follow(const Event& event) {
  if (state_.find(event.workflow) != nullptr) return replay(state_, event, &moves_).ok();
  if (!state_.workflows.empty() || !std::holds_alternative<event::Submitted>(event.what)) return false;
  apply_submitted(state_, event, spec_, &moves_);
  return true;
}

}  // namespace sennit::core
