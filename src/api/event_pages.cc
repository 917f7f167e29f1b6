#include "api/event_pages.h"

#include <algorithm>
#include <utility>

namespace sennit::api {
namespace {

constexpr std::uint64_t kAtOnce = 1000;

}  // namespace

Result<views::EventList> EventPages::read(const Record& record, const EventQuery& query, std::uint64_t limit) {
  Reading reading = take_up(record, query);
  const store::Seq last = query.after + limit;
  views::EventList list;
  while (reading.at < last) {
    const std::uint64_t wanted = std::min(kAtOnce, last - reading.at);
    SENNIT_ASSIGN(const auto page, store_.events(reading.key, reading.at, wanted));
    for (const store::JournaledEvent& entry : page) {
      reading.at = entry.seq;
      auto view = reading.teller.tell(query, entry.event, entry.seq);
      if (view) list.events.push_back(*std::move(view));
    }
    if (page.size() < wanted) return list;  // the present end
  }
  kept_ = std::move(reading);
  return list;
}

EventPages::Reading EventPages::take_up(const Record& record, const EventQuery& query) {
  std::optional<Reading> kept = std::exchange(kept_, std::nullopt);
  const bool goes_on = kept && kept->key == record.row.key && kept->level == query.level && kept->at == query.after;
  if (goes_on) return *std::move(kept);
  EventTeller teller(record, query.level);
  const store::Seq at = teller.reads_after(query);
  return {record.row.key, query.level, std::move(teller), at};
}

}  // namespace sennit::api
