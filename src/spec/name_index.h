// The names of a workflow's tasks and groups, for finding duplicates and what an input refers to. Four bytes a name
// beside the names themselves, which stay in the builder.
//
// Threads:   one.
// Ownership: views the workflow under construction; it must outlive the index.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "model/workflow.h"

namespace sennit::spec {

// kFolded: names that differ only in case or in - against _ count as the same when they are added.
enum class NameMatch : std::uint8_t { kExact, kFolded };

class NameIndex {
 public:
  using Owner = std::variant<TaskIndex, GroupIndex>;

  NameIndex(const Workflow& workflow, NameMatch match) : workflow_(workflow), match_(match) {}

  // Remembers a name that is in the workflow already; returns who had it first, if anybody.
  std::optional<Owner> add(TaskIndex task);
  std::optional<Owner> add(GroupIndex group);

  // The task of exactly this name.
  std::optional<TaskIndex> find_task(std::string_view name) const;
  // Whoever has this name or one that counts as the same.
  std::optional<Owner> find_same(std::string_view name) const;

  void clear();

 private:
  static constexpr std::uint32_t kFree = 0xFFFFFFFF;
  static constexpr std::uint32_t kGroupBit = 0x80000000;

  // The hash beside the owner saves the look at its name, two cache misses away, for nearly every wrong slot.
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t owner = kFree;
  };

  std::optional<Owner> insert(std::uint32_t owner);
  std::string_view name_of(std::uint32_t owner) const;
  std::uint32_t hash(std::string_view name) const;
  bool same(std::string_view a, std::string_view b) const;
  void grow();
  static Owner decode(std::uint32_t owner);

  const Workflow& workflow_;
  NameMatch match_;
  std::vector<Slot> slots_;  // a power of two of them, at most half full
  std::size_t used_ = 0;
};

}  // namespace sennit::spec
