// rooms: layout
// Drawings of 10,000 boxes: tasks that mostly wait for near ones, all for one, and each for the one before. Budget: one
// second each.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <random>

#include "layout/lay_out.h"

namespace sennit::layout {
namespace {

constexpr Node kCount = 10'000;

Graph boxes() { return {std::vector<Size>(kCount, Size{12, 3}), {}}; }

void lay_out_all(benchmark::State& state, const Graph& graph) {
  for (auto _ : state) {
    Result<Layout> layout = lay_out(graph);
    benchmark::DoNotOptimize(layout);
  }
}

void layout_near(benchmark::State& state) {
  std::mt19937 random(7);
  Graph graph = boxes();
  for (Node node = 1; node < kCount; ++node) {
    for (int i = 0; i < 2; ++i) {
      const Node back = 1 + static_cast<Node>(random() % (random() % 20 == 0 ? node : std::min<Node>(node, 200)));
      graph.edges.push_back({node - back, node});
    }
  }
  lay_out_all(state, graph);
}

void layout_fan(benchmark::State& state) {
  Graph graph = boxes();
  for (Node node = 1; node + 1 < kCount; ++node) {
    graph.edges.push_back({0, node});
    graph.edges.push_back({node, kCount - 1});
  }
  lay_out_all(state, graph);
}

void layout_chain(benchmark::State& state) {
  Graph graph = boxes();
  for (Node node = 1; node < kCount; ++node) graph.edges.push_back({node - 1, node});
  lay_out_all(state, graph);
}

BENCHMARK(layout_near)->Unit(benchmark::kMillisecond);
BENCHMARK(layout_fan)->Unit(benchmark::kMillisecond);
BENCHMARK(layout_chain)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace sennit::layout
