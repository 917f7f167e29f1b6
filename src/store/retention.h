// Which workflows stay and which go, and why: the rules of retention as a pure function of what is known of them.
//
// A finished workflow is given up by the first rule that applies: it ended too long ago, too many ended after it, or
// the files of all workflows take too much disk and it is the one that ended first. Whatever the rules say, these stay:
// unfinished workflows, pinned ones, and those whose outputs are read by one that stays, so also whatever that one's
// lenders have read themselves.
//
// Threads: any. Pure. n log n for n workflows and their loans.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/instant.h"
#include "store/history.h"

namespace sennit::store {

// No rule keeps everything.
struct Retention {
  std::optional<Micros> max_age;           // since it ended
  std::optional<std::uint64_t> max_count;  // finished workflows: those that ended last
  std::optional<std::uint64_t> max_bytes;  // of disk, of all workflows
  Micros size_spares{};                    // max_bytes takes nothing that ended less long ago

  friend bool operator==(const Retention&, const Retention&) = default;
};

enum class GoesFor : std::uint8_t {
  kInterrupted,  // its removal had begun
  kAge,
  kCount,
  kSize,
};

enum class StaysFor : std::uint8_t {
  kLive,
  kPinned,
  kNeeded,    // by others that stay
  kEntering,  // by a workflow that is on its way in
};

struct Going {
  std::size_t at = 0;  // its place in the list
  GoesFor why = GoesFor::kAge;
  friend bool operator==(const Going&, const Going&) = default;
};

struct Staying {
  std::size_t at = 0;
  StaysFor why = StaysFor::kLive;
  std::vector<std::size_t> needed_by;  // those that read its outputs and stay
  friend bool operator==(const Staying&, const Staying&) = default;
};

struct RetentionPlan {
  std::vector<Going> going;      // whoever reads outputs before those that it reads; else who ended first
  std::vector<Staying> staying;  // that no rule could give up; in the list's order
  std::uint64_t freed = 0;       // bytes, of those that go
  std::uint64_t left = 0;        // bytes, of those that stay
  // The files that stay are too many, and this is when the first of those that are spared may be taken.
  std::optional<Instant> next;
};

// Says of a workflow, by its id, that one on its way in reads outputs of it.
using IsEntering = std::function<bool(const std::string& id)>;

// `all` as Store::keepings() gives it.
RetentionPlan plan_retention(std::span<const Keeping> all, const Retention& rule, Instant now,
                             const IsEntering& is_entering);

}  // namespace sennit::store
