// A store whose process dies at a chosen commit: just before it, or just after it and before anybody learns of it.
#pragma once

#include <cstdint>
#include <optional>

#include "store/memory_store.h"

namespace sennit::sim {

struct Crash {
  enum class When : std::uint8_t { kBeforeCommit, kAfterCommit };
  std::uint64_t commit = 0;  // counted over all lives, from 1
  When when = When::kAfterCommit;
};

class CrashingStore final : public store::Store {
 public:
  // `commits` counts on over the lives of the server.
  CrashingStore(store::MemoryStore& store, std::uint64_t& commits, std::optional<Crash> crash)
      : store_(store), commits_(commits), crash_(crash) {}

  bool crashed() const { return crashed_; }

  Result<void> commit(const store::Batch& batch) override {
    ++commits_;
    if (crash_ && commits_ == crash_->commit) {
      crashed_ = true;
      if (crash_->when == Crash::When::kBeforeCommit) return Error(ErrorCode::kIo, "the server died");
    }
    return store_.commit(batch);
  }
  Result<store::Identity> allocate(std::string_view name) override { return store_.allocate(name); }
  void flush(std::function<void(Result<void>)> done) override { store_.flush(std::move(done)); }
  Result<std::vector<store::LiveWorkflow>> load_live() override { return store_.load_live(); }
  Result<store::WorkflowRow> find(std::string_view reference) override { return store_.find(reference); }
  Result<std::vector<store::WorkflowRow>> list(const store::ListFilter& filter) override { return store_.list(filter); }
  Result<store::StoredWorkflow> load(WorkflowKey key) override { return store_.load(key); }
  Result<std::vector<store::JournaledEvent>> events(WorkflowKey key, store::Seq after, std::size_t limit) override {
    return store_.events(key, after, limit);
  }
  Result<std::vector<store::Keeping>> keepings() override { return store_.keepings(); }
  Result<std::vector<std::string>> borrowers(WorkflowKey key) override { return store_.borrowers(key); }
  Result<std::vector<store::WorkflowRow>> unmeasured(std::size_t limit) override { return store_.unmeasured(limit); }
  Result<void> set_sizes(const std::vector<store::MeasuredSize>& sizes) override { return store_.set_sizes(sizes); }
  Result<void> pin(WorkflowKey key, store::Pin pin) override { return store_.pin(key, pin); }
  Result<void> condemn(const std::vector<WorkflowKey>& keys) override { return store_.condemn(keys); }
  Result<std::vector<store::WorkflowRow>> condemned() override { return store_.condemned(); }
  Result<void> remove(WorkflowKey key) override { return store_.remove(key); }
  Result<std::vector<std::string>> change_tags(WorkflowKey key, const store::TagChange& change) override {
    return store_.change_tags(key, change);
  }
  Result<std::vector<std::string>> tags() override { return store_.tags(); }
  store::CredentialStore& credentials() override { return store_.credentials(); }
  store::Outbox& outbox() override { return store_.outbox(); }

 private:
  store::MemoryStore& store_;
  std::uint64_t& commits_;
  std::optional<Crash> crash_;
  bool crashed_ = false;
};

}  // namespace sennit::sim
