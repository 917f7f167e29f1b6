// rooms: engine
// The engine without processes: a runner in the same thread says at once that what it was told to start has run.
//
//   engine/memory, engine/sqlite   tasks from submission to completion. Budget: 500,000 a second, in memory
//   restart                        a store with so many running tasks, until the engine schedules again. Budget: 1 s
//   for 100,000
#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/engine.h"
#include "model/workflow_builder.h"
#include "store/memory_store.h"
#include "store/sqlite_store.h"
#include "store/store_samples.h"

namespace sennit::engine {
namespace {

constexpr HostId kHost(1);

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
  void stop(AttemptId /*attempt*/, StopReason /*reason*/, Micros /*grace*/) override {}
  void release(AttemptId /*attempt*/) override {}
  void forget(AttemptId /*attempt*/) override {}
  void finish_workflow(WorkflowKey /*workflow*/) override {}

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

std::shared_ptr<const Workflow> fan_of(std::uint32_t tasks) {
  WorkflowBuilder builder;
  builder.header().name = "bench";
  TaskBody body;
  body.image = "debian:12";
  body.command = {"true"};
  for (std::uint32_t i = 0; i < tasks; ++i) {
    builder.begin_group("");
    builder.add_task("t" + std::to_string(i), body, {}, {}, true);
  }
  return std::make_shared<const Workflow>(std::move(builder).finish().value());
}

fact::HostJoined host_with(std::uint32_t cpus) {
  fact::HostJoined joined;
  joined.host = kHost;
  joined.name = "bench";
  joined.capacity.cpus = cpus;
  joined.capacity.memory = gibibytes(1024);
  return joined;
}

void settle(Engine& engine, InstantRunner& runner) {
  do {
    runner.report_to(engine);
    while (engine.step()) {
    }
  } while (!runner.quiet());
}

std::unique_ptr<store::Store> open_store(const store::TemporaryDir& dir) {
  return store::open_sqlite_store({.path = dir.path("store.db"),
                                   .key = store::sample_key(),
                                   .post = [](const std::function<void()>& work) { work(); },
                                   .on_trouble = {}})
      .value();
}

void submit(Engine& engine, const std::shared_ptr<const Workflow>& workflow) {
  NewRun run;
  run.workflow = workflow;
  engine.submit(std::move(run), [](const Result<Accepted>& accepted) { SENNIT_CHECK(accepted.ok()); });
}

void run_all(benchmark::State& state, store::Store& store) {
  const auto tasks = static_cast<std::uint32_t>(state.range(0));
  const auto workflow = fan_of(tasks);
  const SystemClock clock;
  for (auto _ : state) {
    InstantRunner runner(Reports::kStartAndExit);
    Engine engine(store, clock, {.instance = InstanceId(1), .runs_dir = "/runs", .wake = {}});
    engine.attach(kHost, runner);
    engine.post(host_with(64));
    submit(engine, workflow);
    settle(engine, runner);
    SENNIT_CHECK(engine.idle());
  }
  state.SetItemsProcessed(state.iterations() * tasks);
}

void bm_memory(benchmark::State& state) {
  store::MemoryDisk disk;
  store::MemoryStore store(disk, [](const std::function<void()>& work) { work(); });
  run_all(state, store);
}
BENCHMARK(bm_memory)->Name("engine/memory")->Arg(100'000)->Unit(benchmark::kMillisecond);

void bm_sqlite(benchmark::State& state) {
  const store::TemporaryDir dir;
  const auto store = open_store(dir);
  run_all(state, *store);
}
BENCHMARK(bm_sqlite)->Name("engine/sqlite")->Arg(100'000)->Unit(benchmark::kMillisecond);

// Leaves a store in which `tasks` are running, and says what an agent would report of them.
fact::HostJoined leave_running(const store::TemporaryDir& dir, std::uint32_t tasks) {
  const auto store = open_store(dir);
  const SystemClock clock;
  InstantRunner runner(Reports::kStartOnly);
  Engine engine(*store, clock, {.instance = InstanceId(1), .runs_dir = "/runs", .wake = {}});
  engine.attach(kHost, runner);
  engine.post(host_with(tasks));
  submit(engine, fan_of(tasks));
  settle(engine, runner);
  fact::HostJoined joined = host_with(tasks + 1);
  joined.running = runner.running();
  SENNIT_CHECK(joined.running.size() == tasks);
  return joined;
}

// Open the store, recover, hear from the agent, and run one more task to its end.
void bm_restart(benchmark::State& state) {
  const store::TemporaryDir dir;
  const fact::HostJoined joined = leave_running(dir, static_cast<std::uint32_t>(state.range(0)));
  const auto one = fan_of(1);
  const SystemClock clock;
  for (auto _ : state) {
    const auto store = open_store(dir);
    InstantRunner runner(Reports::kStartAndExit);
    Engine engine(*store, clock, {.instance = InstanceId(1), .runs_dir = "/runs", .wake = {}});
    SENNIT_CHECK(engine.recover().ok());
    engine.attach(kHost, runner);
    engine.post(joined);
    submit(engine, one);
    settle(engine, runner);
    SENNIT_CHECK(engine.state().workflows.size() == 1);
  }
}
BENCHMARK(bm_restart)->Name("restart/live_tasks")->Arg(100'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace sennit::engine
