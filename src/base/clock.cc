#include "base/clock.h"

#include <ctime>

namespace sennit {
namespace {

Micros read_clock(clockid_t id) {
  timespec ts{};
  ::clock_gettime(id, &ts);
  return Micros(static_cast<std::int64_t>(ts.tv_sec) * 1'000'000 + ts.tv_nsec / 1'000);
}

}  // namespace

Instant SystemClock::now() const { return Instant::from_unix_us(read_clock(CLOCK_REALTIME).count()); }

Micros SystemClock::boot() const { return read_clock(CLOCK_BOOTTIME); }

}  // namespace sennit
