// How far work on a dataset is, told by the threads that do it to the one that shows it; and the wish to stop.
//
// Threads: any. Ownership: outlives the work.
#pragma once

#include <atomic>
#include <cstdint>

#include "base/result.h"

namespace sennit::storage {

enum class Stage : std::uint8_t { kLooking, kHashing, kMoving, kVerifying };

struct Meter {
  std::atomic<Stage> stage{Stage::kLooking};
  std::atomic<std::uint64_t> files{0};
  std::atomic<std::uint64_t> total_files{0};
  std::atomic<std::uint64_t> bytes{0};
  std::atomic<std::uint64_t> total_bytes{0};
  std::atomic<bool> is_cancelled{false};

  void begin(Stage next, std::uint64_t all_files, std::uint64_t all_bytes) {
    stage = next;
    files = 0;
    bytes = 0;
    total_files = all_files;
    total_bytes = all_bytes;
  }
  void add(std::uint64_t more_files, std::uint64_t more_bytes) {
    files += more_files;
    bytes += more_bytes;
  }
  // kCancelled once somebody wants it to stop.
  Result<void> may_go_on() const {
    if (is_cancelled) return Error(ErrorCode::kCancelled, "cancelled");
    return {};
  }
};

}  // namespace sennit::storage
