// What the benchmarks of the engine share: a runner without processes, a host, a store in a folder of its own.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "engine/engine.h"
#include "store/sqlite_store.h"
#include "store/store_samples.h"

namespace sennit::engine {

inline constexpr HostId kHost(1);

enum class Reports : std::uint8_t { kStartAndExit, kStartOnly };

// Keeps what it reports until it is asked for, because a runner must not call its sink from inside an order.
class InstantRunner final : public runner::Runner {
 public:
  explicit InstantRunner(Reports reports) : reports_(reports) {}

  void start(const StartOrder& order, const WorkflowContext& /*workflow*/) override {
    running_.push_back({order.attempt, 1, clock_.now()});
    facts_.emplace_back(running_.back());
    if (reports_ == Reports::kStartOnly) return;
    facts_.emplace_back(fact::AttemptExited{order.attempt, {.at = clock_.now()}});
    running_.pop_back();
  }
  void restart(const StartOrder& /*order*/, const WorkflowContext& /*workflow*/) override {}
  void stop(AttemptId /*attempt*/, StopReason /*reason*/, Micros /*grace*/, std::uint32_t /*incarnation*/) override {}
  void release(AttemptId /*attempt*/) override {}
  void forget(AttemptId /*attempt*/) override {}
  void finish_workflow(WorkflowKey /*workflow*/) override {}
  void measure() override {}

  void report_to(Engine& engine) {
    for (Fact& fact : std::exchange(facts_, {})) engine.post(std::move(fact));
  }
  bool quiet() const { return facts_.empty(); }
  const std::vector<fact::AttemptStarted>& running() const { return running_; }

 private:
  Reports reports_;
  SystemClock clock_;
  std::vector<Fact> facts_;
  std::vector<fact::AttemptStarted> running_;
};

inline fact::HostJoined host_with(std::uint32_t cpus) {
  fact::HostJoined joined;
  joined.host = kHost;
  joined.name = "bench";
  joined.capacity.cpus = cpus;
  joined.capacity.memory = gibibytes(1024);
  return joined;
}

inline void settle(Engine& engine, InstantRunner& runner) {
  do {
    runner.report_to(engine);
    while (engine.step()) {
    }
  } while (!runner.quiet());
}

inline std::unique_ptr<store::Store> open_store(const store::TemporaryDir& dir) {
  return store::open_sqlite_store({.path = dir.path("store.db"),
                                   .key = store::sample_key(),
                                   .post = [](const std::function<void()>& work) { work(); },
                                   .on_trouble = {}})
      .value();
}

inline void submit(Engine& engine, const std::shared_ptr<const Workflow>& workflow) {
  NewRun run;
  run.workflow = workflow;
  engine.submit(std::move(run), [](const Result<Accepted>& accepted) { SENNIT_CHECK(accepted.ok()); });
}

}  // namespace sennit::engine
