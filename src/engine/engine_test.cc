#include "engine/engine.h"

#include <gtest/gtest.h>

#include <utility>
#include <variant>
#include <vector>

#include "engine/recovery.h"
#include "engine/start_orders.h"
#include "model/workflow_builder.h"
#include "store/memory_store.h"

namespace sennit::engine {
namespace {

constexpr HostId kHost(1);

class StillClock final : public Clock {
 public:
  Instant now() const override { return now_; }
  Micros boot() const override { return {}; }
  void pass(Micros time) { now_ = now_ + time; }

 private:
  Instant now_ = Instant::from_unix_us(1'700'000'000'000'000);
};

// Writes down what it is told.
class RecordingRunner final : public runner::Runner {
 public:
  void start(const StartOrder& order, const WorkflowContext& workflow) override {
    started.push_back(order);
    contexts.push_back(workflow);
  }
  void restart(const StartOrder& order, const WorkflowContext& /*workflow*/) override { restarted.push_back(order); }
  void stop(AttemptId attempt, StopReason reason, Micros /*grace*/, std::uint32_t /*incarnation*/) override {
    stopped.emplace_back(attempt, reason);
  }
  void release(AttemptId attempt) override { released.push_back(attempt); }
  void forget(AttemptId attempt) override { forgotten.push_back(attempt); }
  void finish_workflow(WorkflowKey workflow) override { finished.push_back(workflow); }
  void measure() override { ++measured; }

  std::vector<StartOrder> started;
  std::vector<WorkflowContext> contexts;  // by start
  std::vector<StartOrder> restarted;
  std::vector<std::pair<AttemptId, StopReason>> stopped;
  std::vector<AttemptId> released;
  std::vector<AttemptId> forgotten;
  std::vector<WorkflowKey> finished;
  int measured = 0;
};

class Recorder final : public Observer {
 public:
  void committed(std::span<const Event> events, const core::State& /*state*/) override { seen += events.size(); }
  std::size_t seen = 0;
};

// a -> b, where b reads a's output
std::shared_ptr<const Workflow> chain() {
  WorkflowBuilder builder;
  builder.header().name = "chain";
  const GroupIndex first = builder.begin_group("");
  builder.add_task("a", {}, {}, {}, true);
  const GroupIndex second = builder.begin_group("");
  TaskBody body;
  InputSpec input;
  input.source = "a";
  input.task = TaskIndex(0);
  body.inputs.push_back(input);
  builder.add_task("b", body, {}, {}, true);
  builder.add_edge(second, first);
  return std::make_shared<const Workflow>(std::move(builder).finish().value());
}

class EngineTest : public ::testing::Test {
 protected:
  EngineTest() : store_(disk_, [this](std::function<void()> work) { flushed_.push_back(std::move(work)); }) {
    restart();
  }

  // Another life of the server, with the same disk.
  void restart() {
    engine_.reset();
    runner_ = RecordingRunner();
    engine_ = std::make_unique<Engine>(
        store_, clock_, EngineOptions{.instance = InstanceId(7), .runs_dir = "/runs", .notices = notices_, .wake = {}});
    const Result<Recovered> recovered = engine_->recover();
    ASSERT_TRUE(recovered.ok());
    recovered_ = *recovered;
    engine_->attach(kHost, runner_);
  }
  void join() {
    fact::HostJoined joined;
    joined.host = kHost;
    joined.name = "here";
    joined.capacity.cpus = 2;
    tell(joined);
  }
  void run() {
    while (engine_->step()) {
    }
    if (disk_is_slow_) return;
    for (const auto& work : std::exchange(flushed_, {})) work();
  }
  void tell(Fact fact) {
    engine_->post(std::move(fact));
    run();
  }
  void submit(std::shared_ptr<const Workflow> workflow) {
    answer_.reset();
    NewRun run_of;
    run_of.workflow = std::move(workflow);
    engine_->submit(std::move(run_of), [this](Result<Accepted> accepted) { answer_ = std::move(accepted); });
    run();
  }
  void exit_last() { tell(fact::AttemptExited{runner_.started.back().attempt, {.message = "", .at = clock_.now()}}); }

  StillClock clock_;
  std::function<std::vector<store::Notice>(std::span<const Event>, const core::State&)> notices_;
  store::MemoryDisk disk_;
  store::MemoryStore store_;
  RecordingRunner runner_;
  std::unique_ptr<Engine> engine_;
  Recovered recovered_;
  std::optional<Result<Accepted>> answer_;
  std::vector<std::function<void()>> flushed_;
  bool disk_is_slow_ = false;
};

std::shared_ptr<const Workflow> restarting() {
  WorkflowBuilder builder;
  builder.header().name = "again";
  builder.begin_group("");
  TaskPolicy policy;
  policy.exit_actions = {{ExitActionKind::kRestart, 5, 5}};
  builder.add_task("a", {}, {}, policy, true);
  return std::make_shared<const Workflow>(std::move(builder).finish().value());
}

// The server dies between the commit and the order.
TEST_F(EngineTest, ARestartInPlaceIsOrderedAfterItsCommitAndAgainByTheNextServer) {
  join();
  submit(restarting());
  const AttemptId attempt = runner_.started.back().attempt;
  tell(fact::AttemptExited{attempt, {.code = 5, .message = "", .at = clock_.now()}});
  ASSERT_EQ(runner_.restarted.size(), 1U);
  EXPECT_EQ(runner_.restarted[0].attempt, attempt);
  EXPECT_EQ(runner_.restarted[0].incarnation, 1U);
  EXPECT_TRUE(runner_.forgotten.empty());
  restart();
  fact::HostJoined joined;
  joined.host = kHost;
  joined.exited = {{attempt, {.code = 5, .message = "", .at = clock_.now()}, 0}};
  tell(joined);
  ASSERT_EQ(runner_.restarted.size(), 1U);
  EXPECT_EQ(runner_.restarted[0].incarnation, 1U);
  EXPECT_TRUE(runner_.started.empty());
}

TEST_F(EngineTest, ASubmissionIsAnsweredAfterItsCommit) {
  submit(chain());
  ASSERT_TRUE(answer_ && answer_->ok());
  EXPECT_EQ((*answer_)->id, "chain-1");
  EXPECT_EQ(disk_.workflows.size(), 1U);
  EXPECT_EQ(engine_->context_of((*answer_)->key)->runs_dir, "/runs/chain-1");
}

TEST_F(EngineTest, ASubmissionIsAnsweredWhenThePowerMayFail) {
  disk_is_slow_ = true;
  submit(chain());
  EXPECT_EQ(disk_.workflows.size(), 1U);
  EXPECT_FALSE(answer_);
  disk_is_slow_ = false;
  run();
  EXPECT_TRUE(answer_ && answer_->ok());
}

std::shared_ptr<const Workflow> limited(Micros exec, Micros queue) {
  WorkflowBuilder builder;
  builder.header().name = "limited";
  builder.begin_group("");
  TaskPolicy policy;
  policy.exec_timeout = exec;
  policy.queue_timeout = queue;
  builder.add_task("a", {}, {}, policy, true);
  return std::make_shared<const Workflow>(std::move(builder).finish().value());
}

// Somebody sets a limit; the server dies, and the next one knows it.
TEST_F(EngineTest, ALimitThatWasSetOutlivesTheServer) {
  join();
  submit(limited(Micros(10'000'000), {}));
  const AttemptId attempt = runner_.started.back().attempt;
  tell(fact::AttemptStarted{attempt, 100, clock_.now()});
  std::optional<bool> done;
  engine_->change(fact::SetLimits{attempt.workflow, {.user = "ada", .exec = Micros(60'000'000)}},
                  [&done](Result<void> result) { done = result.ok(); });
  run();
  EXPECT_EQ(done, true);
  restart();
  clock_.pass(Micros(59'999'999));
  fact::HostJoined joined;
  joined.host = kHost;
  joined.running = {{attempt, 100, {}}};
  tell(joined);
  EXPECT_TRUE(runner_.stopped.empty());
  clock_.pass(Micros(1));
  run();
  ASSERT_EQ(runner_.stopped.size(), 1U);
  EXPECT_EQ(runner_.stopped.front().second, StopReason::kExecTimeout);
}

TEST_F(EngineTest, AQueueTimeoutThatPassedWithoutAServerWaitsForTheHost) {
  submit(limited({}, Micros(10'000'000)));
  clock_.pass(Micros(3'600'000'000));
  restart();
  run();
  ASSERT_EQ(engine_->state().workflows.size(), 1U);
  EXPECT_EQ(engine_->next_deadline(), clock_.now() + Micros(30'000'000));
  join();
  EXPECT_TRUE(engine_->state().workflows.empty());
  EXPECT_TRUE(runner_.started.empty());
}

TEST_F(EngineTest, AChainRunsAndIsRetired) {
  Recorder recorder;
  engine_->add_observer(recorder);
  join();
  submit(chain());
  ASSERT_EQ(runner_.started.size(), 1U);
  EXPECT_EQ(runner_.contexts[0].id, "chain-1");
  exit_last();
  ASSERT_EQ(runner_.started.size(), 2U);
  EXPECT_EQ(runner_.started[1].input_dirs, std::vector<std::string>{"a/0/output"});
  exit_last();
  EXPECT_EQ(runner_.forgotten.size(), 2U);
  EXPECT_EQ(runner_.finished.size(), 1U);
  EXPECT_TRUE(engine_->idle());
  EXPECT_GT(recorder.seen, 6U);
  EXPECT_TRUE(disk_.workflows.begin()->second.row.finished);
  engine_->remove_observer(recorder);
}

TEST_F(EngineTest, ARestartRepeatsWhatHasNoResult) {
  join();
  submit(chain());
  const AttemptId first = runner_.started[0].attempt;
  restart();
  EXPECT_EQ(recovered_.workflows, 1U);
  EXPECT_TRUE(runner_.started.empty());
  join();
  ASSERT_EQ(runner_.started.size(), 1U);
  EXPECT_EQ(runner_.started[0].attempt, first);
  exit_last();
  exit_last();
  EXPECT_TRUE(engine_->idle());
}

TEST_F(EngineTest, AFullDiskRefusesSubmissionsAndKeepsTheRest) {
  join();
  submit(chain());
  store_.fail_commits(2, Error(ErrorCode::kExhausted, "database or disk is full"));
  exit_last();
  ASSERT_TRUE(engine_->stall());
  EXPECT_EQ(runner_.started.size(), 1U);  // b is decided, but nobody is told
  submit(chain());
  ASSERT_TRUE(answer_);
  EXPECT_EQ(answer_->error().code(), ErrorCode::kExhausted);
  EXPECT_EQ(answer_->error().message(), "database or disk is full");
  clock_.pass(*engine_->next_deadline() - clock_.now());
  run();
  EXPECT_TRUE(engine_->stall());
  clock_.pass(*engine_->next_deadline() - clock_.now());
  run();
  EXPECT_FALSE(engine_->stall());
  EXPECT_EQ(runner_.started.size(), 2U);
}

TEST_F(EngineTest, ARefusedSubmissionLeavesNoTrace) {
  join();
  store_.fail_commits(1, Error(ErrorCode::kExhausted, "full"));
  submit(chain());
  ASSERT_TRUE(answer_);
  EXPECT_EQ(answer_->error().code(), ErrorCode::kExhausted);
  EXPECT_FALSE(engine_->stall());
  EXPECT_TRUE(engine_->idle());
  EXPECT_TRUE(runner_.started.empty());
  EXPECT_EQ(engine_->state().hosts.at(kHost).active, 0U);
  submit(chain());
  EXPECT_TRUE(answer_->ok());
}

// A batch of which a part is withdrawn has other events, and so other notices.
TEST_F(EngineTest, NoticesAreStoredWithTheirEventsAndOnlyThose) {
  notices_ = [](std::span<const Event> events, const core::State&) {
    std::vector<store::Notice> all;
    for (std::uint32_t i = 0; i < events.size(); ++i) all.push_back({i, "h"});
    return all;
  };
  restart();
  join();
  submit(chain());
  store_.fail_commits(1, Error(ErrorCode::kExhausted, "full"));
  NewRun again;
  again.workflow = chain();
  engine_->submit(std::move(again), [this](Result<Accepted> accepted) { answer_ = std::move(accepted); });
  exit_last();  // in the same batch
  ASSERT_TRUE(answer_ && !answer_->ok());
  ASSERT_EQ(disk_.workflows.size(), 1U);
  const store::MemoryWorkflow& stored = disk_.workflows.begin()->second;
  ASSERT_EQ(disk_.deliveries.size(), stored.journal.size());
  store::Seq seq = 0;
  for (const auto& [id, delivery] : disk_.deliveries) {
    EXPECT_EQ(delivery.seq, ++seq);
    EXPECT_EQ(delivery.workflow, stored.row.key);
  }
}

TEST_F(EngineTest, AnUnreadableWorkflowIsQuarantinedAlone) {
  submit(chain());
  submit(chain());
  disk_.workflows.begin()->second.journal.back() = "\xff\xff\xff";
  restart();
  EXPECT_EQ(recovered_.workflows, 1U);
  ASSERT_EQ(recovered_.quarantined.size(), 1U);
  EXPECT_TRUE(recovered_.quarantined[0].starts_with("chain-1: "));
  EXPECT_EQ(disk_.workflows.begin()->second.row.status, WorkflowStatus::kFailedServerError);
  EXPECT_TRUE(disk_.workflows.begin()->second.row.finished);
}

TEST_F(EngineTest, ASubmissionInAStallIsRefusedAtOnce) {
  join();
  submit(chain());
  store_.fail_commits(20, Error(ErrorCode::kExhausted, "full"));
  answer_.reset();
  NewRun again;
  again.workflow = chain();
  engine_->submit(std::move(again), [this](Result<Accepted> accepted) { answer_ = std::move(accepted); });
  exit_last();  // in the same batch, and still there when the submission is withdrawn
  ASSERT_TRUE(engine_->stall());
  ASSERT_TRUE(answer_);
  EXPECT_EQ(answer_->error().code(), ErrorCode::kExhausted);
  clock_.pass(engine_->stall()->retry_at - clock_.now());
  submit(chain());  // taken in by the retry itself
  ASSERT_TRUE(engine_->stall());
  EXPECT_TRUE(answer_ && !answer_->ok());
}

TEST_F(EngineTest, CancelIsAnsweredOnceItIsStored) {
  join();
  submit(chain());
  std::optional<Result<void>> answer;
  const auto keep = [&answer](Result<void> result) { answer = std::move(result); };
  engine_->change(fact::Cancel{(*answer_)->key, "ada", ""}, keep);
  run();
  ASSERT_TRUE(answer && answer->ok());
  ASSERT_EQ(runner_.stopped.size(), 1U);
  EXPECT_EQ(runner_.stopped[0].second, StopReason::kCanceled);
  engine_->change(fact::Cancel{WorkflowKey(99), "ada", ""}, keep);
  run();
  EXPECT_EQ(answer->error().code(), ErrorCode::kNotFound);
}

// --- going on after an end -------------------------------------------------------------------------------------------

class ReopenTest : public EngineTest {
 protected:
  // chain-1, of which a completed and b failed.
  WorkflowKey fail_chain() {
    join();
    submit(chain());
    exit_last();
    fail_last();
    EXPECT_TRUE(engine_->idle());
    return (*answer_)->key;
  }
  void fail_last() {
    tell(fact::AttemptExited{runner_.started.back().attempt, {.code = 1, .message = "", .at = clock_.now()}});
  }
  void reopen(WorkflowKey key) {
    reopened_.reset();
    engine_->reopen({key, "ann", ""}, [this](Result<Reopened> reopened) { reopened_ = std::move(reopened); });
    run();
  }
  const store::WorkflowRow& row() const { return disk_.workflows.begin()->second.row; }

  std::optional<Result<Reopened>> reopened_;
};

TEST_F(ReopenTest, OnlyWhatFailedRunsAgain) {
  const WorkflowKey key = fail_chain();
  const store::Seq before = disk_.workflows.begin()->second.journal.size();
  reopen(key);
  ASSERT_TRUE(reopened_ && reopened_->ok());
  EXPECT_EQ((*reopened_)->workflow.id, "chain-1");
  EXPECT_EQ((*reopened_)->after, before);
  EXPECT_EQ((*reopened_)->tasks, 1U);
  ASSERT_EQ(runner_.started.size(), 3U);
  EXPECT_EQ(runner_.started[2].task, "b");
  EXPECT_EQ(runner_.started[2].attempt.number, 1U);
  EXPECT_EQ(runner_.started[2].input_dirs, std::vector<std::string>{"a/0/output"});
  EXPECT_EQ(runner_.contexts[2].runs_dir, "/runs/chain-1");
  EXPECT_FALSE(row().finished);
  exit_last();
  EXPECT_EQ(row().status, WorkflowStatus::kCompleted);
  EXPECT_TRUE(engine_->idle());
}

TEST_F(ReopenTest, AServerThatDiesRightAfterItGoesOn) {
  const WorkflowKey key = fail_chain();
  reopen(key);
  restart();
  EXPECT_EQ(recovered_.workflows, 1U);
  EXPECT_TRUE(recovered_.quarantined.empty());
  join();
  ASSERT_EQ(runner_.started.size(), 1U);
  EXPECT_EQ(runner_.started[0].attempt.number, 1U);
  exit_last();
  EXPECT_EQ(row().status, WorkflowStatus::kCompleted);
}

TEST_F(ReopenTest, ARefusedReopeningLeavesNoTrace) {
  const WorkflowKey key = fail_chain();
  store_.fail_commits(1, Error(ErrorCode::kExhausted, "full"));
  reopen(key);
  ASSERT_TRUE(reopened_);
  EXPECT_EQ(reopened_->error().code(), ErrorCode::kExhausted);
  EXPECT_TRUE(engine_->idle());
  EXPECT_EQ(runner_.started.size(), 2U);
  EXPECT_TRUE(row().finished);
  reopen(key);
  EXPECT_TRUE(reopened_->ok());
}

TEST_F(ReopenTest, TwiceIsRefusedTheSecondTime) {
  const WorkflowKey key = fail_chain();
  std::vector<ErrorCode> refused;
  for (int i = 0; i < 2; ++i) {
    engine_->reopen({key, "ann", ""}, [&refused](const Result<Reopened>& reopened) {
      if (!reopened) refused.push_back(reopened.error().code());
    });
  }
  run();  // both in one step
  EXPECT_EQ(refused, std::vector<ErrorCode>{ErrorCode::kConflict});
  reopen(key);
  EXPECT_EQ(reopened_->error().code(), ErrorCode::kConflict) << "it runs";
}

TEST_F(ReopenTest, WhatCompletedOrCannotBeReadStays) {
  join();
  submit(chain());
  exit_last();
  exit_last();
  reopen((*answer_)->key);
  EXPECT_EQ(reopened_->error().code(), ErrorCode::kConflict);
  submit(chain());
  disk_.workflows.rbegin()->second.journal.back() = "\xff\xff\xff";
  const WorkflowKey quarantined = (*answer_)->key;
  restart();
  ASSERT_EQ(recovered_.quarantined.size(), 1U);
  reopen(quarantined);
  EXPECT_EQ(reopened_->error().code(), ErrorCode::kCorrupt);
  reopen(WorkflowKey(99));
  EXPECT_EQ(reopened_->error().code(), ErrorCode::kNotFound);
}

TEST_F(EngineTest, NothingIsPlacedWhilePaused) {
  join();
  engine_->set_placing(core::Placing::kPaused);
  submit(chain());
  EXPECT_TRUE(runner_.started.empty());
  engine_->set_placing(core::Placing::kOn);
  run();
  EXPECT_EQ(runner_.started.size(), 1U);
}

TEST(StartOrder, OnlyWhoNamesAPeerIsToldWhereItIs) {
  WorkflowBuilder builder;
  builder.begin_group("gang");
  TaskBody names_it;
  names_it.args = {"{{host:b}}"};
  builder.add_task("a", names_it, {}, {}, true);
  TaskBody borrows;
  borrows.inputs = {{.source = "old-1:make", .from_other = true, .other_dir = "old-1/make/0/output"}};
  builder.add_task("b", borrows, {}, {}, false);
  core::WorkflowState workflow;
  workflow.spec = std::make_shared<const Workflow>(std::move(builder).finish().value());
  workflow.tasks.resize(2);
  EXPECT_EQ(start_order(workflow, {.attempt = {.task = TaskIndex(0)}}, "/runs").hosts.size(), 2U);
  const StartOrder other = start_order(workflow, {.attempt = {.task = TaskIndex(1)}}, "/runs");
  EXPECT_TRUE(other.hosts.empty());
  EXPECT_EQ(other.input_dirs, std::vector<std::string>{"/runs/old-1/make/0/output"});
}

TEST(StartOrder, LimitsAreWhatWasAskedForByName) {
  WorkflowBuilder builder;
  for (const ResourceRequest& request : {ResourceRequest{}, ResourceRequest{.cpus = 2, .memory = gibibytes(3)}}) {
    const GroupIndex group = builder.begin_group("");
    builder.add_task("t" + std::to_string(group.value()), {}, request, {}, true);
  }
  core::WorkflowState workflow;
  workflow.spec = std::make_shared<const Workflow>(std::move(builder).finish().value());
  workflow.tasks.resize(2);
  EXPECT_FALSE(start_order(workflow, {.attempt = {.task = TaskIndex(0)}}, "/runs").limits.any());
  EXPECT_EQ(start_order(workflow, {.attempt = {.task = TaskIndex(1)}}, "/runs").limits,
            (ResourceLimits{.memory = gibibytes(3), .cpus = 2}));
}

TEST(GpuPart, IsToldInBothMeasures) {
  HostCapacity host;
  host.devices = {{"", gibibytes(80)}, {"", gibibytes(40)}};
  const auto part_of = [&host](std::uint64_t devices, std::uint32_t share, Bytes memory) {
    StartOrder order;
    order.gpus = GpuSet::from_bits(devices);
    set_gpu_part(order, host, {.gpu_count = 1, .gpu_share = share, .gpu_memory = memory.count()});
    return std::pair(order.gpu_share, order.gpu_memory);
  };
  EXPECT_EQ(part_of(1, 500, Bytes()), std::pair(500U, gibibytes(40)));
  EXPECT_EQ(part_of(1, 0, gibibytes(20)), std::pair(250U, gibibytes(20)));
  EXPECT_EQ(part_of(3, 0, gibibytes(20)), std::pair(250U, gibibytes(20))) << "what both devices have";
  EXPECT_EQ(part_of(3, 100, Bytes()), std::pair(100U, gibibytes(4)));
  EXPECT_EQ(part_of(1, 0, Bytes()), std::pair(0U, Bytes())) << "the whole device";
  EXPECT_EQ(part_of(4, 500, Bytes()), std::pair(500U, Bytes())) << "of how much memory, nobody knows";
}

TEST(LoopbackAddress, DiffersWithinAWorkflow) {
  EXPECT_NE(loopback_address(WorkflowKey(3), TaskIndex(0)), loopback_address(WorkflowKey(3), TaskIndex(1)));
  EXPECT_EQ(loopback_address(WorkflowKey(0), TaskIndex(0)), "127.1.0.0");
}

}  // namespace
}  // namespace sennit::engine
