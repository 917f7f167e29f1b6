#include "base/clock.h"

#include <gtest/gtest.h>

namespace sennit {
namespace {

class SetClock final : public Clock {
 public:
  Instant now() const override { return wall; }
  Micros boot() const override { return up; }
  Instant wall = Instant::from_unix_us(1'000'000'000);
  Micros up{50};
};

TEST(AnchoredClock, DoesNotFollowATimeThatIsSet) {
  SetClock machine;
  AnchoredClock clock(machine);
  const Instant before = clock.now();
  machine.wall = machine.wall + std::chrono::hours(1);
  machine.up += Micros(7);
  EXPECT_EQ(clock.now() - before, Micros(7));
  clock.anchor();
  EXPECT_EQ(clock.now(), machine.wall);
}

TEST(AnchoredClock, GoesOnFromWhatIsKnownToBePast) {
  SetClock machine;
  AnchoredClock clock(machine);
  const Instant latest = clock.now() + std::chrono::hours(1);
  clock.not_before(latest);
  EXPECT_EQ(clock.now(), latest);
  machine.up += Micros(7);
  EXPECT_EQ(clock.now(), latest + Micros(7));
  clock.not_before(latest);  // it is not
  EXPECT_EQ(clock.now(), latest + Micros(7));
}

}  // namespace
}  // namespace sennit
