#include "layout/siblings.h"

#include <algorithm>
#include <map>
#include <ranges>

#include "layout/adjacency.h"

namespace sennit::layout {
namespace {

using Classes = std::vector<std::uint32_t>;
using Signature = std::vector<std::uint32_t>;

// Signatures as numbers.
class Interner {
 public:
  std::uint32_t add(Signature&& signature) {
    return known_.try_emplace(std::move(signature), static_cast<std::uint32_t>(known_.size())).first->second;
  }
  std::size_t size() const { return known_.size(); }

 private:
  std::map<Signature, std::uint32_t> known_;
};

void append_classes(Signature& signature, std::span<const Node> nodes, const Classes& classes) {
  const auto begin = static_cast<std::ptrdiff_t>(signature.size());
  for (const Node node : nodes) signature.push_back(classes[node]);
  std::sort(signature.begin() + begin, signature.end());
  signature.erase(std::unique(signature.begin() + begin, signature.end()), signature.end());
}

// By everything above (or below) a node, in one walk along the edges.
Classes classes_from(const Adjacency& adjacency, const Rows& neighbours, const Classes& keys, bool from_above) {
  Classes classes(keys.size());
  Interner interner;
  const auto classify = [&](Node node) {
    Signature signature{keys[node]};
    append_classes(signature, neighbours.of(node), classes);
    classes[node] = interner.add(std::move(signature));
  };
  if (from_above) {
    for (const Node node : adjacency.order) classify(node);
  } else {
    for (const Node node : std::views::reverse(adjacency.order)) classify(node);
  }
  return classes;
}

// Takes classes apart whose members have different neighbours; returns how many there are.
std::size_t refine(const Adjacency& adjacency, Classes& classes) {
  Interner interner;
  Classes finer(classes.size());
  for (Node node = 0; node < classes.size(); ++node) {
    Signature signature{classes[node]};
    append_classes(signature, adjacency.up.of(node), classes);
    signature.push_back(~std::uint32_t{0});
    append_classes(signature, adjacency.down.of(node), classes);
    finer[node] = interner.add(std::move(signature));
  }
  classes = std::move(finer);
  return interner.size();
}

// Both walks together nearly always say all; if taking apart has not settled after a few rounds, nothing is equal.
Classes settle(const Adjacency& adjacency, Classes classes) {
  constexpr int kMostRounds = 8;
  std::size_t count = 0;
  for (int round = 0; round < kMostRounds; ++round) {
    const std::size_t refined = refine(adjacency, classes);
    if (refined == count) return classes;
    count = refined;
  }
  for (Node node = 0; node < classes.size(); ++node) classes[node] = node;
  return classes;
}

}  // namespace

Result<std::vector<std::uint32_t>> equal_siblings(std::size_t node_count, const std::vector<Edge>& edges,
                                                  const std::vector<std::uint32_t>& keys, std::uint32_t fewest) {
  SENNIT_ASSIGN(const Adjacency adjacency, adjacency_of(node_count, edges));
  const Classes above = classes_from(adjacency, adjacency.up, keys, true);
  const Classes below = classes_from(adjacency, adjacency.down, above, false);
  const Classes classes = settle(adjacency, below);

  std::map<std::uint32_t, std::uint32_t> sizes;
  for (const std::uint32_t one : classes) ++sizes[one];
  std::map<std::uint32_t, std::uint32_t> numbers;
  Classes numbered;
  std::uint32_t next = 0;
  for (const std::uint32_t one : classes) {
    if (sizes[one] < fewest) {
      numbered.push_back(next++);
      continue;
    }
    const auto [found, added] = numbers.try_emplace(one, next);
    if (added) ++next;
    numbered.push_back(found->second);
  }
  return numbered;
}

}  // namespace sennit::layout
