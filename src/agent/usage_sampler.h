// Looks every few seconds at what running attempts use, keeps it as series on disk and tells it. Nothing is looked at,
// and nobody woken, while nothing runs; an attempt that ends within the first seconds costs nothing.
//
// Threads:   the loop's; looking and writing are done on a thread of their own, asking the GPU driver on another, for
//            that may take its time.
// Ownership: the loop outlives it. What is under way when it goes is not told.
// Errors:    none; what cannot be seen is left out.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "agent/nvml.h"
#include "loop/loop.h"
#include "loop/timer.h"
#include "loop/worker_pool.h"
#include "model/measures.h"
#include "proc/process_usage.h"

namespace sennit::agent {

// One running attempt that is to be looked at.
struct UsageTarget {
  AttemptId attempt;
  proc::UseTarget processes;
  Bytes memory_limit;  // 0: none
  GpuSet gpus;
  std::string usage_series;  // files
  std::string gpu_series;
};

class UsageSampler {
 public:
  static constexpr Micros kPeriod = std::chrono::seconds(3);

  struct Options {
    std::string nvml;  // the library that says how busy GPUs are; "": nobody does
    Micros period = kPeriod;
  };
  struct Running {
    std::vector<UsageTarget> targets;
    bool more = false;  // others run that are too young to be looked at
  };
  using Collect = std::function<Running()>;
  using Tell = std::function<void(const UsageReport&)>;

  // `collect` says what runs, when it is time to look; if that is nothing, it is not asked again before wake().
  UsageSampler(loop::Loop& loop, Options options, Collect collect, Tell tell);
  ~UsageSampler();

  // Something runs.
  void wake() {
    if (!timer_.is_armed()) timer_.arm_after(options_.period, [this] { look(); });
  }

 private:
  class Work;
  void look();
  void ask_gpus(const std::vector<UsageTarget>& targets);

  loop::Loop& loop_;
  Options options_;
  Collect collect_;
  Tell tell_;
  loop::Timer timer_;
  std::vector<GpuReading> gpus_;               // the latest of those that were asked about
  std::shared_ptr<Work> work_;                 // the worker's alone; shared with what is under way
  std::unique_ptr<loop::WorkerPool> looking_;  // made with the first look
  std::unique_ptr<loop::WorkerPool> asking_;
};

}  // namespace sennit::agent
