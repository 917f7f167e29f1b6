#include "spec/name_index.h"

#include <algorithm>

namespace sennit::spec {
namespace {

constexpr std::size_t kFirstSlots = 64;

char folded(char c) {
  if (c >= 'A' && c <= 'Z') return static_cast<char>(c + 32);
  return c == '_' ? '-' : c;
}

}  // namespace

std::string_view NameIndex::name_of(std::uint32_t owner) const {
  const TextRef ref =
      (owner & kGroupBit) != 0 ? workflow_.groups[owner & ~kGroupBit].name : workflow_.tasks[owner].name;
  return std::string_view(workflow_.names).substr(ref.at, ref.size);
}

// FNV-1a over the folded letters: names are short.
std::uint64_t NameIndex::hash(std::string_view name) const {
  std::uint64_t value = 14695981039346656037U;
  for (const char c : name) {
    value ^= static_cast<unsigned char>(match_ == NameMatch::kFolded ? folded(c) : c);
    value *= 1099511628211U;
  }
  return value ^ value >> 32;
}

bool NameIndex::same(std::string_view a, std::string_view b) const {
  if (match_ == NameMatch::kExact) return a == b;
  return std::ranges::equal(a, b, {}, folded, folded);
}

NameIndex::Owner NameIndex::decode(std::uint32_t owner) {
  if ((owner & kGroupBit) != 0) return GroupIndex(owner & ~kGroupBit);
  return TaskIndex(owner);
}

void NameIndex::grow() {
  const std::vector<std::uint32_t> old = std::move(slots_);
  slots_.assign(std::max(kFirstSlots, old.size() * 2), kFree);
  const std::size_t mask = slots_.size() - 1;
  for (const std::uint32_t owner : old) {
    if (owner == kFree) continue;
    std::size_t at = hash(name_of(owner)) & mask;
    while (slots_[at] != kFree) at = (at + 1) & mask;
    slots_[at] = owner;
  }
}

std::optional<NameIndex::Owner> NameIndex::insert(std::uint32_t owner) {
  if (used_ * 2 >= slots_.size()) grow();
  const std::string_view name = name_of(owner);
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = hash(name) & mask;
  while (slots_[at] != kFree) {
    if (same(name_of(slots_[at]), name)) return decode(slots_[at]);
    at = (at + 1) & mask;
  }
  slots_[at] = owner;
  ++used_;
  return std::nullopt;
}

std::optional<NameIndex::Owner> NameIndex::add(TaskIndex task) { return insert(task.value()); }
std::optional<NameIndex::Owner> NameIndex::add(GroupIndex group) { return insert(group.value() | kGroupBit); }

std::optional<TaskIndex> NameIndex::find_task(std::string_view name) const {
  if (slots_.empty()) return std::nullopt;
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t at = hash(name) & mask; slots_[at] != kFree; at = (at + 1) & mask) {
    if ((slots_[at] & kGroupBit) == 0 && name_of(slots_[at]) == name) return TaskIndex(slots_[at]);
  }
  return std::nullopt;
}

std::optional<NameIndex::Owner> NameIndex::find_same(std::string_view name) const {
  if (slots_.empty()) return std::nullopt;
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t at = hash(name) & mask; slots_[at] != kFree; at = (at + 1) & mask) {
    if (same(name_of(slots_[at]), name)) return decode(slots_[at]);
  }
  return std::nullopt;
}

void NameIndex::clear() {
  slots_.clear();
  used_ = 0;
}

}  // namespace sennit::spec
