// Parts of workflows' histories, as lists.
//
// Threads: the loop's.
#pragma once

#include <cstdint>
#include <optional>

#include "api/event_teller.h"
#include "api/records.h"
#include "base/result.h"
#include "store/store.h"
#include "views/event_views.h"

namespace sennit::api {

class EventPages {
 public:
  explicit EventPages(store::Store& store) : store_(store) {}

  // What `query` wants of the `limit` events after its cursor. The store's errors.
  Result<views::EventList> read(const Record& record, const EventQuery& query, std::uint64_t limit);

 private:
  struct Reading {
    WorkflowKey key;
    EventLevel level = EventLevel::kAll;
    EventTeller teller;
    store::Seq at = 0;  // has been told so far
  };
  Reading take_up(const Record& record, const EventQuery& query);

  store::Store& store_;
  // Where the last list ended, if more followed: whoever reads page after page reads the journal once.
  std::optional<Reading> kept_;
};

}  // namespace sennit::api
