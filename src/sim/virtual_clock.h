// A clock that stands still until it is moved.
#pragma once

#include <algorithm>

#include "base/clock.h"

namespace sennit::sim {

class VirtualClock final : public Clock {
 public:
  Instant now() const override { return now_; }
  Micros boot() const override { return now_ - start(); }
  void move_to(Instant at) { now_ = std::max(now_, at); }

  static constexpr Instant start() { return Instant::from_unix_us(1'700'000'000'000'000); }

 private:
  Instant now_ = start();
};

}  // namespace sennit::sim
