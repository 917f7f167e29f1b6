// rooms: spec
// Files to workflows: `tasks` and `jobs` of so many items, half of them with a dependency. Budget: 4 s and 500 bytes a
// task for 1,000,000 tasks.
//
//   bytes_a_task   the workflow in memory: names, bodies, tables, edges
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <iterator>
#include <string>

#include "spec/load.h"

namespace sennit::spec {
namespace {

std::string tasks_file(std::int64_t count) {
  std::string text = "workflow:\n  name: big\n  tasks:\n";
  for (std::int64_t i = 0; i < count; ++i) {
    fmt::format_to(std::back_inserter(text),
                   "  - name: task-{0}\n    image: alpine:3\n    command: [sh, -c]\n    args: [\"echo {0}\"]\n", i);
    if (i % 2 == 1) fmt::format_to(std::back_inserter(text), "    inputs: [{{task: task-{}}}]\n", i - 1);
  }
  return text;
}

std::string jobs_file(std::int64_t count) {
  std::string text = "name: big\njobs:\n";
  for (std::int64_t i = 0; i < count; ++i) {
    fmt::format_to(std::back_inserter(text), "- name: job-{0}\n  verb: train\n  config: c.yaml\n  args: [a.b={0}]\n",
                   i);
    if (i % 2 == 1) fmt::format_to(std::back_inserter(text), "  depends_on: [job-{}]\n", i - 1);
  }
  return text;
}

double bytes_of(const Workflow& workflow) {
  return static_cast<double>(workflow.names.capacity() + workflow.bodies.capacity() +
                             workflow.tasks.capacity() * sizeof(TaskSpec) +
                             workflow.groups.capacity() * (sizeof(GroupSpec) + 2 * sizeof(std::uint32_t)) +
                             2 * workflow.upstream.size() * sizeof(GroupIndex));
}

void measure(benchmark::State& state, const std::string& text) {
  LoadOptions options;
  options.directory = "/work";
  double bytes = 0;
  for (auto _ : state) {
    const Loaded loaded = load(text, options);
    if (!loaded.ok()) state.SkipWithError("the generated file is refused");
    if (loaded.ok()) bytes = bytes_of(*loaded.workflow);
  }
  const auto count = static_cast<double>(state.range(0));
  state.counters["bytes_a_task"] = bytes / count;
  state.counters["tasks"] = benchmark::Counter(count, benchmark::Counter::kIsIterationInvariantRate);
}

void tasks(benchmark::State& state) { measure(state, tasks_file(state.range(0))); }
void jobs(benchmark::State& state) { measure(state, jobs_file(state.range(0))); }

BENCHMARK(tasks)->RangeMultiplier(10)->Range(10'000, 1'000'000)->Unit(benchmark::kMillisecond);
BENCHMARK(jobs)->RangeMultiplier(10)->Range(10'000, 1'000'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace sennit::spec
