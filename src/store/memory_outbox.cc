#include "store/memory_outbox.h"

#include <iterator>

namespace sennit::store {

void MemoryOutbox::add(WorkflowKey workflow, std::uint64_t seq, const std::string& hook, Instant at) {
  Delivery row;
  row.id = rows_.empty() ? 1 : rows_.rbegin()->first + 1;
  row.workflow = workflow;
  row.seq = seq;
  row.hook = hook;
  row.made_at = at;
  row.due_at = at;
  rows_.emplace(row.id, row);
}

Delivery MemoryOutbox::shown(const Delivery& row) const {
  Delivery delivery = row;
  delivery.workflow_id = id_of_(row.workflow);
  return delivery;
}

Result<std::vector<Delivery>> MemoryOutbox::waiting(std::uint64_t after) {
  std::vector<Delivery> found;
  for (auto at = rows_.upper_bound(after); at != rows_.end(); ++at) {
    if (at->second.state == DeliveryState::kWaiting) found.push_back(shown(at->second));
  }
  return found;
}

Result<std::vector<Delivery>> MemoryOutbox::latest(std::size_t limit, std::optional<WorkflowKey> workflow) {
  std::vector<Delivery> found;
  for (auto at = rows_.rbegin(); at != rows_.rend() && found.size() < limit; ++at) {
    if (!workflow || at->second.workflow == *workflow) found.push_back(shown(at->second));
  }
  return found;
}

Result<void> MemoryOutbox::update(const Delivery& delivery, std::size_t kept) {
  const auto at = rows_.find(delivery.id);
  if (at == rows_.end()) return {};
  at->second = delivery;
  at->second.workflow_id.clear();
  std::size_t ended = 0;
  for (auto row = rows_.end(); row != rows_.begin();) {
    row = std::prev(row);
    if (row->second.state != DeliveryState::kWaiting && ++ended > kept) row = rows_.erase(row);
  }
  return {};
}

}  // namespace sennit::store
