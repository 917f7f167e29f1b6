#include "main/idle_watch.h"

#include <gtest/gtest.h>

namespace sennit::main {
namespace {

constexpr Micros kSoon{1000};

TEST(IdleWatch, GoesAfterTheLimitWithoutWork) {
  loop::Loop loop;
  int gone = 0;
  IdleWatch watch(
      loop, kSoon, [] { return false; }, [&] { ++gone; });
  watch.look();
  while (gone == 0) loop.run_once();
  EXPECT_EQ(gone, 1);
}

TEST(IdleWatch, WorkThatBeganMeanwhileKeepsIt) {
  loop::Loop loop;
  bool busy = false;
  bool gone = false;
  IdleWatch watch(
      loop, kSoon, [&] { return busy; }, [&] { gone = true; });
  watch.look();
  busy = true;
  loop.run_once();
  EXPECT_FALSE(gone);
  busy = false;
  watch.look();
  while (!gone) loop.run_once();
}

TEST(IdleWatch, WorkThatEndsWithoutAWordDoesNotKeepItForEver) {
  loop::Loop loop;
  int asked = 0;
  bool gone = false;
  IdleWatch watch(
      loop, kSoon, [&] { return ++asked < 3; }, [&] { gone = true; });
  watch.look();
  while (!gone) loop.run_once();
  EXPECT_EQ(asked, 3);
}

TEST(IdleWatch, LimitZeroMeansNever) {
  loop::Loop loop;
  bool gone = false;
  IdleWatch watch(
      loop, Micros{0}, [] { return false; }, [&] { gone = true; });
  watch.look();
  loop.post([] {});
  loop.run_once();
  EXPECT_FALSE(gone);
}

}  // namespace
}  // namespace sennit::main
