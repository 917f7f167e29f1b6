#include "drawing/outline.h"

#include <algorithm>
#include <map>

#include "layout/reduction.h"
#include "layout/siblings.h"

namespace sennit::drawing {
namespace {

// Beside its edges: what kind of thing it is, and its name's stem.
std::string key_of(const Flow& flow, const FlowGroup& group, Siblings siblings) {
  std::string key(1, group.named ? 'g' : 't');
  if (siblings == Siblings::kByName) key += stem_of(group.name);
  if (!group.named) return key;
  key += '\0' + std::to_string(group.task_count);
  for (std::uint32_t i = 0; i < group.task_count && siblings == Siblings::kByName; ++i) {
    key += '\0' + stem_of(flow.tasks[group.first_task + i].name);
  }
  return key;
}

Outline merged(const std::vector<std::uint32_t>& classes, const std::vector<layout::Edge>& edges) {
  Outline outline;
  for (std::uint32_t at = 0; at < classes.size(); ++at) {
    if (classes[at] == outline.groups.size()) outline.groups.emplace_back();
    outline.groups[classes[at]].groups.push_back(at);
  }
  for (const layout::Edge& edge : edges) outline.edges.push_back({classes[edge.from], classes[edge.to]});
  std::sort(outline.edges.begin(), outline.edges.end());
  outline.edges.erase(std::unique(outline.edges.begin(), outline.edges.end()), outline.edges.end());
  return outline;
}

}  // namespace

std::string stem_of(std::string_view name) {
  std::string stem;
  for (const char c : name) {
    const bool digit = c >= '0' && c <= '9';
    if (!digit) {
      stem += c;
    } else if (stem.empty() || stem.back() != '#') {
      stem += '#';
    }
  }
  return stem;
}

Result<Outline> with_shared_boxes(const Flow& flow, const Outline& each, Siblings siblings) {
  if (siblings == Siblings::kEach) return each;
  std::map<std::string, std::uint32_t> known;
  std::vector<std::uint32_t> keys;
  for (const FlowGroup& group : flow.groups) {
    keys.push_back(
        known.try_emplace(key_of(flow, group, siblings), static_cast<std::uint32_t>(known.size())).first->second);
  }
  SENNIT_ASSIGN(const std::vector<std::uint32_t> classes,
                layout::equal_siblings(flow.groups.size(), each.edges, keys, kFewestSiblings));
  Outline outline = merged(classes, each.edges);
  outline.siblings = siblings;
  outline.implied = each.implied;
  return outline;
}

Result<Outline> outline_of(const Flow& flow, Siblings siblings, Implied implied) {
  Outline outline;
  for (std::uint32_t at = 0; at < flow.groups.size(); ++at) outline.groups.push_back({{at}});
  outline.edges = flow.edges;
  if (implied == Implied::kDropped) {
    SENNIT_ASSIGN(outline.edges, layout::without_implied(flow.groups.size(), flow.edges));
    outline.implied = flow.edges.size() - outline.edges.size();
  }
  return with_shared_boxes(flow, outline, siblings);
}

std::vector<std::uint32_t> tasks_of(const Flow& flow, const OutlineGroup& box) {
  std::vector<std::uint32_t> tasks;
  for (const std::uint32_t index : box.groups) {
    const FlowGroup& group = flow.groups[index];
    for (std::uint32_t i = 0; i < group.task_count; ++i) tasks.push_back(group.first_task + i);
  }
  return tasks;
}

std::vector<std::vector<std::uint32_t>> crowds_of(const Flow& flow, const OutlineGroup& box, Siblings siblings) {
  std::vector<std::vector<std::uint32_t>> crowds;
  std::map<std::string, std::size_t> known;
  const bool several = box.groups.size() > 1;
  for (const std::uint32_t index : box.groups) {
    const FlowGroup& group = flow.groups[index];
    for (std::uint32_t at = group.first_task; at < group.first_task + group.task_count; ++at) {
      const FlowTask& task = flow.tasks[at];
      const bool alone = siblings == Siblings::kEach || (task.lead && group.task_count > 1 && !several);
      const std::string key = siblings == Siblings::kByName ? stem_of(task.name) : std::string();
      const auto [found, added] = alone ? std::pair(known.end(), true) : known.try_emplace(key, crowds.size());
      if (added) {
        crowds.push_back({at});
      } else {
        crowds[found->second].push_back(at);
      }
    }
  }
  std::vector<std::vector<std::uint32_t>> wanted;
  for (std::vector<std::uint32_t>& crowd : crowds) {
    if (crowd.size() >= kFewestSiblings || several) {
      wanted.push_back(std::move(crowd));
    } else {
      for (const std::uint32_t task : crowd) wanted.push_back({task});
    }
  }
  std::sort(wanted.begin(), wanted.end());
  return wanted;
}

}  // namespace sennit::drawing
