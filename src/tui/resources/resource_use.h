// Hosts, and which task uses how much of them, as rows of a screen. Pure but for asking.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "client/api.h"
#include "views/views.h"

namespace sennit::tui {

struct TaskUse {
  std::string workflow;
  std::string task;
  views::LoadView load;
};

struct ResourceUse {
  views::NodeList nodes;
  std::vector<TaskUse> tasks;  // those with the most CPUs first
  bool more = false;           // of them
};

// Of the tasks of the workflows that run: of so many workflows, the newest.
inline constexpr std::uint32_t kMostWorkflows = 20;
Result<ResourceUse> ask_for_use(client::Api& api);

struct ResourceRow {
  enum class Kind : std::uint8_t { kHost, kShare, kHeading, kTask };
  Kind kind = Kind::kHost;
  std::string label;
  std::optional<double> part;  // a bar, 0 to 1
  std::string text;
  std::string warning;
  std::string workflow;  // of the task that holds it, or that it is
  std::string task;
};
std::vector<ResourceRow> rows_of(const ResourceUse& use);

// All of it at one time.
struct UseSample {
  double cpus = 0;  // busy with tasks
  double cpu_count = 0;
  double memory = 0;  // bytes of tasks
  double memory_size = 0;
  double gpus = 0;  // busy ones, in parts, of those that tasks hold
  double gpu_count = 0;
};
UseSample sample_of(const ResourceUse& use);

}  // namespace sennit::tui
