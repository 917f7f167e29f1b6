// Replays the journal of every live workflow as it grows and compares the result with the server's memory.
//
// What a restart at this moment would read is the last snapshot and the events after it, through the same `apply`. So
// the copy that is kept here follows event by event instead of beginning anew each time, which would cost the square of
// a journal's length; it begins anew, by engine::rebuild, at each snapshot and at every kFromTheStart-th look.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "base/result.h"
#include "core/state.h"
#include "model/ids.h"
#include "store/memory_store.h"

namespace sennit::sim {

class ReplayWatch {
 public:
  ReplayWatch(InstanceId instance, std::function<void(std::string)> problem)
      : instance_(instance), problem_(std::move(problem)) {}

  // Looks at those that were written to since the last look; now and then at all of them.
  void look(const store::MemoryDisk& disk, const core::State& memory);

 private:
  // A workflow as its first `events` events make it.
  struct Copy {
    core::State state;
    store::Seq events = 0;
    store::Seq snapshot = 0;  // that it began from
  };
  Result<void> begin(Copy& copy, const store::MemoryWorkflow& stored) const;
  static Result<void> follow(Copy& copy, const store::MemoryWorkflow& stored);
  void compare(const store::MemoryWorkflow& stored, const Copy& copy, const core::State& memory);

  InstanceId instance_;
  std::function<void(std::string)> problem_;
  std::map<WorkflowKey, Copy> copies_;
  std::uint64_t looks_ = 0;
};

}  // namespace sennit::sim
