#include "model/graph.h"

#include <algorithm>

namespace sennit {
namespace {

enum class Mark : std::uint8_t { kNew, kOnPath, kDone };

struct Step {
  GroupIndex group;
  std::size_t next = 0;  // position in the group's row
};

}  // namespace

GroupEdges compress_edges(std::vector<Edge>& edges, std::size_t group_count) {
  if (!std::is_sorted(edges.begin(), edges.end())) std::sort(edges.begin(), edges.end());
  edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
  std::vector<std::uint32_t> offsets(group_count + 1, 0);
  std::vector<GroupIndex> targets;
  targets.reserve(edges.size());
  for (const auto& [from, to] : edges) {
    ++offsets[from.value() + 1];
    targets.push_back(to);
  }
  for (std::size_t i = 1; i < offsets.size(); ++i) offsets[i] += offsets[i - 1];
  return {std::move(offsets), std::move(targets)};
}

std::vector<GroupIndex> find_cycle(const GroupEdges& edges, std::size_t group_count) {
  std::vector<Mark> marks(group_count, Mark::kNew);
  std::vector<Step> path;
  for (std::uint32_t root = 0; root < group_count; ++root) {
    if (marks[root] != Mark::kNew) continue;
    marks[root] = Mark::kOnPath;
    path.push_back({GroupIndex(root)});
    while (!path.empty()) {
      Step& step = path.back();
      const auto row = edges.of(step.group);
      if (step.next == row.size()) {
        marks[step.group.value()] = Mark::kDone;
        path.pop_back();
        continue;
      }
      const GroupIndex next = row[step.next++];
      Mark& mark = marks[next.value()];
      if (mark == Mark::kNew) {
        mark = Mark::kOnPath;
        path.push_back({next});
      } else if (mark == Mark::kOnPath) {
        const auto start = std::find_if(path.begin(), path.end(), [&](const Step& s) { return s.group == next; });
        std::vector<GroupIndex> cycle;
        for (auto it = start; it != path.end(); ++it) cycle.push_back(it->group);
        cycle.push_back(next);
        return cycle;
      }
    }
  }
  return {};
}

}  // namespace sennit
