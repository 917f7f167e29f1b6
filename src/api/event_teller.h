// What somebody wants to see of one workflow's journal. Fed with its events in order.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "api/event_view.h"
#include "api/records.h"
#include "core/retelling.h"
#include "store/store.h"

namespace sennit::api {

struct EventQuery {
  store::Seq after = 0;
  EventLevel level = EventLevel::kAll;
  std::optional<TaskIndex> task;  // only what is about this one, or moves it
};

class EventTeller {
 public:
  EventTeller(const Record& record, EventLevel level);

  // The cursor to read from: whoever is shown all of the history is told of moves as well, which follow from what came
  // before. All that lies between it and `query.after` is to be told too.
  store::Seq reads_after(const EventQuery& query) const { return retelling_ ? 0 : query.after; }

  // Nothing: it is not wanted. `query.level` is the one that this was made for.
  std::optional<views::EventView> tell(const EventQuery& query, const Event& event, store::Seq seq);

 private:
  std::string id_;
  std::shared_ptr<const Workflow> spec_;
  std::optional<core::Retelling> retelling_;
};

}  // namespace sennit::api
