// The journals of several workflows as one history, by time: what the whole server did.
//
// Holds a page of each journal that has something left, so memory does not grow with their length. There is no second
// way for what happens meanwhile: whoever hears of a commit says so by touch(), and its events are read like all
// others.
//
// Threads: the loop's. Ownership: references must outlive it.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "api/event_teller.h"
#include "api/records.h"
#include "store/store.h"

namespace sennit::api {

class JournalMerge {
 public:
  // What happened before `since` is left out of journals up to where they end now; whatever comes behind is new. The
  // time of an event is when it happened, which may have been told late: it counts as no earlier than what stands
  // before it in its journal.
  JournalMerge(engine::Engine& engine, store::Store& store, EventLevel level, Instant since)
      : engine_(engine), store_(store), records_(engine, store), level_(level), since_(since) {}

  // There may be something of this workflow that was not read yet. One that cannot be read is passed over.
  void touch(WorkflowKey key);
  // Workflows that are touched for the first time from now on are new.
  void go_live() { is_live_ = true; }

  // Reads at most `most` events, and hands over those that are wanted. By time, but for what is touched too late.
  void read(std::size_t most, const std::function<void(const views::EventView&)>& take);
  bool is_at_end() const { return ready_.empty(); }

 private:
  struct Cursor {
    EventQuery query;
    EventTeller teller;
    store::Seq seq = 0;  // read so far
    std::vector<store::JournaledEvent> page;
    std::size_t at = 0;   // in the page
    Instant time;         // of the last event that was read
    bool is_new = false;  // what comes now
  };
  using Cursors = std::map<WorkflowKey, Cursor>;

  Cursors::iterator cursor_of(WorkflowKey key);
  void make_ready(WorkflowKey key, const Cursor& cursor);
  // Makes it ready, or puts it away if there is nothing left.
  void turn_page(Cursors::iterator cursor);

  engine::Engine& engine_;
  store::Store& store_;
  Records records_;
  EventLevel level_;
  Instant since_;
  Cursors cursors_;
  bool is_live_ = false;
  std::set<std::pair<Instant, WorkflowKey>> ready_;  // those with a next event, by its time
  std::map<WorkflowKey, store::Seq> done_;           // how far finished ones were read: they may be reopened
};

}  // namespace sennit::api
