#include "api/journal_merge.h"

#include <algorithm>

namespace sennit::api {
namespace {

constexpr std::size_t kPage = 100;

}  // namespace

JournalMerge::Cursors::iterator JournalMerge::cursor_of(WorkflowKey key) {
  if (const auto found = cursors_.find(key); found != cursors_.end()) return found;
  const Result<Record> record = records_.open(std::to_string(key.value()));
  if (!record) return cursors_.end();
  const auto done = done_.find(key);
  const EventQuery query{.after = done == done_.end() ? 0 : done->second, .level = level_, .task = {}};
  EventTeller teller(*record, level_);
  const store::Seq from = teller.reads_after(query);
  const bool is_new = is_live_ || done != done_.end();
  return cursors_.emplace(key, Cursor{query, std::move(teller), from, {}, 0, {}, is_new}).first;
}

void JournalMerge::touch(WorkflowKey key) {
  const auto cursor = cursor_of(key);
  if (cursor != cursors_.end() && cursor->second.at == cursor->second.page.size()) turn_page(cursor);
}

void JournalMerge::make_ready(WorkflowKey key, const Cursor& cursor) {
  ready_.emplace(std::max(cursor.time, cursor.page[cursor.at].event.at), key);
}

void JournalMerge::turn_page(Cursors::iterator cursor) {
  const auto& [key, reading] = *cursor;
  Result<std::vector<store::JournaledEvent>> page = store_.events(key, reading.seq, kPage);
  if (!page) {
    cursors_.erase(cursor);  // deleted, or not readable: its own history says so
    return;
  }
  cursor->second.page = *std::move(page);
  cursor->second.at = 0;
  if (!reading.page.empty()) {
    make_ready(key, reading);
    return;
  }
  cursor->second.is_new = true;
  if (engine_.state().find(key) != nullptr) return;
  done_[key] = reading.seq;
  cursors_.erase(cursor);
}

void JournalMerge::read(std::size_t most, const std::function<void(const views::EventView&)>& take) {
  for (std::size_t read = 0; read < most && !ready_.empty(); ++read) {
    const auto [time, key] = *ready_.begin();
    ready_.erase(ready_.begin());
    const auto found = cursors_.find(key);
    Cursor& cursor = found->second;
    const store::JournaledEvent entry = std::move(cursor.page[cursor.at++]);
    cursor.seq = entry.seq;
    const auto view = cursor.teller.tell(cursor.query, entry.event, entry.seq);
    cursor.time = time;
    if (view && (cursor.is_new || time >= since_)) take(*view);
    if (cursor.at == cursor.page.size()) {
      turn_page(found);
    } else {
      make_ready(key, cursor);
    }
  }
}

}  // namespace sennit::api
