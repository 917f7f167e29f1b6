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

// The oldest workflow first in `workflows`, as they were submitted.
Queue queue_of(const std::vector<views::WorkflowView>& workflows);
Result<Queue> ask_for_queue(client::Api& api);

}  // namespace sennit::tui
