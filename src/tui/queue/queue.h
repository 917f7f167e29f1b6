// What waits, over all workflows, in the order in which it is to come. Pure but for asking.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/instant.h"
#include "client/api.h"
#include "views/views.h"

namespace sennit::tui {

struct QueuedTask {
  std::string workflow;
  std::string task;
  std::string status;
  std::string priority;
  std::string pool;
  std::string reason;
  Instant since;
  // What is missing are resources alone; else something comes before it, or it is held back.
  bool ready = false;
};

struct Queue {
  static constexpr std::uint32_t kMostWorkflows = 100;
  static constexpr std::size_t kMostTasks = 10'000;

  std::vector<QueuedTask> tasks;  // those that are ready first, by priority and age
  std::size_t ready = 0;
  bool more = false;
};

// Those of a workflow, or of a part of it, that wait; the oldest workflow is added first.
void add_waiting(const views::WorkflowView& piece, Queue& queue);
// In the order in which they come, as many as are shown.
void put_in_order(Queue& queue);
Result<Queue> ask_for_queue(client::Api& api);

}  // namespace sennit::tui
