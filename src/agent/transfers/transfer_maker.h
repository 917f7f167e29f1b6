// Makes the transfers of an attempt out of what its order says, and keeps what all of them share: who starts rclone,
// and a thread for looking into directories. Neither is there before the first attempt that needs it.
//
// Threads:   the loop's, which must be the process's main thread. Ownership: outlives what it makes.
// Errors:    kInvalid (a URL that is none, a place that cannot be sent from), and as proc::Spawner::open.
#pragma once

#include <memory>
#include <optional>

#include "agent/transfers/attempt_transfers.h"
#include "launch/world.h"
#include "loop/loop.h"
#include "loop/worker_pool.h"
#include "model/demands.h"
#include "model/order.h"
#include "proc/spawner.h"
#include "storage/dataset/hash_cache.h"

namespace sennit::agent {

// Of inputs that become links the order names the attempt's own directory from then on: of one that is told to start
// again, whose transfers were made from an earlier order.
void use_own_inputs(StartOrder& order);

class TransferMaker {
 public:
  // `containers`: whether what is transferred may be a container's.
  TransferMaker(loop::Loop& loop, Containers containers) : loop_(loop), containers_(containers) {}

  // Null if the attempt transfers nothing. Uses the order's own inputs from then on.
  Result<std::unique_ptr<AttemptTransfers>> make(const launch::WorkflowWorld& world, StartOrder& order);

 private:
  Result<void> open();

  loop::Loop& loop_;
  Containers containers_;
  storage::HashCache hashes_;  // of the buckets' objects, as long as this agent lives
  std::optional<proc::Spawner> spawner_;
  std::optional<loop::WorkerPool> workers_;
};

}  // namespace sennit::agent
