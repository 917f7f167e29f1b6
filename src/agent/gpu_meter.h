// Says how busy the GPUs are when somebody asks. Nothing is measured otherwise, and the driver is let go in between.
//
// Threads:   the loop's; the driver, which may take its time, is asked on a thread of its own.
// Ownership: the loop outlives it. What was asked when it goes is not answered.
// Errors:    none: what cannot be told is left out of the answer.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "agent/nvml.h"
#include "base/instant.h"
#include "loop/loop.h"
#include "loop/timer.h"
#include "loop/worker_pool.h"
#include "model/resources.h"

namespace sennit::agent {

class GpuMeter {
 public:
  using Answer = std::function<void(std::vector<GpuLoad>)>;
  // The longest that an answer takes; a driver that takes longer has told nothing.
  static constexpr Micros kPatience = std::chrono::seconds(5);

  GpuMeter(loop::Loop& loop, GpuSet gpus, std::string library, Micros patience = kPatience);
  ~GpuMeter();
  GpuMeter(const GpuMeter&) = delete;
  GpuMeter& operator=(const GpuMeter&) = delete;

  // Calls `answer` once, not from inside. Whoever asks while the driver is being asked gets that answer.
  void measure(Answer answer);

 private:
  void answer_all(const std::vector<GpuLoad>& loads);

  loop::Loop& loop_;
  GpuSet gpus_;
  std::string library_;
  Micros patience_;
  std::vector<Answer> waiting_;
  loop::Timer timeout_;
  std::unique_ptr<loop::WorkerPool> worker_;  // made with the first question
};

}  // namespace sennit::agent
