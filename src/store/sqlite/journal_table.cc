#include "store/sqlite/journal_table.h"

#include <fmt/format.h>

#include <algorithm>

#include "store/journal_codec.h"

namespace sennit::store {
namespace {

constexpr int kSeqBits = 32;

std::int64_t place_of(WorkflowKey key, Seq seq) {
  return static_cast<std::int64_t>(key.value() << kSeqBits | std::min(seq, kMaxSeq));
}
Seq seq_of(std::int64_t place) { return static_cast<Seq>(place) & kMaxSeq; }

Error corrupt(WorkflowKey key, Seq seq, std::string_view why) {
  return {ErrorCode::kCorrupt, fmt::format("journal of workflow {} at event {}: {}", key.value(), seq, why)};
}

// What one read asked for, and how far it has come.
struct Reading {
  WorkflowKey key;
  Seq next = 0;  // the event that comes next
  std::uint64_t left = 0;
  const std::function<void(Seq, Event&&)>& take;
};

Result<void> read_row(Reading& reading, Seq first, Seq count, std::string_view bytes) {
  if (first > reading.next) return corrupt(reading.key, reading.next, "records are missing");
  Result<BlobReader> blob = BlobReader::open(bytes);
  if (!blob) return corrupt(reading.key, first, blob.error().message());
  for (Seq seq = first; seq < first + count; ++seq) {
    if (seq < reading.next) {
      if (const Result<void> skipped = blob->skip(); !skipped)
        return corrupt(reading.key, seq, skipped.error().message());
      continue;
    }
    if (reading.left == 0) return {};
    Result<Event> event = blob->next();
    if (!event) return corrupt(reading.key, seq, event.error().message());
    if (event->workflow != reading.key) return corrupt(reading.key, seq, "it belongs to another workflow");
    reading.take(seq, *std::move(event));
    --reading.left;
    ++reading.next;
  }
  if (!blob->at_end()) return corrupt(reading.key, first, "its record holds more events than it says");
  return {};
}

}  // namespace

Result<JournalTable> JournalTable::open(Db& db) {
  JournalTable table;
  SENNIT_ASSIGN(table.last_, db.prepare("SELECT place, events FROM journal WHERE place BETWEEN ?1 AND ?2 "
                                        "ORDER BY place DESC LIMIT 1"));
  SENNIT_ASSIGN(table.append_, db.prepare("INSERT INTO journal (place, events, bytes) VALUES (?1, ?2, ?3)"));
  // From the row in which the wanted event lies, which may have begun before it.
  SENNIT_ASSIGN(
      table.read_,
      db.prepare("SELECT place, events, bytes FROM journal "
                 "WHERE place >= coalesce((SELECT max(place) FROM journal WHERE place BETWEEN ?1 AND ?2), ?1) "
                 "AND place <= ?3 ORDER BY place"));
  SENNIT_ASSIGN(table.remove_, db.prepare("DELETE FROM journal WHERE place BETWEEN ?1 AND ?2"));
  return table;
}

Result<Seq> JournalTable::last_seq(WorkflowKey key) {
  last_.bind(place_of(key, 0)).bind(place_of(key, kMaxSeq));
  SENNIT_ASSIGN(const bool found, last_.step());
  if (!found) return Seq{0};
  const StmtScope scope(last_);
  return seq_of(last_.integer(0)) + static_cast<Seq>(last_.integer(1)) - 1;
}

Result<void> JournalTable::append(WorkflowKey key, Seq first, std::uint64_t count, std::string_view blob) {
  if (first + count > kMaxSeq) {
    return Error(ErrorCode::kInvalid, fmt::format("workflow {} has more than {} events", key.value(), kMaxSeq));
  }
  return append_.bind(place_of(key, first)).bind(static_cast<std::int64_t>(count)).bind_blob(blob).run();
}

Result<void> JournalTable::read(WorkflowKey key, Seq after, std::uint64_t limit,
                                const std::function<void(Seq, Event&&)>& take) {
  if (after >= kMaxSeq) return {};  // the places behind are another workflow's
  Reading reading{key, after + 1, limit, take};
  const StmtScope scope(read_);
  read_.bind(place_of(key, 0)).bind(place_of(key, after + 1)).bind(place_of(key, kMaxSeq));
  while (reading.left > 0) {
    SENNIT_ASSIGN(const bool row, read_.step());
    if (!row) return {};
    const Seq first = seq_of(read_.integer(0));
    SENNIT_TRY(read_row(reading, first, static_cast<Seq>(read_.integer(1)), read_.bytes(2)));
  }
  return {};
}

Result<void> JournalTable::remove(WorkflowKey key) {
  return remove_.bind(place_of(key, 0)).bind(place_of(key, kMaxSeq)).run();
}

}  // namespace sennit::store
