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

// FNV-1a over the folded letters, since names are short; then mixed, since names that count upwards would else lie side
// by side and make long runs of taken slots.
std::uint32_t NameIndex::hash(std::string_view name) const {
  std::uint64_t value = 14695981039346656037U;
  for (const char c : name) {
    value ^= static_cast<unsigned char>(match_ == NameMatch::kFolded ? folded(c) : c);
    value *= 1099511628211U;
  }
  value ^= value >> 33;
  value *= 0xff51afd7ed558ccdU;
  return static_cast<std::uint32_t>(value >> 32);
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
  const std::vector<Slot> old = std::move(slots_);
  slots_.assign(std::max(kFirstSlots, old.size() * 2), Slot{});
  const std::size_t mask = slots_.size() - 1;
  for (const Slot& slot : old) {
    if (slot.owner == kFree) continue;
    std::size_t at = slot.hash & mask;
    while (slots_[at].owner != kFree) at = (at + 1) & mask;
    slots_[at] = slot;
  }
}

std::optional<NameIndex::Owner> NameIndex::insert(std::uint32_t owner) {
  if (used_ * 2 >= slots_.size()) grow();
  const std::string_view name = name_of(owner);
  const std::uint32_t wanted = hash(name);
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = wanted & mask;
  for (; slots_[at].owner != kFree; at = (at + 1) & mask) {
    if (slots_[at].hash == wanted && same(name_of(slots_[at].owner), name)) return decode(slots_[at].owner);
  }
  slots_[at] = {wanted, owner};
  ++used_;
  return std::nullopt;
}

std::optional<NameIndex::Owner> NameIndex::add(TaskIndex task) { return insert(task.value()); }
std::optional<NameIndex::Owner> NameIndex::add(GroupIndex group) { return insert(group.value() | kGroupBit); }

std::optional<TaskIndex> NameIndex::find_task(std::string_view name) const {
  if (slots_.empty()) return std::nullopt;
  const std::uint32_t wanted = hash(name);
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t at = wanted & mask; slots_[at].owner != kFree; at = (at + 1) & mask) {
    const Slot slot = slots_[at];
    const bool is_task = (slot.owner & kGroupBit) == 0;
    if (is_task && slot.hash == wanted && name_of(slot.owner) == name) return TaskIndex(slot.owner);
  }
  return std::nullopt;
}

std::optional<NameIndex::Owner> NameIndex::find_same(std::string_view name) const {
  if (slots_.empty()) return std::nullopt;
  const std::uint32_t wanted = hash(name);
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t at = wanted & mask; slots_[at].owner != kFree; at = (at + 1) & mask) {
    if (slots_[at].hash == wanted && same(name_of(slots_[at].owner), name)) return decode(slots_[at].owner);
  }
  return std::nullopt;
}

void NameIndex::clear() {
  slots_.clear();
  used_ = 0;
}

}  // namespace sennit::spec
