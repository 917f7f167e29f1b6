// What an event did to statuses, for people: alike moves as one, with their reason. Pure.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "core/status_moves.h"
#include "model/event.h"
#include "model/workflow.h"
#include "views/event_views.h"

namespace sennit::api {

// So many of those that moved alike are named: a submission moves every task at once.
inline constexpr std::size_t kMostNamed = 100;

// `message` is what the event's view says. With `only`, what is about this task.
std::vector<views::MoveView> views_of(std::span<const core::StatusMove> moves, const Event& event,
                                      std::string_view message, const Workflow& workflow,
                                      std::optional<TaskIndex> only);

}  // namespace sennit::api
