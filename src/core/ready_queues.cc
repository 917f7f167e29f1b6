#include "core/ready_queues.h"

#include "base/check.h"
#include "core/pools.h"

namespace sennit::core {
namespace {

BinId bin_of(const QueueRef& queue) {
  const TaskNeeds& first = queue.shape.front();
  return {.pool = queue.pool,
          .entitlement = queue.entitlement,
          .quota = quota_of(queue.shape),
          .admitted = first.admitted,
          .wants_cpus = first.cpus > 0,
          .wants_memory = first.memory > 0,
          .wants_storage = first.storage > 0,
          .wants_gpus = first.gpus_wanted() > 0};
}

}  // namespace

ReadyQueues::Queue* ReadyQueues::find(const QueueRef& id) {
  const auto found = queues_.find(id);
  return found == queues_.end() ? nullptr : &*found;
}

void ReadyQueues::add(const QueueRef& id, const QueueKey& key) {
  auto found = queues_.find(id);
  if (found == queues_.end()) found = queues_.try_emplace({id.pool, id.entitlement, id.shape}).first;
  std::set<QueueKey>& keys = found->second;
  const bool is_first = keys.empty() || key < *keys.begin();
  if (is_first) {
    Bin& bin = bins_[bin_of(id)];
    if (!keys.empty()) bin.erase(*keys.begin());
    bin.emplace(key, &*found);
  }
  keys.insert(key);
}

void ReadyQueues::remove(const QueueRef& id, const QueueKey& key) {
  const auto found = queues_.find(id);
  SENNIT_CHECK(found != queues_.end() && found->second.contains(key));
  std::set<QueueKey>& keys = found->second;
  const bool was_first = *keys.begin() == key;
  keys.erase(key);
  if (!was_first) return;
  const auto bin = bins_.find(bin_of(id));
  bin->second.erase(key);
  if (!keys.empty()) {
    bin->second.emplace(*keys.begin(), &*found);
  } else if (bin->second.empty()) {
    bins_.erase(bin);
  }
}

void ReadyQueues::drop_if_empty(const QueueRef& id) {
  const auto found = queues_.find(id);
  if (found != queues_.end() && found->second.empty()) queues_.erase(found);
}

}  // namespace sennit::core
