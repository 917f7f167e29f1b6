// Removes directories that attempts no longer need, beside the loop: a /tmp may hold a million files.
//
// What is not removed when the agent ends goes with the attempt's directory. Links are removed, not followed.
//
// Threads:   the loop's; the work is done by one thread, which there is none of until it is needed.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "loop/loop.h"
#include "loop/worker_pool.h"

namespace sennit::agent {

class Scratch {
 public:
  explicit Scratch(loop::Loop& loop) : loop_(loop) {}

  // Its name is free at once.
  void remove(const std::string& directory);

 private:
  loop::Loop& loop_;
  std::uint64_t removed_ = 0;  // so far, for names that are given once
  std::unique_ptr<loop::WorkerPool> worker_;
};

}  // namespace sennit::agent
