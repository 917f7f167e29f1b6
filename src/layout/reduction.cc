#include "layout/reduction.h"

#include <algorithm>
#include <array>
#include <ranges>
#include <set>

#include "layout/adjacency.h"

namespace sennit::layout {
namespace {

constexpr std::size_t kWords = 16;
constexpr std::size_t kBlock = kWords * 64;       // targets looked at in one pass over the edges
constexpr std::size_t kMostWork = 4'000'000'000;  // words

using Bits = std::array<std::uint64_t, kWords>;

// What every node reaches of a block of targets: one pass from below.
class Reachable {
 public:
  explicit Reachable(std::size_t node_count) : bits_(node_count), number_(node_count, kNoNumber) {}

  // Finds the edges to `targets` that others imply.
  void find_implied(const Adjacency& adjacency, std::span<const Node> targets, std::set<Edge>& implied) {
    for (std::size_t i = 0; i < targets.size(); ++i) number_[targets[i]] = i;
    for (const Node node : std::views::reverse(adjacency.order)) {
      Bits& reached = bits_[node];
      reached.fill(0);
      const auto below = adjacency.down.of(node);
      for (const Node next : below) {
        for (std::size_t word = 0; word < kWords; ++word) reached[word] |= bits_[next][word];
      }
      // So far this says what lies at least two steps away.
      for (const Node next : below) {
        const std::size_t number = number_[next];
        if (number != kNoNumber && (reached[number / 64] >> number % 64 & 1) != 0) implied.insert({node, next});
      }
      for (const Node next : below) {
        if (number_[next] != kNoNumber) reached[number_[next] / 64] |= std::uint64_t{1} << number_[next] % 64;
      }
    }
    for (const Node target : targets) number_[target] = kNoNumber;
  }

 private:
  static constexpr std::size_t kNoNumber = ~std::size_t{0};
  std::vector<Bits> bits_;
  std::vector<std::size_t> number_;
};

}  // namespace

Result<std::vector<Edge>> without_implied(std::size_t node_count, const std::vector<Edge>& edges) {
  SENNIT_ASSIGN(const Adjacency adjacency, adjacency_of(node_count, edges));
  std::vector<Edge> all;
  std::vector<Node> targets;  // only these can have an edge too many
  for (Node node = 0; node < node_count; ++node) {
    bool is_candidate = false;
    for (const Node above : adjacency.up.of(node)) is_candidate |= adjacency.down.of(above).size() > 1;
    if (is_candidate && adjacency.up.of(node).size() > 1) targets.push_back(node);
    for (const Node next : adjacency.down.of(node)) all.push_back({node, next});
  }
  if (targets.empty() || (targets.size() / kBlock + 1) * all.size() * kWords > kMostWork) return all;
  std::set<Edge> implied;
  Reachable reachable(node_count);
  for (std::size_t at = 0; at < targets.size(); at += kBlock) {
    reachable.find_implied(adjacency, std::span(targets).subspan(at, std::min(kBlock, targets.size() - at)), implied);
  }
  std::erase_if(all, [&](const Edge& edge) { return implied.contains(edge); });
  return all;
}

}  // namespace sennit::layout
