// Entries of a map as they come: duplicate keys and merge keys (<<).
//
// Threads:   one.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "spec/reporter.h"
#include "spec/yaml/arena.h"
#include "spec/yaml/node.h"

namespace sennit::spec {

// Fills a map's node. Of two equal keys the last value counts, with a warning; what << brings in never replaces an
// entry of the map's own.
class MapAssembly {
 public:
  MapAssembly(Node& map, Arena& arena, Reporter& reporter) : map_(map), arena_(arena), reporter_(reporter) {}

  // `value->key` is set.
  void add(Node* value);
  // Entries linked by `next`, without keys of merges; each replaces an earlier one of its key.
  void put(Node* entry);
  // After the last entry.
  void finish();

 private:
  Node* find(const Node& key);
  void append(Node* value);
  void replace(Node* earlier, Node* value);

  Node& map_;
  Arena& arena_;
  Reporter& reporter_;
  Node* last_ = nullptr;
  bool second_name_ = false;
  std::vector<const Node*> merges_;
  std::unique_ptr<std::unordered_map<std::string_view, Node*>> index_;  // once there are many entries
};

// The entries that the value of a << stands for (a map, or a list of maps), as copies linked by `next`. Of equal keys
// the last one counts.
Node* flatten_merge(const Node& value, Arena& arena, Reporter& reporter);

// The same for several << of one map, each key once, in the order in which PyYAML's map has them.
const Node* merged_entries(std::span<const Node* const> values, Arena& arena, Reporter& reporter);

}  // namespace sennit::spec
