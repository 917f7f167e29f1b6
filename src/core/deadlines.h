// What becomes due when, in order. An entry is not removed when its reason goes away (a task ended before its timeout):
// whoever takes it checks, and the queue is cleaned when most of it is stale.
#pragma once

#include <compare>
#include <cstdint>
#include <vector>

#include "base/instant.h"
#include "model/ids.h"

namespace sennit::core {

enum class DeadlineKind : std::uint8_t {
  kRetry = 0,
  kExecTimeout = 1,   // of one attempt
  kQueueTimeout = 2,  // of the group of `task`, its first one
  kWorkflowTimeout = 3,
  kStartTimeout = 4,
  kGroupTimeout = 5,  // the exec timeout of the group of `task`, its first one
};

struct Deadline {
  Instant at;
  WorkflowKey workflow;
  TaskIndex task;
  std::uint32_t number = 0;  // of the attempt; of a workflow's timeout: its reopenings
  DeadlineKind kind = DeadlineKind::kRetry;

  friend auto operator<=>(const Deadline&, const Deadline&) = default;
};

class DeadlineQueue {
 public:
  void push(const Deadline& deadline);
  bool empty() const { return heap_.empty(); }
  std::size_t size() const { return heap_.size(); }
  const Deadline& front() const { return heap_.front(); }
  const std::vector<Deadline>& entries() const { return heap_; }  // in no order
  void pop();

  // Tells that one entry somewhere in the queue has lost its reason; true when it is time for `keep_if`.
  bool note_stale() { return ++stale_ > kCleanFrom && stale_ > heap_.size() / 2; }
  template <class Predicate>
  void keep_if(Predicate live) {
    std::erase_if(heap_, [&](const Deadline& deadline) { return !live(deadline); });
    stale_ = 0;
    rebuild();
  }

 private:
  static constexpr std::size_t kCleanFrom = 1024;
  void rebuild();

  std::vector<Deadline> heap_;  // earliest on top
  std::size_t stale_ = 0;
};

}  // namespace sennit::core
