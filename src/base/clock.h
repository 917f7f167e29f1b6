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

// Time for deadlines: it was that of the machine when it was anchored, and goes on by the clock that never jumps. So a
// limit of a minute is a minute, also when somebody sets the machine's time.
class AnchoredClock final : public Clock {
 public:
  // `clock` must outlive it.
  explicit AnchoredClock(const Clock& clock) : clock_(clock) { anchor(); }

  Instant now() const override { return anchored_at_ + (clock_.boot() - boot_then_); }
  Micros boot() const override { return clock_.boot(); }

  // Takes over the machine's time. For moments in which nothing has a deadline.
  void anchor() {
    anchored_at_ = clock_.now();
    boot_then_ = clock_.boot();
  }
  // Goes on from `latest`, which is known to be past, if the machine says that it is earlier: it was set back while
  // nobody looked. Else deadlines would be as much too late.
  void not_before(Instant latest) {
    if (now() >= latest) return;
    anchored_at_ = latest;
    boot_then_ = clock_.boot();
  }

 private:
  const Clock& clock_;
  Instant anchored_at_;
  Micros boot_then_{};
};

}  // namespace sennit
