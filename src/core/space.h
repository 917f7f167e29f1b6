// What hosts and pools have left at one moment, for trying out: who fits, who does not and why, what is kept for whom.
//
// A pool is a fence around devices, CPUs and memory of the hosts, and an account of GPUs: what is guaranteed to its
// NORMAL and HIGH groups, and the most that it may use. A value: copies are for "what if".
#pragma once

#include <cstdint>
#include <vector>

#include "core/pool_state.h"
#include "core/room.h"
#include "core/state.h"

namespace sennit::core {

class Space {
 public:
  enum class Fit : std::uint8_t {
    kYes,
    kNoRoom,       // on no host of the pool
    kOverQuota,    // the pool's NORMAL and HIGH groups use its guarantee
    kOverMaximum,  // the pool uses its maximum
  };

  // What is free.
  explicit Space(const State& state);
  // As if nothing ran: what does not fit here never will.
  static Space when_idle(const State& state);

  bool has_hosts() const { return !rooms_.empty(); }
  HostId host(const Seat& seat) const { return rooms_[seat.room].host; }

  // False: nobody of that bin fits, whatever else he asks for.
  bool may_fit(const BinId& bin) const;
  bool is_over_quota(const BinId& bin) const { return check_quota(bin) == Fit::kOverQuota; }
  bool has_cpus() const;

  // Seats for a group of that queue.
  Fit find(const QueueRef& queue, std::vector<Seat>& seats) const;
  void take(const QueueRef& queue, const std::vector<Seat>& seats);
  // Keeps what is free of what the queue waits for from those who come later: on the first host that could take it if
  // nothing ran, or on those over which it would be spread then. Of what it lacks on one of these it keeps its part on
  // all of them, or small requests would take turns in never leaving all parts free. Nothing is kept for what does not
  // fit into `idle` either.
  void keep(const QueueRef& queue, const Space& idle);
  // As if the task had ended.
  void give_back(const WorkflowState& workflow, TaskIndex task);

  // The GPUs of the pool in thousandths: all that it uses, and its guarantee; below zero: none is set.
  std::int64_t gpus_used(PoolId pool) const { return pools_[pool.value()].gpus_used; }
  std::int64_t guarantee(PoolId pool) const { return pools_[pool.value()].guarantee; }
  std::uint32_t weight(PoolId pool) const { return pools_[pool.value()].settings->quota.weight; }

  // The rooms as the pool sees them.
  std::vector<Room> rooms_of(PoolId pool) const;

 private:
  struct Account {
    const PoolSettings* settings = nullptr;
    std::int64_t guarantee = -1;  // thousandths of a GPU
    std::int64_t maximum = -1;
    std::int64_t gpus_used = 0;
    std::int64_t quota_used = 0;  // by NORMAL and HIGH
    std::int64_t cpus_left = 0;   // counts if the settings have a limit
    std::int64_t memory_left = 0;

    bool is_fence() const { return settings->gpus || settings->cpus || settings->memory; }
  };
  enum class Now : std::uint8_t { kInUse, kIdle };

  Space(const State& state, Now now);
  static Room inside(const Account& account, Room room);
  bool has_room(const QueueRef& queue, std::vector<Seat>& seats) const;
  Fit check_quota(const QueueRef& queue) const;
  Fit check_quota(const BinId& bin) const;
  Fit check_quota(PoolId pool, Entitlement entitlement, std::int64_t wanted) const;
  bool is_within_limits(const QueueRef& queue, const std::vector<Seat>& seats) const;
  Goods over_limits(const QueueRef& queue) const;
  void keep_part(Account& account, Room& room, const Shape& part, const Goods& goods);

  std::vector<Room> rooms_;
  std::vector<Account> pools_;  // by PoolId
};

}  // namespace sennit::core
