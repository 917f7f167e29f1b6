// The Store in memory: for the simulator and for tests of what stands above. It keeps events as bytes of the real
// codec.
//
// What would be on disk is a MemoryDisk of its own: give it to a second MemoryStore for a restart, copy it at any
// moment for the image that a crash would leave.
//
// Threads: the loop's. Deterministic: uuids are made from keys.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "store/memory_credentials.h"
#include "store/memory_outbox.h"
#include "store/post.h"
#include "store/store.h"

namespace sennit::store {

struct MemoryWorkflow {
  WorkflowRow row;
  std::string spec;
  std::string context;
  std::string source_text;
  std::string rendered;
  std::string request;
  std::vector<std::string> lenders;
  bool condemned = false;
  std::string snapshot;
  Seq snapshot_seq = 0;
  std::vector<std::string> journal;  // one record per event: the first has Seq 1
};

struct MemoryDisk {
  std::map<WorkflowKey, MemoryWorkflow> workflows;
  std::map<std::string, std::uint32_t> last_n;
  std::uint64_t last_key = 0;
  std::uint64_t commits = 0;
  CredentialRows credentials;
  DeliveryRows deliveries;
};

class MemoryStore final : public Store {
 public:
  // `disk` must outlive the store.
  MemoryStore(MemoryDisk& disk, PostToLoop post);
  ~MemoryStore() override = default;

  // The next `count` commits fail so and store nothing.
  void fail_commits(std::uint32_t count, const Error& error);

  Result<Identity> allocate(std::string_view name) override;
  Result<void> commit(const Batch& batch) override;
  void flush(std::function<void(Result<void>)> done) override;
  Result<std::vector<LiveWorkflow>> load_live() override;
  Result<WorkflowRow> find(std::string_view reference) override;
  Result<std::vector<WorkflowRow>> list(const ListFilter& filter) override;
  Result<StoredWorkflow> load(WorkflowKey key) override;
  Result<std::vector<JournaledEvent>> events(WorkflowKey key, Seq after, std::size_t limit) override;
  Result<std::vector<Keeping>> keepings() override;
  Result<std::vector<std::string>> borrowers(WorkflowKey key) override;
  Result<std::vector<WorkflowRow>> unmeasured(std::size_t limit) override;
  Result<void> set_sizes(const std::vector<MeasuredSize>& sizes) override;
  Result<void> pin(WorkflowKey key, Pin pin) override;
  Result<void> condemn(const std::vector<WorkflowKey>& keys) override;
  Result<std::vector<WorkflowRow>> condemned() override;
  Result<void> remove(WorkflowKey key) override;
  Result<std::vector<std::string>> change_tags(WorkflowKey key, const TagChange& change) override;
  Result<std::vector<std::string>> tags() override;
  CredentialStore& credentials() override { return credentials_; }
  Outbox& outbox() override { return outbox_; }

 private:
  // Everything that could refuse the batch, before anything is changed.
  Result<void> check(const Batch& batch) const;
  Result<void> check_new(const NewWorkflow& workflow) const;
  Seq last_seq_after(const Batch& batch, WorkflowKey key) const;
  Result<void> check_reopened(const Reopening& reopening) const;
  Result<MemoryWorkflow*> finished(WorkflowKey key);
  void add_workflow(const NewWorkflow& workflow);
  void reopen(const Reopening& reopening);
  void add_event(const Event& event);
  void add_snapshot(WorkflowKey key, Seq seq, const std::string& bytes);
  std::vector<const WorkflowRow*> matches(std::string_view reference) const;

  MemoryDisk& disk_;
  MemoryCredentials credentials_{disk_.credentials};
  MemoryOutbox outbox_{disk_.deliveries, [this](WorkflowKey key) {
                         const auto at = disk_.workflows.find(key);
                         return at == disk_.workflows.end() ? std::string() : at->second.row.submission.id;
                       }};
  PostToLoop post_;
  std::map<std::string, std::uint32_t> last_n_;  // given by allocate, by slug
  std::uint64_t last_key_;                       // given by allocate
  std::optional<Error> fault_;
  std::uint32_t faults_left_ = 0;
};

}  // namespace sennit::store
