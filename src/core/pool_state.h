// What pools use, and the keys by which the ready queues are ordered. Plain data; core/pools.h keeps it.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <tuple>

#include "base/instant.h"
#include "base/strong_id.h"
#include "core/shape.h"
#include "model/ids.h"
#include "model/pools.h"

namespace sennit::core {

// Position in State::pools. Not stored: a workflow names its pool.
using PoolId = StrongId<struct PoolIdTag, std::uint32_t>;

// A pool that is configured, or that a workflow names all the same: then it has the defaults, or what it had while it
// was configured.
struct PoolState {
  PoolSettings settings;
  bool configured = false;
  std::array<std::uint64_t, 3> gpus_used{};  // by priority, in thousandths (core/pools.h)
  std::uint64_t cpus_used = 0;
  std::uint64_t memory_used = 0;

  std::uint64_t all_gpus_used() const { return gpus_used[0] + gpus_used[1] + gpus_used[2]; }
  // What counts against the guarantee.
  std::uint64_t quota_used() const { return gpus_used[1] + gpus_used[2]; }
  friend bool operator==(const PoolState&, const PoolState&) = default;
};

// NORMAL and HIGH stay within the pool's guarantee; LOW goes beyond it and gives way.
enum class Entitlement : std::uint8_t { kGuaranteed = 0, kBorrowed = 1 };

// Those who wait with the same pool, entitlement and shape: they can, or cannot, be placed together.
struct QueueId {
  PoolId pool;
  Entitlement entitlement = Entitlement::kGuaranteed;
  Shape shape;
};

// A QueueId to look for, without a copy of the shape.
struct QueueRef {
  PoolId pool;
  Entitlement entitlement = Entitlement::kGuaranteed;
  const Shape& shape;
};

struct QueueLess {
  using is_transparent = void;
  template <class A, class B>
  bool operator()(const A& a, const B& b) const {
    return std::tie(a.pool, a.entitlement, a.shape) < std::tie(b.pool, b.entitlement, b.shape);
  }
};

// The position of a lane among those that wait.
struct QueueKey {
  std::int64_t turn = 0;  // core/pools.h: turn_of
  WorkflowKey workflow;
  TaskIndex front;  // the first entry of its lane
  std::uint32_t lane = 0;
  friend auto operator<=>(const QueueKey&, const QueueKey&) = default;
};

// A group (by its first task) or a retry inside of one that others were told to give way to; in the order in which they
// wait.
struct Claim {
  std::int64_t turn = 0;
  WorkflowKey workflow;
  TaskIndex task;
  friend auto operator<=>(const Claim&, const Claim&) = default;
};

// A group, from outside of its workflow.
struct GroupKey {
  WorkflowKey workflow;
  GroupIndex group;
  friend auto operator<=>(const GroupKey&, const GroupKey&) = default;
};

// What became of a group that had to give way.
struct Preemption {
  enum class Phase : std::uint8_t {
    kStopping = 0,  // its attempts were told to stop; those that have ended wait for the others
    kQueued = 1,    // it waits for resources as a whole again
    kBack = 2,      // it has been placed again
  };
  Phase phase = Phase::kStopping;
  std::uint32_t count = 0;                // times so far
  Instant at;                             // the last time
  std::string claimant;                   // the workflow that it gave way to, by its id ...
  Priority priority = Priority::kNormal;  // ... and that one's priority
  friend bool operator==(const Preemption&, const Preemption&) = default;
};

}  // namespace sennit::core
