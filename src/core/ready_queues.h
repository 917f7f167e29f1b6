// The lanes that have something to offer, in queues of equal shape; and the queues in bins, in the order of their
// fronts. So a placement finds who is next, and who could be served at all, without a look at every queue: each
// workflow may ask for something else than all others.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <set>
#include <utility>

#include "core/pool_state.h"

namespace sennit::core {

// What all queues of a bin have in common: where they come in the order, but for the turn, and what each needs at
// least. What is wanted is that of the first task; a group fits nowhere where that one does not.
struct BinId {
  PoolId pool;
  Entitlement entitlement = Entitlement::kGuaranteed;
  std::uint64_t quota = 0;  // of the shape, in thousandths of a GPU
  bool admitted = false;
  bool wants_cpus = false;
  bool wants_memory = false;
  bool wants_storage = false;
  bool wants_gpus = false;
  friend auto operator<=>(const BinId&, const BinId&) = default;
};

class ReadyQueues {
 public:
  using Queues = std::map<QueueId, std::set<QueueKey>, QueueLess>;
  using Queue = Queues::value_type;
  // By the first key of each queue.
  using Bin = std::map<QueueKey, Queue*>;

  ReadyQueues() = default;
  // Bins point to queues.
  ReadyQueues(const ReadyQueues&) = delete;
  ReadyQueues& operator=(const ReadyQueues&) = delete;
  ReadyQueues(ReadyQueues&&) = default;
  ReadyQueues& operator=(ReadyQueues&&) = default;

  void add(const QueueRef& id, const QueueKey& key);
  void remove(const QueueRef& id, const QueueKey& key);
  // A queue without entries stays, or who looks through the queues would lose its place, until this is called.
  void drop_if_empty(const QueueRef& id);

  const Queues& queues() const { return queues_; }
  const std::map<BinId, Bin>& bins() const { return bins_; }
  // Null: there was never such a queue.
  Queue* find(const QueueRef& id);

 private:
  Queues queues_;
  std::map<BinId, Bin> bins_;  // none is empty
};

}  // namespace sennit::core
