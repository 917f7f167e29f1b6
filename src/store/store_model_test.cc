// Random operations on both stores and on a model so simple that it is obviously right; all three must agree, also
// after restarts, and for SQLite after crashes.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <random>

#include "store/memory_store.h"
#include "store/sqlite_store.h"
#include "store/store_samples.h"

namespace sennit::store {
namespace {

struct ModelWorkflow {
  Identity identity;
  std::vector<Event> events;
  std::string snapshot;
  Seq snapshot_seq = 0;
  WorkflowStatus status = WorkflowStatus::kPending;
  Instant ended_at;
  Instant reopened_at;
  bool finished = false;
};
using Model = std::map<WorkflowKey, ModelWorkflow>;

void apply_to_model(const Batch& batch, const std::vector<Identity>& identities, Model& model) {
  for (std::size_t i = 0; i < batch.submitted.size(); ++i) {
    model[batch.submitted[i].key].identity = identities[i];
  }
  for (const Reopening& reopening : batch.reopened) {
    ModelWorkflow& workflow = model.at(reopening.key);
    workflow.status = WorkflowStatus::kPending;
    workflow.ended_at = {};
    workflow.reopened_at = reopening.at;
    workflow.finished = false;
  }
  for (const Event& event : batch.events) {
    ModelWorkflow& workflow = model.at(event.workflow);
    workflow.events.push_back(event);
    if (const auto* moved = std::get_if<event::WorkflowMoved>(&event.what)) workflow.status = moved->to;
  }
  for (const SnapshotRecord& snapshot : batch.snapshots) {
    ModelWorkflow& workflow = model.at(snapshot.key);
    workflow.snapshot = snapshot.bytes;
    workflow.snapshot_seq = snapshot.seq != 0 ? snapshot.seq : workflow.events.size();
  }
  for (const Finished& finished : batch.finished) {
    ModelWorkflow& workflow = model.at(finished.key);
    workflow.status = finished.status;
    workflow.ended_at = finished.ended_at;
    workflow.finished = true;
    if (finished.snapshot.empty()) continue;
    workflow.snapshot = finished.snapshot;
    workflow.snapshot_seq = workflow.events.size();
  }
}

void expect_same(Store& store, const Model& model) {
  ListFilter everything{.limit = 1'000'000, .order = ListOrder::kOldestFirst};
  const auto rows = store.list(everything).value();
  ASSERT_EQ(rows.size(), model.size());
  auto row = rows.begin();
  for (const auto& [key, want] : model) {
    EXPECT_EQ(row->key, key);
    EXPECT_EQ(row->submission.id, want.identity.id);
    EXPECT_EQ(row->status, want.status);
    EXPECT_EQ(row->ended_at, want.ended_at);
    EXPECT_EQ(row->reopened_at, want.reopened_at);
    EXPECT_EQ(row->finished, want.finished);
    const StoredWorkflow stored = store.load(key).value();
    EXPECT_EQ(stored.snapshot, want.snapshot);
    EXPECT_EQ(stored.snapshot_seq, want.snapshot_seq);
    EXPECT_EQ(stored.last_seq, want.events.size());
    std::vector<Event> events;
    for (const JournaledEvent& found : store.events(key, 0, 1'000'000).value()) events.push_back(found.event);
    EXPECT_TRUE(events == want.events) << want.identity.id;
    ++row;
  }
}

void expect_same_live(Store& store, const Model& model) {
  const auto all = store.load_live().value();
  auto live = all.begin();
  for (const auto& [key, want] : model) {
    if (want.finished) continue;
    ASSERT_NE(live, all.end());
    EXPECT_EQ(live->row.key, key);
    EXPECT_FALSE(live->error.has_value());
    EXPECT_EQ(live->snapshot, want.snapshot);
    EXPECT_EQ(live->last_seq, want.events.size());
    const std::vector<Event> tail(want.events.begin() + static_cast<std::ptrdiff_t>(want.snapshot_seq),
                                  want.events.end());
    EXPECT_TRUE(live->events == tail);
    ++live;
  }
  EXPECT_EQ(live, all.end());
}

class Driver {
 public:
  explicit Driver(unsigned seed) : random_(seed) { restart(); }

  void restart() {
    sqlite_.reset();
    sqlite_ = open_sqlite_store({dir_.path("store.db"), sample_key(), run_now(), {}}).value();
    memory_ = std::make_unique<MemoryStore>(disk_, run_now());
    expect_same_live(*sqlite_, model_);
    expect_same_live(*memory_, model_);
  }

  // A process that dies leaves its files as they are at that moment.
  void crash() {
    std::filesystem::create_directory(dir_.path("copy"));
    for (const char* name : {"store.db", "store.db-wal"}) {
      std::filesystem::copy(dir_.path(name), dir_.path("copy"), std::filesystem::copy_options::overwrite_existing);
    }
    sqlite_.reset();
    for (const char* name : {"store.db", "store.db-wal"}) {
      std::filesystem::copy(dir_.path("copy") + "/" + name, dir_.path(),
                            std::filesystem::copy_options::overwrite_existing);
    }
    restart();
  }

  void step() {
    const unsigned dice = below(100);
    if (dice < 90) return commit_something();
    if (dice < 94) return remove_something();
    if (dice < 97) return restart();
    if (dice < 99) return crash();
    expect_same(*sqlite_, model_);
    expect_same(*memory_, model_);
  }

 private:
  static PostToLoop run_now() {
    return [](const std::function<void()>& work) { work(); };
  }
  unsigned below(unsigned limit) { return std::uniform_int_distribution<unsigned>(0, limit - 1)(random_); }

  std::vector<WorkflowKey> keys(bool finished) const {
    std::vector<WorkflowKey> found;
    for (const auto& [key, workflow] : model_) {
      if (workflow.finished == finished) found.push_back(key);
    }
    return found;
  }

  void submit_some(Batch& batch, std::vector<Identity>& identities) {
    const std::string name = std::string(1, static_cast<char>('a' + below(3)));
    identities.push_back(sqlite_->allocate(name).value());
    const Identity other = memory_->allocate(name).value();
    EXPECT_EQ(identities.back().id, other.id);
    EXPECT_EQ(identities.back().key, other.key);
    batch.submitted.push_back(new_workflow(identities.back()));
  }

  void commit_something() {
    Batch batch;
    std::vector<Identity> identities;
    if (below(4) == 0) submit_some(batch, identities);
    std::vector<WorkflowKey> live = keys(false);
    if (const std::vector<WorkflowKey> over = keys(true); !over.empty() && below(10) == 0) {
      live.push_back(over[below(static_cast<unsigned>(over.size()))]);
      batch.reopened.push_back({live.back(), at_second(++counter_)});
    }
    if (!identities.empty()) live.push_back(identities.back().key);
    if (live.empty()) return;
    for (unsigned count = below(3) == 0 ? below(60) : below(4); count > 0; --count) {
      batch.events.push_back(nth_event(live[below(static_cast<unsigned>(live.size()))], ++counter_));
    }
    const WorkflowKey chosen = live[below(static_cast<unsigned>(live.size()))];
    if (below(8) == 0) {
      batch.events.push_back({chosen, at_second(++counter_), event::WorkflowMoved{WorkflowStatus::kRunning, ""}});
    }
    if (below(8) == 0) batch.snapshots.push_back({chosen, 0, std::string(below(9000), 's')});
    if (below(10) == 0) batch.finished.push_back({chosen, WorkflowStatus::kFailed, at_second(counter_), "final"});
    if (below(20) == 0) return refuse(batch);
    const auto committed = sqlite_->commit(batch);
    ASSERT_TRUE(committed.ok()) << committed.error().message();
    ASSERT_TRUE(memory_->commit(batch).ok());
    apply_to_model(batch, identities, model_);
  }

  void refuse(Batch& batch) {
    batch.events.push_back(nth_event(WorkflowKey(1'000'000), 1));
    EXPECT_EQ(sqlite_->commit(batch).error().code(), ErrorCode::kInvalid);
    EXPECT_EQ(memory_->commit(batch).error().code(), ErrorCode::kInvalid);
  }

  void remove_something() {
    const std::vector<WorkflowKey> finished = keys(true);
    if (finished.empty()) return;
    const WorkflowKey key = finished[below(static_cast<unsigned>(finished.size()))];
    ASSERT_TRUE(sqlite_->remove(key).ok());
    ASSERT_TRUE(memory_->remove(key).ok());
    model_.erase(key);
  }

  std::mt19937 random_;
  std::uint32_t counter_ = 0;
  TemporaryDir dir_;
  MemoryDisk disk_;
  Model model_;
  std::unique_ptr<Store> sqlite_;
  std::unique_ptr<Store> memory_;
};

class StoreModel : public testing::TestWithParam<unsigned> {};

TEST_P(StoreModel, BothStoresAgreeWithTheModel) {
  Driver driver(GetParam());
  for (int i = 0; i < 400 && !testing::Test::HasFailure(); ++i) driver.step();
}

INSTANTIATE_TEST_SUITE_P(Seeds, StoreModel, testing::Range(1U, 6U));

}  // namespace
}  // namespace sennit::store
