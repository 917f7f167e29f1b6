// How many rows are in each status: what aggregation and progress need, kept up to date in O(1) per move.
#pragma once

#include <array>
#include <cstdint>

#include "model/status.h"

namespace sennit::core {

class StatusCounts {
 public:
  constexpr void add(Status status, std::uint32_t rows = 1) {
    counts_[index(status)] += rows;
    total_ += rows;
  }
  constexpr void move(Status from, Status to) {
    --counts_[index(from)];
    ++counts_[index(to)];
  }
  constexpr std::uint32_t of(Status status) const { return counts_[index(status)]; }
  constexpr std::uint32_t total() const { return total_; }

  // Rows whose status satisfies `predicate`.
  template <class Predicate>
  constexpr std::uint32_t count_if(Predicate predicate) const {
    std::uint32_t sum = 0;
    for (int i = 0; i < kStatusCount; ++i) {
      if (predicate(static_cast<Status>(i))) sum += counts_[static_cast<std::size_t>(i)];
    }
    return sum;
  }
  constexpr std::uint32_t unfinished() const {
    return count_if([](Status s) { return !is_group_finished(s); });
  }

  // Told to stop, or never ran because something before it failed.
  constexpr std::uint32_t canceled() const { return of(Status::kFailedCanceled) + of(Status::kFailedUpstream); }
  // By themselves.
  constexpr std::uint32_t failed() const {
    return count_if([](Status s) { return is_failed(s); }) - canceled();
  }
  constexpr std::uint32_t in_queue() const {
    return count_if([](Status s) { return is_in_queue(s); });
  }

  friend constexpr bool operator==(const StatusCounts&, const StatusCounts&) = default;

 private:
  static constexpr std::size_t index(Status status) { return static_cast<std::size_t>(status); }

  std::array<std::uint32_t, kStatusCount> counts_{};
  std::uint32_t total_ = 0;
};

}  // namespace sennit::core
