#include "store/sqlite/sqlite_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>

#include "store/journal_codec.h"
#include "store/random_id.h"
#include "store/reference.h"
#include "store/slug.h"
#include "store/sqlite/open_file.h"
#include "store/sqlite_store.h"

namespace sennit::store {
namespace {

constexpr std::string_view kLastKey = "last_key";
// A row of the journal is read as a whole, also for its last event.
constexpr std::uint64_t kMaxRowEvents = 4096;

std::uint64_t parse_number(std::string_view text) {
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

Error unknown_workflow(WorkflowKey key, ErrorCode code) {
  return {code, fmt::format("there is no workflow with key {}", key.value())};
}

Result<void> check_removable(const WorkflowRow& row) {
  if (row.finished && !row.pinned) return {};
  return Error(ErrorCode::kConflict,
               fmt::format("workflow {} is {}", row.submission.id, row.finished ? "pinned" : "not finished"));
}

}  // namespace

Result<std::unique_ptr<Store>> open_sqlite_store(SqliteOptions options) {
  SENNIT_ASSIGN(std::unique_ptr<Db> db, open_database(options.path, options.key));
  SENNIT_ASSIGN(std::unique_ptr<WalKeeper> keeper,
                WalKeeper::open(options.path, std::move(options.post), std::move(options.on_trouble)));
  SENNIT_ASSIGN(std::unique_ptr<SqliteStore> store, SqliteStore::open(std::move(db), options.key, std::move(keeper)));
  return std::unique_ptr<Store>(std::move(store));
}

// --- opening -------------------------------------------------------------------------------------------------------

SqliteStore::SqliteStore(std::unique_ptr<Db> db, std::unique_ptr<WalKeeper> keeper, JournalTable journal,
                         TextTable texts, WorkflowTable workflows, CredentialTable credentials, KeepingTable keepings,
                         OutboxTable outbox)
    : db_(std::move(db)),
      keeper_(std::move(keeper)),
      journal_(std::move(journal)),
      texts_(std::move(texts)),
      workflows_(std::move(workflows)),
      credentials_(std::move(credentials)),
      keepings_(std::move(keepings)),
      outbox_(std::move(outbox)) {}

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(std::unique_ptr<Db> db, const SecretKey& key,
                                                       std::unique_ptr<WalKeeper> keeper) {
  SENNIT_ASSIGN(JournalTable journal, JournalTable::open(*db));
  SENNIT_ASSIGN(TextTable texts, TextTable::open(*db, key));
  SENNIT_ASSIGN(WorkflowTable workflows, WorkflowTable::open(*db));
  SENNIT_ASSIGN(CredentialTable credentials, CredentialTable::open(*db, key));
  SENNIT_ASSIGN(KeepingTable keepings, KeepingTable::open(*db));
  SENNIT_ASSIGN(OutboxTable outbox, OutboxTable::open(*db));
  std::unique_ptr<SqliteStore> store(new SqliteStore(std::move(db), std::move(keeper), std::move(journal),
                                                     std::move(texts), std::move(workflows), std::move(credentials),
                                                     std::move(keepings), std::move(outbox)));
  SENNIT_TRY(store->prepare());
  store->db_->watch_wal([to = store->keeper_.get()](int pages) { to->wal_has(pages); });
  return store;
}

Result<void> SqliteStore::prepare() {
  SENNIT_ASSIGN(read_meta_, db_->prepare("SELECT value FROM meta WHERE name = ?1"));
  SENNIT_ASSIGN(write_meta_, db_->prepare("INSERT INTO meta (name, value) VALUES (?1, ?2) "
                                          "ON CONFLICT (name) DO UPDATE SET value = ?2"));
  SENNIT_ASSIGN(read_slug_, db_->prepare("SELECT last_n FROM slug WHERE slug = ?1"));
  SENNIT_ASSIGN(write_slug_, db_->prepare("INSERT INTO slug (slug, last_n) VALUES (?1, ?2) "
                                          "ON CONFLICT (slug) DO UPDATE SET last_n = max(last_n, ?2)"));
  const StmtScope scope(read_meta_);
  SENNIT_ASSIGN(const bool found, read_meta_.bind_text(kLastKey).step());
  if (found) last_key_ = parse_number(read_meta_.bytes(0));
  return {};
}

// --- identities ----------------------------------------------------------------------------------------------------

Result<std::uint32_t> SqliteStore::next_n(const std::string& slug) {
  auto [at, fresh] = last_n_.try_emplace(slug, 0);
  if (fresh) {
    const StmtScope scope(read_slug_);
    const Result<bool> found = read_slug_.bind_text(slug).step();
    if (!found) {
      last_n_.erase(at);
      return found.error();
    }
    if (*found) at->second = static_cast<std::uint32_t>(read_slug_.integer(0));
  }
  if (at->second == std::numeric_limits<std::uint32_t>::max()) {
    return Error(ErrorCode::kExhausted, fmt::format("no number is left for workflows named '{}'", slug));
  }
  return ++at->second;
}

Result<Identity> SqliteStore::allocate(std::string_view name) {
  if (last_key_ >= kMaxKey) return Error(ErrorCode::kExhausted, "no key is left for another workflow");
  const std::string slug = slug_of(name);
  SENNIT_ASSIGN(const std::uint32_t n, next_n(slug));
  ++last_key_;
  return Identity{WorkflowKey(last_key_), n, fmt::format("{}-{}", slug, n), random_uuid()};
}

// --- committing ----------------------------------------------------------------------------------------------------

Result<void> SqliteStore::commit(const Batch& batch) {
  if (batch.empty()) return {};
  streams_used_ = 0;
  stream_at_.clear();
  Result<void> written = write(batch);
  if (!written) {
    if (written.error().code() == ErrorCode::kExhausted) keeper_->make_room();
    return std::move(written).error().in("commit");
  }
  remember(batch);
  return {};
}

Result<void> SqliteStore::write(const Batch& batch) {
  SENNIT_ASSIGN(Tx tx, Tx::begin(*db_));
  for (const NewWorkflow& workflow : batch.submitted) SENNIT_TRY(add_workflow(workflow));
  for (const Reopening& reopening : batch.reopened) SENNIT_TRY(workflows_.reopen(reopening));
  SENNIT_TRY(add_events(batch.events, batch.notices));
  for (const SnapshotRecord& snapshot : batch.snapshots) {
    SENNIT_TRY(add_snapshot(snapshot.key, snapshot.seq, snapshot.bytes));
  }
  for (const Finished& finished : batch.finished) {
    if (!finished.snapshot.empty()) SENNIT_TRY(add_snapshot(finished.key, 0, finished.snapshot));
    SENNIT_TRY(workflows_.finish(finished));
  }
  return tx.commit();
}

Result<void> SqliteStore::add_workflow(const NewWorkflow& workflow) {
  if (workflow.key.value() == 0 || workflow.key.value() > kMaxKey) {
    return Error(ErrorCode::kInvalid, fmt::format("workflow key {} was not allocated", workflow.key.value()));
  }
  SENNIT_ASSIGN(const std::string slug, slug_of_id(workflow.submission.id, workflow.n));
  SENNIT_TRY(workflows_.insert(workflow));
  SENNIT_TRY(texts_.insert(workflow));
  SENNIT_TRY(write_slug_.bind_text(slug).bind(workflow.n).run());
  const std::string last_key = std::to_string(std::max(last_key_, workflow.key.value()));
  return write_meta_.bind_text(kLastKey).bind_text(last_key).run();
}

Result<void> SqliteStore::add_events(const std::vector<Event>& events, const std::vector<Notice>& notices) {
  Stream* stream = nullptr;
  auto notice = notices.begin();
  for (std::size_t i = 0; i < events.size(); ++i) {
    const Event& event = events[i];
    if (stream == nullptr || stream->key != event.workflow) {
      SENNIT_ASSIGN(stream, stream_of(event.workflow));
    }
    SENNIT_TRY(add_event(*stream, event));
    for (; notice != notices.end() && notice->event == i; ++notice) {
      SENNIT_TRY(outbox_.add(event.workflow, stream->last, notice->hook, event.at));
    }
  }
  for (std::size_t i = 0; i < streams_used_; ++i) SENNIT_TRY(write_row(streams_[i]));
  return {};
}

Result<void> SqliteStore::add_event(Stream& stream, const Event& event) {
  ++stream.last;
  if (stream.row_count++ == 0) stream.row_first = stream.last;
  append_to_blob(event, stream.blob);
  if (const auto* moved = std::get_if<event::WorkflowMoved>(&event.what)) {
    SENNIT_TRY(workflows_.move(event.workflow, moved->to, event.at));
  }
  return stream.row_count < kMaxRowEvents ? Result<void>() : write_row(stream);
}

Result<void> SqliteStore::write_row(Stream& stream) {
  if (stream.row_count == 0) return {};
  SENNIT_TRY(journal_.append(stream.key, stream.row_first, stream.row_count, stream.blob));
  stream.row_count = 0;
  stream.blob.clear();
  return {};
}

Result<SqliteStore::Stream*> SqliteStore::stream_of(WorkflowKey key) {
  const auto [at, fresh] = stream_at_.try_emplace(key, streams_used_);
  if (!fresh) return &streams_[at->second];
  SENNIT_ASSIGN(const Seq last, known_last_seq(key));
  if (streams_used_ == streams_.size()) streams_.emplace_back();
  Stream& stream = streams_[streams_used_++];
  stream.key = key;
  stream.last = last;
  stream.row_count = 0;
  stream.blob.clear();
  return &stream;
}

Result<Seq> SqliteStore::known_last_seq(WorkflowKey key) {
  if (const auto at = stream_at_.find(key); at != stream_at_.end() && at->second < streams_used_) {
    return streams_[at->second].last;
  }
  if (const auto at = last_seq_.find(key); at != last_seq_.end()) return at->second;
  SENNIT_ASSIGN(const Seq last, journal_.last_seq(key));
  if (last != 0) return last;
  SENNIT_ASSIGN(const std::optional<WorkflowRow> row, workflows_.row(key));
  if (!row) return unknown_workflow(key, ErrorCode::kInvalid);
  return Seq{0};
}

Result<void> SqliteStore::add_snapshot(WorkflowKey key, Seq seq, std::string_view bytes) {
  SENNIT_ASSIGN(const Seq last, known_last_seq(key));
  if (seq > last) {
    return Error(ErrorCode::kInvalid, fmt::format("snapshot of workflow {} covers event {}, but its journal ends at {}",
                                                  key.value(), seq, last));
  }
  return texts_.save_snapshot(key, seq == 0 ? last : seq, bytes);
}

// After the commit only, so that a failed one leaves no trace in memory either.
void SqliteStore::remember(const Batch& batch) {
  for (std::size_t i = 0; i < streams_used_; ++i) last_seq_[streams_[i].key] = streams_[i].last;
  for (const Finished& finished : batch.finished) last_seq_.erase(finished.key);
  for (const NewWorkflow& workflow : batch.submitted) last_key_ = std::max(last_key_, workflow.key.value());
}

// --- reading -------------------------------------------------------------------------------------------------------

Result<void> SqliteStore::load_state(LiveWorkflow& live) {
  const WorkflowKey key = live.row.key;
  SENNIT_ASSIGN(live.last_seq, journal_.last_seq(key));
  last_seq_[key] = live.last_seq;
  SENNIT_TRY(texts_.load_live(key, live.spec, live.context));
  Seq covered = 0;
  SENNIT_TRY(texts_.load_snapshot(key, live.snapshot, covered));
  SENNIT_TRY(journal_.read(key, covered, std::numeric_limits<std::uint64_t>::max(),
                           [&live](Seq, Event&& event) { live.events.push_back(std::move(event)); }));
  if (covered + live.events.size() == live.last_seq) return {};
  return Error(ErrorCode::kCorrupt,
               fmt::format("the journal of workflow {} ends at event {}, but its snapshot covers {}", key.value(),
                           live.last_seq, covered));
}

Result<std::vector<LiveWorkflow>> SqliteStore::load_live() {
  SENNIT_ASSIGN(std::vector<WorkflowRow> rows, workflows_.live());
  std::vector<LiveWorkflow> all;
  all.reserve(rows.size());
  for (WorkflowRow& row : rows) {
    LiveWorkflow& live = all.emplace_back();
    live.row = std::move(row);
    if (Result<void> loaded = load_state(live); !loaded) {
      if (loaded.error().code() != ErrorCode::kCorrupt) return std::move(loaded).error();
      live.error = std::move(loaded).error();
    }
  }
  return all;
}

Result<StoredWorkflow> SqliteStore::load(WorkflowKey key) {
  StoredWorkflow stored;
  SENNIT_ASSIGN(std::optional<WorkflowRow> row, workflows_.row(key));
  if (!row) return unknown_workflow(key, ErrorCode::kNotFound);
  stored.row = std::move(*row);
  SENNIT_TRY(texts_.load_all(key, stored));
  SENNIT_TRY(texts_.load_snapshot(key, stored.snapshot, stored.snapshot_seq));
  SENNIT_ASSIGN(stored.last_seq, journal_.last_seq(key));
  return stored;
}

Result<std::vector<JournaledEvent>> SqliteStore::events(WorkflowKey key, Seq after, std::size_t limit) {
  std::vector<JournaledEvent> found;
  SENNIT_TRY(journal_.read(key, after, limit, [&found](Seq seq, Event&& event) {
    found.push_back({seq, std::move(event)});
  }));
  if (!found.empty()) return found;
  SENNIT_ASSIGN(const std::optional<WorkflowRow> row, workflows_.row(key));
  if (!row) return unknown_workflow(key, ErrorCode::kNotFound);
  return found;
}

Result<WorkflowRow> SqliteStore::known_row(WorkflowKey key) {
  SENNIT_ASSIGN(std::optional<WorkflowRow> row, workflows_.row(key));
  if (!row) return unknown_workflow(key, ErrorCode::kNotFound);
  return std::move(*row);
}

Result<void> SqliteStore::set_sizes(const std::vector<MeasuredSize>& sizes) {
  SENNIT_ASSIGN(Tx tx, Tx::begin(*db_));
  for (const MeasuredSize& size : sizes) SENNIT_TRY(keepings_.set_size(size));
  return tx.commit();
}

Result<void> SqliteStore::pin(WorkflowKey key, Pin pin) {
  SENNIT_ASSIGN(const WorkflowRow row, known_row(key));
  SENNIT_ASSIGN(const bool condemned, keepings_.is_condemned(key));
  if (condemned) return Error(ErrorCode::kConflict, fmt::format("{} is being removed", row.submission.id));
  SENNIT_ASSIGN(Tx tx, Tx::begin(*db_));
  SENNIT_TRY(keepings_.pin(key, pin));
  return tx.commit();
}

Result<void> SqliteStore::condemn(const std::vector<WorkflowKey>& keys) {
  SENNIT_ASSIGN(Tx tx, Tx::begin(*db_));
  for (const WorkflowKey key : keys) {
    SENNIT_ASSIGN(const WorkflowRow row, known_row(key));
    SENNIT_TRY(check_removable(row));
    SENNIT_TRY(keepings_.condemn(key));
  }
  return tx.commit();
}

Result<void> SqliteStore::remove(WorkflowKey key) {
  SENNIT_ASSIGN(const WorkflowRow row, known_row(key));
  if (!row.finished) return Error(ErrorCode::kConflict, fmt::format("workflow {} is not finished", row.submission.id));
  SENNIT_ASSIGN(Tx tx, Tx::begin(*db_));
  SENNIT_TRY(journal_.remove(key));
  SENNIT_TRY(texts_.remove(key));
  SENNIT_TRY(workflows_.remove(key));
  SENNIT_TRY(tx.commit());
  last_seq_.erase(key);
  return {};
}

Result<std::vector<std::string>> SqliteStore::change_tags(WorkflowKey key, const TagChange& change) {
  SENNIT_ASSIGN(const std::optional<WorkflowRow> row, workflows_.row(key));
  if (!row) return unknown_workflow(key, ErrorCode::kNotFound);
  SENNIT_ASSIGN(Tx tx, Tx::begin(*db_));
  SENNIT_TRY(workflows_.change_tags(key, change));
  SENNIT_ASSIGN(std::vector<std::string> tags, workflows_.tags_of(key));
  SENNIT_TRY(tx.commit());
  return tags;
}

}  // namespace sennit::store
