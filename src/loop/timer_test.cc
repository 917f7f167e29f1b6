#include "loop/timer.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace sennit::loop {
namespace {

using std::chrono::milliseconds;

class Timers : public testing::Test {
 protected:
  // Runs until `done`; the order of events is what is tested, never how long they take.
  template <class Condition>
  void run_until(Condition done) {
    while (!done()) loop.run_once();
  }
  Loop loop;
};

TEST_F(Timers, FireInTheOrderOfTheirDeadlines) {
  std::string trace;
  Timer late(loop);
  Timer early(loop);
  late.arm_after(milliseconds(4), [&] { trace += 'l'; });
  early.arm_after(milliseconds(1), [&] { trace += 'e'; });
  run_until([&] { return trace.size() == 2; });
  EXPECT_EQ(trace, "el");
}

TEST_F(Timers, EqualDeadlinesFireInTheOrderOfArming) {
  std::string trace;
  const Micros deadline = loop.clock().boot() + milliseconds(1);
  Timer a(loop);
  Timer b(loop);
  b.arm_at_boot(deadline, [&] { trace += 'b'; });
  a.arm_at_boot(deadline, [&] { trace += 'a'; });
  run_until([&] { return trace.size() == 2; });
  EXPECT_EQ(trace, "ba");
}

TEST_F(Timers, NeverFireEarly) {
  const Micros deadline = loop.clock().boot() + milliseconds(3);
  Micros fired{};
  Timer timer(loop);
  timer.arm_at_boot(deadline, [&] { fired = loop.clock().boot(); });
  run_until([&] { return fired.count() != 0; });
  EXPECT_GE(fired, deadline);
}

TEST_F(Timers, APastDeadlineFiresInTheComingTurnNotWithinTheCall) {
  bool fired = false;
  Timer timer(loop);
  timer.arm_at_boot(Micros(0), [&] { fired = true; });
  EXPECT_FALSE(fired);
  EXPECT_TRUE(timer.is_armed());
  loop.run_once();
  EXPECT_TRUE(fired);
  EXPECT_FALSE(timer.is_armed());
}

TEST_F(Timers, CancelledOneDoesNotFire) {
  bool cancelled_fired = false;
  bool done = false;
  Timer cancelled(loop);
  Timer after(loop);
  cancelled.arm_after(milliseconds(1), [&] { cancelled_fired = true; });
  after.arm_after(milliseconds(3), [&] { done = true; });
  cancelled.cancel();
  run_until([&] { return done; });
  EXPECT_FALSE(cancelled_fired);
}

TEST_F(Timers, ArmingAgainReplaces) {
  std::string trace;
  Timer timer(loop);
  timer.arm_after(milliseconds(1), [&] { trace += '1'; });
  timer.arm_after(milliseconds(2), [&] { trace += '2'; });
  run_until([&] { return !timer.is_armed(); });
  EXPECT_EQ(trace, "2");
}

TEST_F(Timers, RearmingItselfAtOnceLetsTheTurnEnd) {
  int fired = 0;
  Timer timer(loop);
  const auto again = [&](auto& self) -> void {
    timer.arm_at_boot(Micros(0), [&] {
      ++fired;
      self(self);
    });
  };
  again(again);
  loop.run_once();
  EXPECT_EQ(fired, 1);
  loop.run_once();
  EXPECT_EQ(fired, 2);
}

TEST_F(Timers, MayDestroyItselfAndOthersThatAreDue) {
  bool other_fired = false;
  auto first = std::make_unique<Timer>(loop);
  auto second = std::make_unique<Timer>(loop);
  first->arm_at_boot(Micros(1), [&] {
    first.reset();
    second.reset();
  });
  second->arm_at_boot(Micros(2), [&] { other_fired = true; });
  loop.run_once();
  EXPECT_EQ(first, nullptr);
  EXPECT_FALSE(other_fired);
}

TEST_F(Timers, WallClockTimersFire) {
  std::string trace;
  Timer past(loop);
  Timer soon(loop);
  Timer far(loop);
  far.arm_at(loop.clock().now() + std::chrono::hours(24), [&] { trace += 'f'; });
  soon.arm_at(loop.clock().now() + milliseconds(2), [&] { trace += 's'; });
  past.arm_at(Instant::from_unix_us(-5), [&] { trace += 'p'; });
  run_until([&] { return trace.size() == 2; });
  EXPECT_EQ(trace, "ps");
  EXPECT_TRUE(far.is_armed());
}

TEST_F(Timers, AnEndlessDelayDoesNotOverflow) {
  Timer forever(loop);
  Timer soon(loop);
  bool done = false;
  forever.arm_after(Micros::max(), [] { FAIL() << "fired"; });
  soon.arm_after(Micros(0), [&] { done = true; });
  run_until([&] { return done; });
  EXPECT_TRUE(forever.is_armed());
}

}  // namespace
}  // namespace sennit::loop
