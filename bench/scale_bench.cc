// rooms: engine
// Whether what the engine does for one task depends on how much else is live: the time per task must stay the same
// from one size to the next, and so must the memory.
//
//   scale/tasks            one workflow with so many tasks side by side, all of them live from the start
//   scale/workflows        so many workflows of a chain of four tasks, all of them live from the start
//   scale/requests         the same, and every workflow asks for another amount of memory
//   scale/restart          a store with so many live workflows, until the engine schedules again
//
// `live_bytes` is what one of them takes while all are live, with its text.
#include <benchmark/benchmark.h>
#include <malloc.h>

#include <memory>
#include <string>

#include "instant_runner.h"
#include "model/workflow_builder.h"
#include "store/memory_store.h"

namespace sennit::engine {
namespace {

constexpr std::uint32_t kChain = 4;

TaskBody no_op() {
  TaskBody body;
  body.image = "debian:12";
  body.command = {"true"};
  return body;
}

std::shared_ptr<const Workflow> finish(WorkflowBuilder builder) {
  return std::make_shared<const Workflow>(std::move(builder).finish().value());
}

std::shared_ptr<const Workflow> fan_of(std::uint32_t tasks) {
  WorkflowBuilder builder;
  builder.header().name = "bench";
  for (std::uint32_t i = 0; i < tasks; ++i) {
    builder.begin_group("");
    builder.add_task("t" + std::to_string(i), no_op(), {}, {}, true);
  }
  return finish(std::move(builder));
}

std::shared_ptr<const Workflow> chain_asking_for(Bytes memory) {
  WorkflowBuilder builder;
  builder.header().name = "bench";
  ResourceRequest request;
  request.memory = memory;
  for (std::uint32_t i = 0; i < kChain; ++i) {
    const GroupIndex group = builder.begin_group("");
    builder.add_task("t" + std::to_string(i), no_op(), request, {}, true);
    if (i > 0) builder.add_edge(group, GroupIndex(i - 1));
  }
  return finish(std::move(builder));
}

std::size_t allocated() { return ::mallinfo2().uordblks; }

void report(benchmark::State& state, std::uint64_t tasks, std::uint64_t live, std::size_t bytes) {
  state.SetItemsProcessed(static_cast<std::int64_t>(tasks) * state.iterations());
  state.counters["live_bytes"] = static_cast<double>(bytes) / static_cast<double>(live);
}

// Submits what `workflow_of` says, all at once, and runs it to the end on 64 processors.
template <class WorkflowOf>
void run_together(benchmark::State& state, std::uint32_t count, std::uint32_t tasks_each, WorkflowOf workflow_of) {
  const SystemClock clock;
  std::size_t bytes = 0;
  for (auto _ : state) {
    store::MemoryDisk disk;
    store::MemoryStore store(disk, [](const std::function<void()>& work) { work(); });
    InstantRunner runner(Reports::kStartAndExit);
    Engine engine(store, clock, {.instance = InstanceId(1), .runs_dir = "/runs", .wake = {}});
    engine.attach(kHost, runner);
    state.PauseTiming();
    const std::size_t before = allocated();
    for (std::uint32_t i = 0; i < count; ++i) submit(engine, workflow_of(i));
    settle(engine, runner);
    bytes = allocated() - before;
    state.ResumeTiming();
    engine.post(host_with(64));
    settle(engine, runner);
    SENNIT_CHECK(engine.idle());
  }
  report(state, std::uint64_t{count} * tasks_each, count == 1 ? tasks_each : count, bytes);
}

void bm_tasks(benchmark::State& state) {
  const auto tasks = static_cast<std::uint32_t>(state.range(0));
  run_together(state, 1, tasks, [&](std::uint32_t) { return fan_of(tasks); });
}
BENCHMARK(bm_tasks)->Name("scale/tasks")->Arg(1'000)->Arg(10'000)->Arg(100'000)->Unit(benchmark::kMillisecond);

void bm_workflows(benchmark::State& state) {
  const auto workflow = chain_asking_for({});
  run_together(state, static_cast<std::uint32_t>(state.range(0)), kChain, [&](std::uint32_t) { return workflow; });
}
BENCHMARK(bm_workflows)->Name("scale/workflows")->Arg(100)->Arg(1'000)->Arg(10'000)->Unit(benchmark::kMillisecond);

void bm_requests(benchmark::State& state) {
  run_together(state, static_cast<std::uint32_t>(state.range(0)), kChain,
               [](std::uint32_t i) { return chain_asking_for(mebibytes(i + 1)); });
}
BENCHMARK(bm_requests)->Name("scale/requests")->Arg(100)->Arg(1'000)->Arg(10'000)->Unit(benchmark::kMillisecond);

void bm_restart(benchmark::State& state) {
  const store::TemporaryDir dir;
  const SystemClock clock;
  const auto workflow = chain_asking_for({});
  {
    const auto store = open_store(dir);
    Engine engine(*store, clock, {.instance = InstanceId(1), .runs_dir = "/runs", .wake = {}});
    for (std::int64_t i = 0; i < state.range(0); ++i) submit(engine, workflow);
    while (engine.step()) {
    }
  }
  for (auto _ : state) {
    const auto store = open_store(dir);
    InstantRunner runner(Reports::kStartOnly);
    Engine engine(*store, clock, {.instance = InstanceId(1), .runs_dir = "/runs", .wake = {}});
    SENNIT_CHECK(engine.recover().ok());
    engine.attach(kHost, runner);
    engine.post(host_with(1));
    settle(engine, runner);
    SENNIT_CHECK(engine.state().workflows.size() == static_cast<std::size_t>(state.range(0)));
  }
}
BENCHMARK(bm_restart)->Name("scale/restart")->Arg(10'000)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace sennit::engine
