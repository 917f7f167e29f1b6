#include "spec/yaml/merge.h"

#include <fmt/format.h>

#include <ranges>

namespace sennit::spec {
namespace {

// Up to here comparing one by one is faster than hashing.
constexpr std::uint32_t kScanned = 16;

bool same_key(const Node& a, const Node& b) { return a.type == b.type && a.text == b.text; }

// Copies the entries of `map` behind `*link`; returns where the next ones go.
Node** copy_entries(const Node& map, Arena& arena, Node** link) {
  for (const Node& entry : Children(map)) {
    Node* copy = arena.make<Node>();
    *copy = entry;
    copy->next = nullptr;
    *link = copy;
    link = &copy->next;
  }
  return link;
}

}  // namespace

Node* MapAssembly::find(const Node& key) {
  if (index_ != nullptr) {
    const auto found = index_->find(key.text);
    return found != index_->end() && same_key(*found->second->key, key) ? found->second : nullptr;
  }
  for (Node* entry = map_.first; entry != nullptr; entry = entry->next) {
    if (same_key(*entry->key, key)) return entry;
  }
  return nullptr;
}

void MapAssembly::append(Node* value) {
  value->next = nullptr;
  (last_ == nullptr ? map_.first : last_->next) = value;
  last_ = value;
  ++map_.count;
  map_.has_brace = map_.has_brace || value->has_brace || value->key->has_brace;
  const std::uint64_t weight = map_.weight + value->weight + 1;
  map_.weight = weight > map_.weight ? weight : map_.weight;
  if (index_ != nullptr) {
    index_->emplace(value->key->text, value);
    return;
  }
  if (map_.count <= kScanned) return;
  index_ = std::make_unique<std::unordered_map<std::string_view, Node*>>();
  for (Node* entry = map_.first; entry != nullptr; entry = entry->next) index_->emplace(entry->key->text, entry);
}

void MapAssembly::add(Node* value) {
  if (value->key->type == ScalarType::kMerge) {
    merges_.push_back(value);
    return;
  }
  Node* earlier = find(*value->key);
  if (earlier == nullptr) {
    append(value);
    return;
  }
  // Behind a second name there is often a second task: the name is worth a word, what repeats with it is not.
  if (!second_name_) {
    reporter_.warning(Code::kDuplicateKey, value->key->at,
                      fmt::format("'{}' is given twice; the last one counts", value->key->text),
                      {.expected = "one of them", .suggestion = {}});
  }
  second_name_ = second_name_ || value->key->text == "name";
  replace(earlier, value);
  earlier->again = true;  // also if a merge had it first: this is about what stands twice in one map
}

void MapAssembly::replace(Node* earlier, Node* value) {
  Node* next = earlier->next;
  *earlier = *value;
  earlier->next = next;
  map_.has_brace = map_.has_brace || value->has_brace;
}

void MapAssembly::put(Node* entry) {
  while (entry != nullptr) {
    Node* next = entry->next;
    Node* earlier = find(*entry->key);
    if (earlier == nullptr) {
      append(entry);
    } else {
      replace(earlier, entry);
    }
    entry = next;
  }
}

void MapAssembly::finish() {
  if (merges_.empty()) return;
  Node* own = map_.first;
  map_.first = last_ = nullptr;
  map_.count = 0;
  map_.weight = Node().weight;
  index_.reset();
  for (const Node* merge : merges_) put(flatten_merge(*merge, arena_, reporter_));
  put(own);
}

Node* flatten_merge(const Node& value, Arena& arena, Reporter& reporter) {
  Node* first = nullptr;
  if (value.is_mapping()) {
    copy_entries(value, arena, &first);
    return first;
  }
  Node** link = &first;
  bool wrong = !value.is_sequence();
  std::vector<const Node*> maps;
  if (value.is_sequence()) {
    for (const Node& map : Children(value)) {
      wrong = wrong || !map.is_mapping();
      if (map.is_mapping()) maps.push_back(&map);
    }
  }
  // The first of a list wins.
  for (const Node* map : std::views::reverse(maps)) link = copy_entries(*map, arena, link);
  if (wrong) {
    reporter.error(Code::kYamlSyntax, value.at, "'<<' needs a map or a list of maps",
                   {.expected = "<<: *name of an anchor on a map", .suggestion = {}});
  }
  return first;
}

const Node* merged_entries(std::span<const Node* const> values, Arena& arena, Reporter& reporter) {
  Node map;
  MapAssembly assembly(map, arena, reporter);
  for (const Node* value : values) assembly.put(flatten_merge(*value, arena, reporter));
  return map.first;
}

}  // namespace sennit::spec
