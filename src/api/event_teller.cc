#include "api/event_teller.h"

#include <algorithm>
#include <span>
#include <variant>

#include "api/move_views.h"

namespace sennit::api {
namespace {

bool moves_task(std::span<const core::StatusMove> moves, TaskIndex task) {
  return std::ranges::any_of(moves, [&](const core::StatusMove& move) {
    const auto* moved = std::get_if<core::TaskMove>(&move);
    return moved != nullptr && moved->task == task;
  });
}

}  // namespace

EventTeller::EventTeller(const Record& record, EventLevel level)
    : id_(record.row.submission.id), spec_(record.state->spec) {
  if (level == EventLevel::kAll) retelling_.emplace(spec_);
}

std::optional<views::EventView> EventTeller::tell(const EventQuery& query, const Event& event, store::Seq seq) {
  std::span<const core::StatusMove> moves;
  if (retelling_) moves = retelling_->take(event);
  if (seq <= query.after || level_of(event) > query.level) return std::nullopt;
  if (query.task && task_of(event) != query.task && !moves_task(moves, *query.task)) return std::nullopt;
  views::EventView view = view_of(event, seq, *spec_, id_);
  view.moves = views_of(moves, event, view.message, *spec_, query.task);
  return view;
}

}  // namespace sennit::api
