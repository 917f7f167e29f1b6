// rooms: store
// What a commit costs on a real disk, and what an event costs in the journal. Budget: a commit in 15 µs, of which an
// event may take 0.5. The file lies in $TMPDIR (/tmp): on a tmpfs the figures are too good.
#include <benchmark/benchmark.h>

#include <condition_variable>
#include <memory>
#include <mutex>

#include "store/journal_codec.h"
#include "store/sqlite_store.h"
#include "store/store_samples.h"

namespace sennit::store {
namespace {

// As a task's life goes: placed, started, ended, and its group with it.
Event nth_of_a_life(WorkflowKey key, std::uint32_t n) {
  const TaskIndex task(n / 4);
  const Instant at = at_second(0) + Micros(n);
  switch (n % 4) {
    case 0: return {key, at, event::AttemptPlaced{task, 0, HostId(1), {}}};
    case 1: return {key, at, event::AttemptStarted{task, 0, 12'345 + n}};
    case 2: return {key, at, event::TaskEnded{task, 0, Status::kCompleted, 0, ""}};
    default: return {key, at, event::GroupMoved{GroupIndex(n / 4), Status::kCompleted}};
  }
}

std::unique_ptr<Store> open_in(const TemporaryDir& dir) {
  return open_sqlite_store({dir.path("store.db"), sample_key(), [](const std::function<void()>& work) { work(); }, {}})
      .value();
}

WorkflowKey submit(Store& store, std::size_t spec_size) {
  const Identity identity = store.allocate("bench").value();
  Batch batch;
  batch.submitted.push_back(new_workflow(identity));
  batch.submitted.back().spec.assign(spec_size, 's');
  SENNIT_CHECK(store.commit(batch).ok());
  return identity.key;
}

void bm_commit(benchmark::State& state) {
  const TemporaryDir dir;
  const auto store = open_in(dir);
  const WorkflowKey key = submit(*store, 1000);
  const auto per_commit = static_cast<std::uint32_t>(state.range(0));
  std::uint32_t n = 0;
  Batch batch;
  for (auto _ : state) {
    batch.events.clear();
    for (std::uint32_t i = 0; i < per_commit; ++i) batch.events.push_back(nth_of_a_life(key, n++));
    SENNIT_CHECK(store->commit(batch).ok());
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(n));
}
BENCHMARK(bm_commit)->Name("commit/events")->Arg(1)->Arg(10)->Arg(100)->Arg(1000)->Unit(benchmark::kMicrosecond);

// One event each of many workflows, as many small runs at once give.
void bm_commit_many(benchmark::State& state) {
  const TemporaryDir dir;
  const auto store = open_in(dir);
  std::vector<WorkflowKey> keys;
  for (std::int64_t i = 0; i < state.range(0); ++i) keys.push_back(submit(*store, 100));
  std::uint32_t n = 0;
  Batch batch;
  for (auto _ : state) {
    batch.events.clear();
    for (const WorkflowKey key : keys) batch.events.push_back(nth_of_a_life(key, n++));
    SENNIT_CHECK(store->commit(batch).ok());
  }
}
BENCHMARK(bm_commit_many)->Name("commit/workflows")->Arg(10)->Arg(100)->Unit(benchmark::kMicrosecond);

// A workflow from submission to its end: what `sennit run` of one no-op task writes.
void bm_whole_workflow(benchmark::State& state) {
  const TemporaryDir dir;
  const auto store = open_in(dir);
  for (auto _ : state) {
    const WorkflowKey key = submit(*store, 1000);
    Batch batch;
    for (std::uint32_t n = 0; n < 4; ++n) batch.events.push_back(nth_of_a_life(key, n));
    SENNIT_CHECK(store->commit(batch).ok());
    batch.events.clear();
    batch.finished.push_back({key, WorkflowStatus::kCompleted, at_second(1), std::string(300, 's')});
    SENNIT_CHECK(store->commit(batch).ok());
  }
}
BENCHMARK(bm_whole_workflow)->Name("submit+run+finish")->Unit(benchmark::kMicrosecond);

void bm_submit_large(benchmark::State& state) {
  const TemporaryDir dir;
  const auto store = open_in(dir);
  const auto size = static_cast<std::size_t>(state.range(0)) << 20;
  for (auto _ : state) submit(*store, size);
  state.SetBytesProcessed(static_cast<std::int64_t>(size) * state.iterations());
}
BENCHMARK(bm_submit_large)->Name("submit/MiB")->Arg(1)->Arg(100)->Iterations(3)->Unit(benchmark::kMillisecond);

void bm_flush(benchmark::State& state) {
  const TemporaryDir dir;
  std::mutex mutex;
  std::condition_variable answered;
  bool done = false;
  const auto store =
      open_sqlite_store({dir.path("store.db"), sample_key(), [](const auto& work) { work(); }, {}}).value();
  const WorkflowKey key = submit(*store, 100);
  std::uint32_t n = 0;
  for (auto _ : state) {
    Batch batch;
    batch.events.push_back(nth_of_a_life(key, n++));
    SENNIT_CHECK(store->commit(batch).ok());
    store->flush([&](const Result<void>&) {
      const std::lock_guard lock(mutex);
      done = true;
      answered.notify_one();
    });
    std::unique_lock lock(mutex);
    answered.wait(lock, [&] { return done; });
    done = false;
  }
}
BENCHMARK(bm_flush)->Name("commit+flush")->Unit(benchmark::kMicrosecond)->UseRealTime();

void bm_encode(benchmark::State& state) {
  std::string blob;
  std::uint32_t n = 0;
  for (auto _ : state) {
    if (n % 1000 == 0) blob.clear();
    append_to_blob(nth_of_a_life(WorkflowKey(12), n++), blob);
    benchmark::DoNotOptimize(blob.data());
  }
}
BENCHMARK(bm_encode)->Name("encode event");

void bm_decode(benchmark::State& state) {
  std::string blob;
  for (std::uint32_t n = 0; n < 1000; ++n) append_to_blob(nth_of_a_life(WorkflowKey(12), n), blob);
  for (auto _ : state) {
    BlobReader reader = BlobReader::open(blob).value();
    while (!reader.at_end()) benchmark::DoNotOptimize(reader.next());
  }
  state.SetItemsProcessed(state.iterations() * 1000);
}
BENCHMARK(bm_decode)->Name("decode 1000 events")->Unit(benchmark::kMicrosecond);

// 100,000 tasks with four events each, no snapshot: the worst that a restart can find.
void bm_load_live(benchmark::State& state) {
  const TemporaryDir dir;
  const auto store = open_in(dir);
  const WorkflowKey key = submit(*store, 1000);
  for (std::uint32_t n = 0; n < 400'000;) {
    Batch batch;
    for (int i = 0; i < 100; ++i) batch.events.push_back(nth_of_a_life(key, n++));
    SENNIT_CHECK(store->commit(batch).ok());
  }
  for (auto _ : state) benchmark::DoNotOptimize(store->load_live());
}
BENCHMARK(bm_load_live)->Name("load 400000 events")->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace sennit::store
