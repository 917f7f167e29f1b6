// Deliveries in memory, for the store in memory.
#pragma once

#include <functional>
#include <map>

#include "store/outbox.h"

namespace sennit::store {

using DeliveryRows = std::map<std::uint64_t, Delivery>;  // by id

class MemoryOutbox final : public Outbox {
 public:
  // `rows` must outlive it; `id_of` names a workflow that is there.
  MemoryOutbox(DeliveryRows& rows, std::function<std::string(WorkflowKey)> id_of)
      : rows_(rows), id_of_(std::move(id_of)) {}

  void add(WorkflowKey workflow, std::uint64_t seq, const std::string& hook, Instant at);

  Result<std::vector<Delivery>> waiting(std::uint64_t after) override;
  Result<std::vector<Delivery>> latest(std::size_t limit, std::optional<WorkflowKey> workflow) override;
  Result<void> update(const Delivery& delivery, std::size_t kept) override;

 private:
  Delivery shown(const Delivery& row) const;

  DeliveryRows& rows_;
  std::function<std::string(WorkflowKey)> id_of_;
};

}  // namespace sennit::store
