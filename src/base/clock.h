// The seam between code and the clocks of the machine; only shell rooms hold one, `core` gets times as arguments.
#pragma once

#include "base/instant.h"

namespace sennit {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() const = 0;  // UTC, may jump
  virtual Micros boot() const = 0;  // since boot, sleep included, never jumps: for durations
};

// The machine's clocks. Thread-safe.
class SystemClock final : public Clock {
 public:
  Instant now() const override;
  Micros boot() const override;
};

}  // namespace sennit
