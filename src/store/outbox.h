// What is to be told to the world outside, and is not told yet: one delivery for each event that a hook waits for. Rows
// are made by commit(), with the events that they are for, so that no death of the server lies between the two.
//
// Part of the Store: one implementation in the database and one in memory. Threads, ownership and errors as there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/instant.h"
#include "base/result.h"
#include "model/ids.h"

namespace sennit::store {

// Of a batch: one of its events is to be told.
struct Notice {
  std::uint32_t event = 0;  // its place among Batch::events; notices are in this order
  std::string hook;         // by whom
};

// The numbers are stored.
enum class DeliveryState : std::uint8_t { kWaiting = 0, kDelivered = 1, kGivenUp = 2 };

struct Delivery {
  std::uint64_t id = 0;  // grows
  WorkflowKey workflow;
  std::uint64_t seq = 0;  // the event's, in the workflow's journal
  std::string hook;
  DeliveryState state = DeliveryState::kWaiting;
  std::uint32_t tries = 0;  // begun
  Instant made_at;          // the event's time
  Instant due_at;           // while it waits
  Instant ended_at;
  std::string message;      // how the last try went
  std::string workflow_id;  // "": the workflow is gone. Not stored here
  friend bool operator==(const Delivery&, const Delivery&) = default;
};

class Outbox {
 public:
  virtual ~Outbox() = default;

  // Those that wait and have a higher id, by id.
  virtual Result<std::vector<Delivery>> waiting(std::uint64_t after) = 0;
  // The newest first, of one workflow or of all.
  virtual Result<std::vector<Delivery>> latest(std::size_t limit, std::optional<WorkflowKey> workflow) = 0;
  // State, tries, times and message. A transaction of its own, which also forgets what ended before the `kept` that
  // ended last. One that is gone is passed over.
  virtual Result<void> update(const Delivery& delivery, std::size_t kept) = 0;
};

}  // namespace sennit::store
