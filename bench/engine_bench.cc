// rooms: engine
// The engine without processes: a runner in the same thread says at once that what it was told to start has run.
//
//   engine/memory, engine/sqlite   tasks from submission to completion. Budget: 500,000 a second, in memory
//   restart                        a store with so many running tasks, until the engine schedules again. Budget: 1 s
//   for 100,000
#include <benchmark/benchmark.h>

#include <memory>
#include <string>

#include "instant_runner.h"
#include "model/workflow_builder.h"
#include "store/memory_store.h"

namespace sennit::engine {
namespace {

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
