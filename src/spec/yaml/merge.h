// Entries of a map as they come: duplicate keys and merge keys (<<).
//
// Threads:   one.
#pragma once

#include <memory>
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
  // After the last entry.
  void finish();

 private:
  Node* find(const Node& key);
  void append(Node* value);

  Node& map_;
  Arena& arena_;
  Reporter& reporter_;
  Node* last_ = nullptr;
  bool second_name_ = false;
  std::vector<const Node*> merges_;
  std::unique_ptr<std::unordered_map<std::string_view, Node*>> index_;  // once there are many entries
};

// The entries that the value of a << stands for (a map, or a list of maps), as copies linked by `next`.
Node* flatten_merge(const Node& value, Arena& arena, Reporter& reporter);

}  // namespace sennit::spec
