// A point in UTC time, to the microsecond. What events hold; durations are std::chrono::microseconds.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>

namespace sennit {

using Micros = std::chrono::microseconds;

class Instant {
 public:
  constexpr Instant() = default;  // the epoch; stands for "not yet" where a time is optional and space matters
  constexpr static Instant from_unix_us(std::int64_t us) { return Instant(us); }
  constexpr std::int64_t unix_us() const { return us_; }
  constexpr bool is_set() const { return us_ != 0; }

  friend constexpr auto operator<=>(Instant, Instant) = default;
  friend constexpr Instant operator+(Instant at, Micros d) { return Instant(at.us_ + d.count()); }
  friend constexpr Instant operator-(Instant at, Micros d) { return Instant(at.us_ - d.count()); }
  friend constexpr Micros operator-(Instant a, Instant b) { return Micros(a.us_ - b.us_); }

 private:
  constexpr explicit Instant(std::int64_t us) : us_(us) {}
  std::int64_t us_ = 0;
};

}  // namespace sennit
