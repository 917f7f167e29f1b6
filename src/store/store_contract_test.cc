// What every Store must do, once for each of them.
#include <gtest/gtest.h>

#include <memory>

#include "store/memory_store.h"
#include "store/sqlite_store.h"
#include "store/store_samples.h"

namespace sennit::store {
namespace {

// What is posted is collected under a lock and run by drain(), as a loop would.
class Posts {
 public:
  PostToLoop sink() {
    return [this](std::function<void()> work) {
      const std::lock_guard lock(mutex_);
      work_.push_back(std::move(work));
      arrived_.notify_one();
    };
  }
  // Waits for one post and runs it.
  void run_one() {
    std::unique_lock lock(mutex_);
    ASSERT_TRUE(arrived_.wait_for(lock, std::chrono::seconds(30), [this] { return !work_.empty(); }));
    std::function<void()> work = std::move(work_.front());
    work_.erase(work_.begin());
    lock.unlock();
    work();
  }

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<std::function<void()>> work_;
};

struct MemoryPlace {
  MemoryDisk disk;
  std::unique_ptr<Store> open(PostToLoop post) { return std::make_unique<MemoryStore>(disk, std::move(post)); }
};

struct SqlitePlace {
  TemporaryDir dir;
  std::unique_ptr<Store> open(PostToLoop post) {
    auto store = open_sqlite_store({dir.path("store.db"), sample_key(), std::move(post), {}});
    EXPECT_TRUE(store.ok()) << store.error().message();
    return store ? *std::move(store) : nullptr;
  }
};

template <class Place>
class StoreContract : public testing::Test {
 protected:
  StoreContract() { reopen(); }
  void reopen() {
    store_.reset();
    store_ = place_.open(posts_.sink());
  }

  WorkflowKey submit(std::string_view name, const std::function<void(NewWorkflow&)>& change = {}) {
    const Identity identity = store_->allocate(name).value();
    Batch batch;
    batch.submitted.push_back(new_workflow(identity, at_second(static_cast<std::int64_t>(identity.key.value()))));
    if (change) change(batch.submitted.back());
    const auto committed = store_->commit(batch);
    EXPECT_TRUE(committed.ok()) << committed.error().message();
    return identity.key;
  }
  void finish(WorkflowKey key, std::int64_t at = 1000, WorkflowStatus status = WorkflowStatus::kCompleted) {
    Batch batch;
    batch.finished.push_back({key, status, at_second(at), "final"});
    ASSERT_TRUE(store_->commit(batch).ok());
  }
  void add_events(WorkflowKey key, std::uint32_t first, std::uint32_t count) {
    Batch batch;
    for (std::uint32_t n = first; n < first + count; ++n) batch.events.push_back(nth_event(key, n));
    ASSERT_TRUE(store_->commit(batch).ok());
  }
  std::vector<std::string> ids(const ListFilter& filter) {
    std::vector<std::string> found;
    for (const WorkflowRow& row : store_->list(filter).value()) found.push_back(row.submission.id);
    return found;
  }
  std::string find(std::string_view reference) {
    const auto row = store_->find(reference);
    return row ? row->submission.id : std::string(to_string(row.error().code()));
  }

  Place place_;
  Posts posts_;
  std::unique_ptr<Store> store_;
};

using Stores = testing::Types<MemoryPlace, SqlitePlace>;
TYPED_TEST_SUITE(StoreContract, Stores);
using Ids = std::vector<std::string>;

// --- identities ----------------------------------------------------------------------------------------------------

TYPED_TEST(StoreContract, NumbersCountPerSlugAndKeysOverAll) {
  const Identity a1 = this->store_->allocate("a").value();
  const Identity b1 = this->store_->allocate("b").value();
  const Identity a2 = this->store_->allocate("a").value();
  EXPECT_EQ(a1.id, "a-1");
  EXPECT_EQ(b1.id, "b-1");
  EXPECT_EQ(a2.id, "a-2");
  EXPECT_EQ(a2.n, 2U);
  EXPECT_LT(a1.key, b1.key);
  EXPECT_LT(b1.key, a2.key);
  EXPECT_EQ(a1.uuid.size(), 32U);
  EXPECT_NE(a1.uuid, a2.uuid);
}

TYPED_TEST(StoreContract, FreeTextNamesShareASlug) {
  EXPECT_EQ(this->store_->allocate("My run!").value().id, "My-run-1");
  EXPECT_EQ(this->store_->allocate("My run").value().id, "My-run-2");
}

TYPED_TEST(StoreContract, NumbersAreNotReusedAfterRestartAndRemoval) {
  this->submit("a");
  const WorkflowKey second = this->submit("a");
  this->finish(second);
  ASSERT_TRUE(this->store_->remove(second).ok());
  this->reopen();
  const Identity next = this->store_->allocate("a").value();
  EXPECT_EQ(next.id, "a-3");
  EXPECT_GT(next.key, second);
}

// --- commits -------------------------------------------------------------------------------------------------------

TYPED_TEST(StoreContract, SubmissionIsLiveAfterRestart) {
  const WorkflowKey key = this->submit("a", [](NewWorkflow& w) {
    w.submission.pool = "gpus";
    w.submission.priority = Priority::kHigh;
    w.submission.parent_id = "a-0";
    w.labels = {{"team", "infra"}, {"a", ""}};
  });
  this->reopen();
  const auto live = this->store_->load_live().value();
  ASSERT_EQ(live.size(), 1U);
  EXPECT_EQ(live[0].row.key, key);
  EXPECT_EQ(live[0].row.submission.id, "a-1");
  EXPECT_EQ(live[0].row.submission.pool, "gpus");
  EXPECT_EQ(live[0].row.submission.priority, Priority::kHigh);
  EXPECT_EQ(live[0].row.submission.parent_id, "a-0");
  EXPECT_EQ(live[0].row.submission.submitted_at, at_second(1));
  EXPECT_EQ(live[0].row.labels, (LabelList{{"a", ""}, {"team", "infra"}}));
  EXPECT_EQ(live[0].spec, "spec of a-1");
  EXPECT_EQ(live[0].context, "HOME=/home/ada");
  EXPECT_TRUE(live[0].events.empty());
  EXPECT_FALSE(live[0].error.has_value());
}

TYPED_TEST(StoreContract, EventsKeepTheirOrderPerWorkflow) {
  const WorkflowKey a = this->submit("a");
  const WorkflowKey b = this->submit("b");
  Batch batch;
  for (std::uint32_t n = 1; n <= 3; ++n) {
    batch.events.push_back(nth_event(a, n));
    batch.events.push_back(nth_event(b, n * 10));
  }
  ASSERT_TRUE(this->store_->commit(batch).ok());
  this->add_events(a, 4, 1);
  this->reopen();
  const auto live = this->store_->load_live().value();
  ASSERT_EQ(live.size(), 2U);
  EXPECT_EQ(live[0].events, (std::vector{nth_event(a, 1), nth_event(a, 2), nth_event(a, 3), nth_event(a, 4)}));
  EXPECT_EQ(live[1].events, (std::vector{nth_event(b, 10), nth_event(b, 20), nth_event(b, 30)}));
  EXPECT_EQ(live[0].last_seq, 4U);
}

TYPED_TEST(StoreContract, SubmissionAndEndInOneBatch) {
  const Identity identity = this->store_->allocate("a").value();
  Batch batch;
  batch.submitted.push_back(new_workflow(identity));
  batch.events = {nth_event(identity.key, 1), nth_event(identity.key, 2)};
  batch.finished.push_back({identity.key, WorkflowStatus::kFailed, at_second(9), "final"});
  ASSERT_TRUE(this->store_->commit(batch).ok());
  EXPECT_TRUE(this->store_->load_live().value().empty());
  const StoredWorkflow stored = this->store_->load(identity.key).value();
  EXPECT_EQ(stored.row.status, WorkflowStatus::kFailed);
  EXPECT_EQ(stored.row.ended_at, at_second(9));
  EXPECT_TRUE(stored.row.finished);
  EXPECT_EQ(stored.snapshot, "final");
  EXPECT_EQ(stored.snapshot_seq, 2U);
  EXPECT_EQ(stored.last_seq, 2U);
}

TYPED_TEST(StoreContract, SnapshotReplacesTheEventsThatItCovers) {
  const WorkflowKey key = this->submit("a");
  this->add_events(key, 1, 5);
  Batch batch;
  batch.snapshots.push_back({key, 3, "state at 3"});
  ASSERT_TRUE(this->store_->commit(batch).ok());
  this->reopen();
  LiveWorkflow live = this->store_->load_live().value().at(0);
  EXPECT_EQ(live.snapshot, "state at 3");
  EXPECT_EQ(live.events, (std::vector{nth_event(key, 4), nth_event(key, 5)}));
  batch.snapshots = {{key, 0, "state at the end"}};
  batch.events = {nth_event(key, 6)};
  ASSERT_TRUE(this->store_->commit(batch).ok());
  live = this->store_->load_live().value().at(0);
  EXPECT_EQ(live.snapshot, "state at the end");
  EXPECT_TRUE(live.events.empty());
  EXPECT_EQ(live.last_seq, 6U);
  EXPECT_EQ(this->store_->events(key, 0, 100).value().size(), 6U) << "a snapshot takes nothing from the history";
}

TYPED_TEST(StoreContract, StatusFollowsTheEvents) {
  const WorkflowKey key = this->submit("a");
  Batch batch;
  batch.events.push_back({key, at_second(5), event::WorkflowMoved{WorkflowStatus::kRunning, ""}});
  ASSERT_TRUE(this->store_->commit(batch).ok());
  batch.events[0].at = at_second(8);
  ASSERT_TRUE(this->store_->commit(batch).ok());
  const WorkflowRow row = this->store_->find("a-1").value();
  EXPECT_EQ(row.status, WorkflowStatus::kRunning);
  EXPECT_EQ(row.started_at, at_second(5)) << "the first time counts";
  EXPECT_FALSE(row.finished);
}

TYPED_TEST(StoreContract, RefusedBatchLeavesNothing) {
  const WorkflowKey key = this->submit("a");
  const Identity other = this->store_->allocate("b").value();
  const auto refused = [&](const std::function<void(Batch&)>& spoil, ErrorCode code) {
    Batch batch;
    batch.submitted.push_back(new_workflow(other));
    batch.events = {nth_event(key, 1), nth_event(other.key, 1)};
    batch.finished.push_back({key, WorkflowStatus::kCompleted, at_second(1), "final"});
    spoil(batch);
    EXPECT_EQ(this->store_->commit(batch).error().code(), code);
    EXPECT_EQ(this->store_->load_live().value().size(), 1U);
    EXPECT_EQ(this->find("b-1"), "not_found");
    EXPECT_TRUE(this->store_->events(key, 0, 10).value().empty());
  };
  refused([](Batch& b) { b.events.push_back(nth_event(WorkflowKey(77), 1)); }, ErrorCode::kInvalid);
  refused([](Batch& b) { b.finished.push_back({WorkflowKey(77), {}, {}, ""}); }, ErrorCode::kInvalid);
  refused([&](Batch& b) { b.snapshots.push_back({key, 2, "of the future"}); }, ErrorCode::kInvalid);
  refused([&](Batch& b) { b.submitted.push_back(new_workflow(other)); }, ErrorCode::kConflict);
  refused([&](Batch& b) { b.submitted[0].key = key; }, ErrorCode::kConflict);
  refused([&](Batch& b) { b.submitted[0].submission.id = "b-12"; }, ErrorCode::kInvalid);
  this->add_events(key, 1, 1);
  EXPECT_EQ(this->store_->events(key, 0, 10).value().at(0).seq, 1U);
}

TYPED_TEST(StoreContract, EmptyBatchIsNothing) { EXPECT_TRUE(this->store_->commit({}).ok()); }

TYPED_TEST(StoreContract, FlushAnswersOnTheLoop) {
  this->submit("a");
  bool flushed = false;
  this->store_->flush([&](const Result<void>& result) { flushed = result.ok(); });
  EXPECT_FALSE(flushed);
  this->posts_.run_one();
  EXPECT_TRUE(flushed);
}

// --- history -------------------------------------------------------------------------------------------------------

TYPED_TEST(StoreContract, LoadGivesTheTexts) {
  const WorkflowKey plain = this->submit("a");
  const WorkflowKey templated = this->submit("b", [](NewWorkflow& w) { w.rendered = "rendered"; });
  EXPECT_EQ(this->store_->load(plain).value().rendered, "workflow: {}");
  const StoredWorkflow stored = this->store_->load(templated).value();
  EXPECT_EQ(stored.source_text, "workflow: {}");
  EXPECT_EQ(stored.rendered, "rendered");
  EXPECT_EQ(stored.spec, "spec of b-1");
  EXPECT_EQ(stored.context, "HOME=/home/ada");
  EXPECT_EQ(stored.row.name, "a name");
  EXPECT_EQ(this->store_->load(WorkflowKey(99)).error().code(), ErrorCode::kNotFound);
}

TYPED_TEST(StoreContract, NothingFollowsThePlacesBehindTheEnd) {
  const WorkflowKey key = this->submit("a");
  this->add_events(key, 1, 2);
  this->add_events(this->submit("b"), 1, 2);
  for (const Seq after : {Seq{2}, Seq{3}, Seq{1} << 24, Seq{1} << 40, ~Seq{0} - 1, ~Seq{0}}) {
    const auto page = this->store_->events(key, after, 10);
    ASSERT_TRUE(page.ok()) << after << ": " << page.error().message();
    EXPECT_TRUE(page->empty()) << after;
  }
}

TYPED_TEST(StoreContract, EventsArePagedFromAnyPlace) {
  const WorkflowKey key = this->submit("a");
  this->add_events(key, 1, 4);
  this->add_events(key, 5, 1);
  this->add_events(key, 6, 4);
  for (Seq after = 0; after <= 9; ++after) {
    for (std::size_t limit = 0; limit <= 10; ++limit) {
      const auto page = this->store_->events(key, after, limit).value();
      ASSERT_EQ(page.size(), std::min<std::size_t>(limit, 9 - after)) << after << ' ' << limit;
      for (std::size_t i = 0; i < page.size(); ++i) {
        EXPECT_EQ(page[i].seq, after + i + 1);
        EXPECT_EQ(page[i].event, nth_event(key, static_cast<std::uint32_t>(after + i + 1)));
      }
    }
  }
  EXPECT_TRUE(this->store_->events(key, 10'000, 5).value().empty());
  EXPECT_EQ(this->store_->events(WorkflowKey(99), 0, 5).error().code(), ErrorCode::kNotFound);
}

TYPED_TEST(StoreContract, FindKnowsEveryName) {
  const WorkflowKey first = this->submit("train");
  for (int i = 0; i < 11; ++i) this->submit("train");
  this->submit("eval", [](NewWorkflow& w) { w.submission.uuid = "abcdef0123456789abcdef0123456789"; });
  EXPECT_EQ(this->find("train-1"), "train-1") << "an exact id is not a prefix of train-10";
  EXPECT_EQ(this->find("train-12"), "train-12");
  EXPECT_EQ(this->find("eval"), "eval-1");
  EXPECT_EQ(this->find("e"), "eval-1");
  EXPECT_EQ(this->find("abcdef0123456789abcdef0123456789"), "eval-1");
  EXPECT_EQ(this->find("abcdef01"), "eval-1");
  EXPECT_EQ(this->find("abcdef0"), "not_found") << "too short for a uuid";
  EXPECT_EQ(this->find(std::to_string(first.value())), "train-1");
  EXPECT_EQ(this->find("last"), "eval-1");
  EXPECT_EQ(this->find("nothing"), "not_found");
  EXPECT_EQ(this->find(""), "not_found");
  EXPECT_EQ(this->find("99"), "not_found");
  EXPECT_EQ(this->find("%"), "not_found");
}

TYPED_TEST(StoreContract, AmbiguousPrefixNamesTheNewest) {
  EXPECT_EQ(this->store_->find("last").error().message(), "there is no workflow yet");
  this->submit("train");
  this->submit("train");
  EXPECT_EQ(this->store_->find("train").error().message(), "'train' fits several workflows: train-2, train-1");
  for (int i = 0; i < 9; ++i) this->submit("train");
  EXPECT_EQ(this->store_->find("train").error().message(),
            "'train' fits several workflows: train-11, train-10, train-9, train-8, train-7, ...");
}

TYPED_TEST(StoreContract, ListIsPagedFromTheNewest) {
  for (int i = 0; i < 5; ++i) this->submit("a");
  EXPECT_EQ(this->ids({.limit = 2}), (Ids{"a-5", "a-4"}));
  EXPECT_EQ(this->ids({.offset = 1, .limit = 2}), (Ids{"a-4", "a-3"}));
  EXPECT_EQ(this->ids({.limit = 2, .order = ListOrder::kOldestFirst}), (Ids{"a-4", "a-5"}));
  EXPECT_EQ(this->ids({.offset = 9}), Ids{});
  EXPECT_EQ(this->ids({.limit = 0}), Ids{});
}

TYPED_TEST(StoreContract, ListFiltersCombine) {
  this->submit("alpha", [](NewWorkflow& w) {
    w.submission.user = "ada";
    w.submission.priority = Priority::kHigh;
    w.labels = {{"team", "infra"}};
  });
  const WorkflowKey done = this->submit("beta", [](NewWorkflow& w) {
    w.submission.user = "bob";
    w.submission.pool = "gpus";
    w.labels = {{"team", "web"}, {"keep", ""}};
  });
  this->submit("gamma", [](NewWorkflow& w) { w.submission.user = "eve"; });
  this->finish(done);
  EXPECT_EQ(this->ids({.id_contains = "lph"}), Ids{"alpha-1"});
  EXPECT_EQ(this->ids({.statuses = {WorkflowStatus::kCompleted}}), Ids{"beta-1"});
  EXPECT_EQ(this->ids({.statuses = {WorkflowStatus::kPending, WorkflowStatus::kFailed}}), (Ids{"gamma-1", "alpha-1"}));
  EXPECT_EQ(this->ids({.users = {"ada", "bob"}}), (Ids{"beta-1", "alpha-1"}));
  EXPECT_EQ(this->ids({.users = {"ada"}, .pools = {"gpus"}}), Ids{});
  EXPECT_EQ(this->ids({.pools = {"gpus"}}), Ids{"beta-1"});
  EXPECT_EQ(this->ids({.priorities = {Priority::kHigh}}), Ids{"alpha-1"});
  EXPECT_EQ(this->ids({.labels = {{"team", {}}}}), (Ids{"beta-1", "alpha-1"}));
  EXPECT_EQ(this->ids({.labels = {{"team", {"web"}}, {"keep", {}}}}), Ids{"beta-1"});
  EXPECT_EQ(this->ids({.labels = {{"team", {"infra", "w*"}}}}), (Ids{"beta-1", "alpha-1"}));
  EXPECT_EQ(this->ids({.labels = {{"team", {"W*", "we?", "[w]eb"}}}}), Ids{});
  EXPECT_EQ(this->ids({.without_labels = {"team"}}), Ids{"gamma-1"});
  EXPECT_EQ(this->ids({.submitted_from = at_second(2)}), (Ids{"gamma-1", "beta-1"}));
  EXPECT_EQ(this->ids({.submitted_before = at_second(2)}), Ids{"alpha-1"});
  EXPECT_EQ(this->ids({.submitted_from = at_second(2), .submitted_before = at_second(3)}), Ids{"beta-1"});
}

TYPED_TEST(StoreContract, TagsComeAndGoAlsoAfterTheEnd) {
  const WorkflowKey first = this->submit("alpha");
  const WorkflowKey second = this->submit("beta");
  EXPECT_EQ(this->store_->change_tags(first, {.add = {"paper", "best"}, .remove = {}}).value(), (Ids{"best", "paper"}));
  this->finish(first);
  EXPECT_EQ(this->store_->change_tags(first, {.add = {"best"}, .remove = {"paper", "none"}}).value(), Ids{"best"});
  EXPECT_EQ(this->store_->change_tags(second, {.add = {"draft"}, .remove = {}}).value(), Ids{"draft"});
  EXPECT_EQ(this->store_->find("alpha-1").value().tags, Ids{"best"});
  EXPECT_EQ(this->store_->tags().value(), (Ids{"best", "draft"}));
  EXPECT_EQ(this->ids({.tags = {"best"}}), Ids{"alpha-1"});
  EXPECT_EQ(this->ids({.tags = {"best", "draft"}}), (Ids{"beta-1", "alpha-1"}));
  EXPECT_EQ(this->ids({.tags = {"other"}}), Ids{});
  ASSERT_TRUE(this->store_->remove(first).ok());
  EXPECT_EQ(this->store_->tags().value(), Ids{"draft"});
  EXPECT_EQ(this->store_->change_tags(first, {}).error().code(), ErrorCode::kNotFound);
}

// An id begins with what is made of the name, but not every id that begins so is of that name.
TYPED_TEST(StoreContract, ListOfOneName) {
  const auto named = [](const char* name) { return [name](NewWorkflow& w) { w.name = name; }; };
  this->submit("my flow", named("my flow"));
  this->submit("my-flow", named("my-flow"));
  this->submit("my-flow-too", named("my-flow-too"));
  const WorkflowKey again = this->submit("my flow", named("my flow"));
  this->finish(again);
  EXPECT_EQ(this->ids({.name = "my flow"}), (Ids{"my-flow-3", "my-flow-1"}));
  EXPECT_EQ(this->ids({.name = "my flow", .statuses = {WorkflowStatus::kCompleted}}), Ids{"my-flow-3"});
  EXPECT_EQ(this->ids({.name = "my"}), Ids{});
}

// --- retention -----------------------------------------------------------------------------------------------------

// "a-1<a-3": a-1, whose outputs a-3 reads.
std::string text_of(const std::vector<Keeping>& all) {
  std::string text;
  for (const Keeping& one : all) {
    text += (text.empty() ? "" : " ") + one.id + (one.finished ? "" : "(live)");
    for (const std::uint32_t lender : one.lenders) text += ">" + all.at(lender).id;
  }
  return text;
}

TYPED_TEST(StoreContract, RetentionSeesWhatStandsWhere) {
  const WorkflowKey first = this->submit("a");
  const WorkflowKey second = this->submit("a", [](NewWorkflow& workflow) { workflow.lenders = {"a-1", "a-1"}; });
  this->submit("live", [](NewWorkflow& workflow) { workflow.lenders = {"a-2", "gone-1", "a-1"}; });
  this->finish(second, 5);
  this->finish(first, 7);
  for (int round = 0; round < 2; ++round, this->reopen()) {
    EXPECT_EQ(text_of(this->store_->keepings().value()), "live-1(live)>a-1>a-2 a-2>a-1 a-1");
    EXPECT_EQ(this->store_->borrowers(first).value(), (Ids{"a-2", "live-1"}));
  }
  ASSERT_TRUE(this->store_->condemn({second}).ok());
  EXPECT_EQ(this->store_->borrowers(first).value(), Ids{"live-1"}) << "the other is being removed";
  ASSERT_TRUE(this->store_->remove(second).ok());
  EXPECT_EQ(text_of(this->store_->keepings().value()), "live-1(live)>a-1 a-1");
  EXPECT_EQ(this->store_->borrowers(second).value(), Ids{});
}

TYPED_TEST(StoreContract, SizesAreKeptUntilAWorkflowGoesOn) {
  const WorkflowKey first = this->submit("a");
  const WorkflowKey live = this->submit("a");
  this->finish(this->submit("a"));
  this->finish(first);
  const auto unmeasured = [&](std::size_t limit) {
    Ids found;
    for (const WorkflowRow& row : this->store_->unmeasured(limit).value()) found.push_back(row.submission.id);
    return found;
  };
  EXPECT_EQ(unmeasured(10), (Ids{"a-1", "a-3"}));
  EXPECT_EQ(unmeasured(1), Ids{"a-1"});
  ASSERT_TRUE(this->store_->set_sizes({{first, 77}, {live, 5}, {WorkflowKey(99), 1}}).ok());
  for (int round = 0; round < 2; ++round, this->reopen()) {
    EXPECT_EQ(unmeasured(10), Ids{"a-3"});
    EXPECT_EQ(this->store_->find("a-1").value().bytes, 77U);
    EXPECT_EQ(this->store_->find("a-2").value().bytes, std::nullopt) << "it is not finished";
  }
  Batch batch;
  batch.reopened.push_back({first, at_second(20)});
  ASSERT_TRUE(this->store_->commit(batch).ok());
  EXPECT_EQ(this->store_->find("a-1").value().bytes, std::nullopt);
  this->finish(first);
  EXPECT_EQ(unmeasured(10), (Ids{"a-1", "a-3"})) << "to be measured again";
}

TYPED_TEST(StoreContract, PinsAreKept) {
  const WorkflowKey key = this->submit("a");
  ASSERT_TRUE(this->store_->pin(key, Pin::kOn).ok()) << "also while it is unfinished";
  this->finish(key);
  this->reopen();
  EXPECT_TRUE(this->store_->find("a-1").value().pinned);
  EXPECT_TRUE(this->store_->keepings().value().at(0).pinned);
  EXPECT_EQ(this->store_->condemn({key}).error().code(), ErrorCode::kConflict);
  ASSERT_TRUE(this->store_->pin(key, Pin::kOff).ok());
  EXPECT_FALSE(this->store_->find("a-1").value().pinned);
  EXPECT_EQ(this->store_->pin(WorkflowKey(99), Pin::kOn).error().code(), ErrorCode::kNotFound);
}

TYPED_TEST(StoreContract, WhatIsCondemnedStaysSoUntilItIsRemoved) {
  const WorkflowKey first = this->submit("a");
  const WorkflowKey live = this->submit("a");
  const WorkflowKey third = this->submit("a");
  this->finish(first);
  this->finish(third);
  const auto condemned = [&] {
    Ids found;
    for (const WorkflowRow& row : this->store_->condemned().value()) found.push_back(row.submission.id);
    return found;
  };
  EXPECT_EQ(this->store_->condemn({first, live}).error().code(), ErrorCode::kConflict);
  EXPECT_EQ(this->store_->condemn({first, WorkflowKey(99)}).error().code(), ErrorCode::kNotFound);
  EXPECT_EQ(condemned(), Ids{}) << "all or none";
  ASSERT_TRUE(this->store_->condemn({first}).ok());
  ASSERT_TRUE(this->store_->condemn({first}).ok()) << "again is no matter";
  this->reopen();
  EXPECT_EQ(condemned(), Ids{"a-1"});
  EXPECT_TRUE(this->store_->keepings().value().at(1).condemned);
  EXPECT_EQ(this->store_->pin(first, Pin::kOn).error().code(), ErrorCode::kConflict);
  EXPECT_EQ(this->store_->unmeasured(10).value().size(), 1U) << "nobody asks how large it was";
  ASSERT_TRUE(this->store_->remove(first).ok());
  EXPECT_EQ(condemned(), Ids{});
}

// --- going on ------------------------------------------------------------------------------------------------------

TYPED_TEST(StoreContract, AFinishedWorkflowGoesOn) {
  const WorkflowKey key = this->submit("a", [](NewWorkflow& workflow) { workflow.request = "as it came"; });
  Batch running;
  running.events = {nth_event(key, 1), {key, at_second(1), event::WorkflowMoved{WorkflowStatus::kRunning, ""}}};
  ASSERT_TRUE(this->store_->commit(running).ok());
  this->finish(key, 9, WorkflowStatus::kFailed);
  this->reopen();
  Batch batch;
  batch.reopened.push_back({key, at_second(20)});
  batch.events.push_back({key, at_second(20), event::Reopened{"ann", ""}});
  ASSERT_TRUE(this->store_->commit(batch).ok());
  for (int round = 0; round < 2; ++round) {
    const std::vector<LiveWorkflow> live = this->store_->load_live().value();
    ASSERT_EQ(live.size(), 1U);
    EXPECT_FALSE(live[0].error);
    EXPECT_EQ(live[0].snapshot, "final");
    ASSERT_EQ(live[0].events.size(), 1U) << "what followed on the end";
    EXPECT_EQ(live[0].last_seq, 3U);
    EXPECT_EQ(live[0].row.status, WorkflowStatus::kPending);
    EXPECT_FALSE(live[0].row.started_at.is_set() || live[0].row.ended_at.is_set());
    EXPECT_EQ(live[0].row.reopened_at, at_second(20));
    this->reopen();
  }
  this->finish(key, 30);
  EXPECT_TRUE(this->store_->load_live().value().empty());
  EXPECT_EQ(this->store_->load(key).value().row.ended_at, at_second(30));
  EXPECT_EQ(this->store_->load(key).value().request, "as it came");
}

TYPED_TEST(StoreContract, OnlyFinishedWorkflowsAreReopened) {
  const WorkflowKey live = this->submit("a");
  Batch batch;
  batch.reopened.push_back({live, at_second(1)});
  EXPECT_EQ(this->store_->commit(batch).error().code(), ErrorCode::kConflict);
  batch.reopened = {{WorkflowKey(99), at_second(1)}};
  EXPECT_EQ(this->store_->commit(batch).error().code(), ErrorCode::kInvalid);
}

TYPED_TEST(StoreContract, RemoveForgetsAFinishedWorkflow) {
  const WorkflowKey gone = this->submit("a");
  const WorkflowKey kept = this->submit("a");
  this->add_events(gone, 1, 3);
  this->add_events(kept, 1, 3);
  EXPECT_EQ(this->store_->remove(gone).error().code(), ErrorCode::kConflict);
  this->finish(gone);
  ASSERT_TRUE(this->store_->remove(gone).ok());
  EXPECT_EQ(this->store_->remove(gone).error().code(), ErrorCode::kNotFound);
  EXPECT_EQ(this->store_->events(gone, 0, 10).error().code(), ErrorCode::kNotFound);
  EXPECT_EQ(this->store_->load(gone).error().code(), ErrorCode::kNotFound);
  EXPECT_EQ(this->store_->events(kept, 0, 10).value().size(), 3U);
  EXPECT_EQ(this->ids({}), Ids{"a-2"});
}

// --- deliveries ----------------------------------------------------------------------------------------------------

TYPED_TEST(StoreContract, NoticesBecomeDeliveriesOfTheirEvents) {
  const WorkflowKey a = this->submit("a");
  const WorkflowKey b = this->submit("b");
  this->add_events(a, 1, 3);
  Batch batch;
  for (const WorkflowKey key : {a, b, a}) batch.events.push_back(nth_event(key, 9));
  batch.notices = {{0, "x"}, {1, "x"}, {1, "y"}, {2, "x"}};
  ASSERT_TRUE(this->store_->commit(batch).ok());
  this->reopen();
  const std::vector<Delivery> waiting = this->store_->outbox().waiting(0).value();
  ASSERT_EQ(waiting.size(), 4U);
  EXPECT_EQ(waiting[0].seq, 4U);
  EXPECT_EQ(waiting[1].seq, 1U);
  EXPECT_EQ(waiting[1].workflow, b);
  EXPECT_EQ(waiting[1].workflow_id, "b-1");
  EXPECT_EQ(waiting[2].hook, "y");
  EXPECT_EQ(waiting[3].seq, 5U);
  EXPECT_EQ(waiting[3].made_at, batch.events[2].at);
  EXPECT_EQ(this->store_->outbox().waiting(waiting[1].id).value().size(), 2U);
  EXPECT_EQ(this->store_->outbox().latest(9, b).value().size(), 2U);
}

TYPED_TEST(StoreContract, DeliveriesThatEndedAreForgottenAndThoseThatWaitAreNot) {
  const WorkflowKey a = this->submit("a");
  Batch batch;
  for (std::uint32_t i = 0; i < 5; ++i) {
    batch.events.push_back(nth_event(a, i));
    batch.notices.push_back({i, "x"});
  }
  ASSERT_TRUE(this->store_->commit(batch).ok());
  std::vector<Delivery> all = this->store_->outbox().waiting(0).value();
  ASSERT_EQ(all.size(), 5U);
  all[0].tries = 1;
  all[0].due_at = at_second(99);
  all[0].message = "exit code 1";
  ASSERT_TRUE(this->store_->outbox().update(all[0], 2).ok());
  for (std::size_t i = 1; i < 5; ++i) {
    all[i].state = i == 4 ? DeliveryState::kGivenUp : DeliveryState::kDelivered;
    all[i].ended_at = at_second(100);
    ASSERT_TRUE(this->store_->outbox().update(all[i], 2).ok());
  }
  this->reopen();
  EXPECT_EQ(this->store_->outbox().waiting(0).value(), (std::vector<Delivery>{all[0]}));
  EXPECT_EQ(this->store_->outbox().latest(9, std::nullopt).value(), (std::vector<Delivery>{all[4], all[3], all[0]}));
  EXPECT_EQ(this->store_->outbox().latest(1, std::nullopt).value(), (std::vector<Delivery>{all[4]}));
}

TYPED_TEST(StoreContract, ADeliveryOutlivesItsWorkflow) {
  const WorkflowKey a = this->submit("a");
  Batch batch;
  batch.events.push_back(nth_event(a, 1));
  batch.notices.push_back({0, "x"});
  ASSERT_TRUE(this->store_->commit(batch).ok());
  this->finish(a);
  ASSERT_TRUE(this->store_->remove(a).ok());
  ASSERT_EQ(this->store_->outbox().waiting(0).value().size(), 1U);
  EXPECT_EQ(this->store_->outbox().waiting(0).value()[0].workflow_id, "");
}

}  // namespace
}  // namespace sennit::store
