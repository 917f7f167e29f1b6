// The class behind open_sqlite_store.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "store/sqlite/credential_table.h"
#include "store/sqlite/journal_table.h"
#include "store/sqlite/keeping_table.h"
#include "store/sqlite/outbox_table.h"
#include "store/sqlite/text_table.h"
#include "store/sqlite/wal_keeper.h"
#include "store/sqlite/workflow_table.h"
#include "store/store.h"

namespace sennit::store {

class SqliteStore final : public Store {
 public:
  static Result<std::unique_ptr<SqliteStore>> open(std::unique_ptr<Db> db, const SecretKey& key,
                                                   std::unique_ptr<WalKeeper> keeper);
  ~SqliteStore() override = default;

  Result<Identity> allocate(std::string_view name) override;
  Result<void> commit(const Batch& batch) override;
  void flush(std::function<void(Result<void>)> done) override { keeper_->flush(std::move(done)); }
  Result<std::vector<LiveWorkflow>> load_live() override;
  Result<WorkflowRow> find(std::string_view reference) override { return workflows_.find(reference); }
  Result<std::vector<WorkflowRow>> list(const ListFilter& filter) override { return workflows_.list(filter); }
  Result<StoredWorkflow> load(WorkflowKey key) override;
  Result<std::vector<JournaledEvent>> events(WorkflowKey key, Seq after, std::size_t limit) override;
  Result<std::vector<Keeping>> keepings() override { return keepings_.all(); }
  Result<std::vector<std::string>> borrowers(WorkflowKey key) override { return keepings_.borrowers(key); }
  Result<std::vector<WorkflowRow>> unmeasured(std::size_t limit) override { return workflows_.unmeasured(limit); }
  Result<void> set_sizes(const std::vector<MeasuredSize>& sizes) override;
  Result<void> pin(WorkflowKey key, Pin pin) override;
  Result<void> condemn(const std::vector<WorkflowKey>& keys) override;
  Result<std::vector<WorkflowRow>> condemned() override { return workflows_.condemned(); }
  Result<void> remove(WorkflowKey key) override;
  Result<std::vector<std::string>> change_tags(WorkflowKey key, const TagChange& change) override;
  Result<std::vector<std::string>> tags() override { return workflows_.all_tags(); }
  CredentialStore& credentials() override { return credentials_; }
  Outbox& outbox() override { return outbox_; }

 private:
  // The events of one workflow in the batch at hand, as they become rows.
  struct Stream {
    WorkflowKey key;
    Seq last = 0;  // given so far
    Seq row_first = 0;
    std::uint64_t row_count = 0;
    std::string blob;
  };

  SqliteStore(std::unique_ptr<Db> db, std::unique_ptr<WalKeeper> keeper, JournalTable journal, TextTable texts,
              WorkflowTable workflows, CredentialTable credentials, KeepingTable keepings, OutboxTable outbox);
  Result<void> prepare();
  Result<WorkflowRow> known_row(WorkflowKey key);
  Result<std::uint32_t> next_n(const std::string& slug);

  Result<void> write(const Batch& batch);
  Result<void> add_workflow(const NewWorkflow& workflow);
  Result<void> add_events(const std::vector<Event>& events, const std::vector<Notice>& notices);
  Result<void> add_event(Stream& stream, const Event& event);
  Result<void> write_row(Stream& stream);
  Result<Stream*> stream_of(WorkflowKey key);
  Result<Seq> known_last_seq(WorkflowKey key);
  Result<void> add_snapshot(WorkflowKey key, Seq seq, std::string_view bytes);
  void remember(const Batch& batch);

  Result<void> load_state(LiveWorkflow& live);

  // Order matters: statements go before the connection, and the keeper's connection before ours, whose closing then
  // writes the log into the database.
  std::unique_ptr<Db> db_;
  std::unique_ptr<WalKeeper> keeper_;
  JournalTable journal_;
  TextTable texts_;
  WorkflowTable workflows_;
  CredentialTable credentials_;
  KeepingTable keepings_;
  OutboxTable outbox_;
  Stmt read_meta_;
  Stmt write_meta_;
  Stmt read_slug_;
  Stmt write_slug_;

  std::uint64_t last_key_ = 0;                             // given by allocate
  std::unordered_map<std::string, std::uint32_t> last_n_;  // given by allocate, by slug
  std::unordered_map<WorkflowKey, Seq> last_seq_;          // of workflows that were written to and are unfinished

  // Of the commit at hand; kept for their memory.
  std::vector<Stream> streams_;
  std::unordered_map<WorkflowKey, std::size_t> stream_at_;
  std::size_t streams_used_ = 0;
};

}  // namespace sennit::store
