#include "loop/callback.h"

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>

namespace sennit::loop {
namespace {

TEST(Callback, EmptyIsFalse) {
  const Callback<void()> none;
  EXPECT_FALSE(none);
}

TEST(Callback, PassesArgumentsAndReturns) {
  Callback<std::string(std::string, int)> join = [](std::string text, int n) { return text + std::to_string(n); };
  EXPECT_EQ(join("a", 1), "a1");
}

TEST(Callback, SmallAndLargeCapturesSurviveMoving) {
  auto counted = std::make_shared<int>(5);
  const std::array<char, 200> large{'x'};
  Callback<int()> small = [counted] { return *counted; };
  Callback<int()> big = [counted, large] { return *counted + large[0]; };
  Callback<int()> moved = std::move(small);
  small = std::move(big);
  EXPECT_EQ(moved(), 5);
  EXPECT_EQ(small(), 5 + 'x');
  moved.reset();
  small = Callback<int()>();
  EXPECT_EQ(counted.use_count(), 1);
}

TEST(Callback, KeepsStateBetweenCalls) {
  Callback<int()> next = [n = 0]() mutable { return ++n; };
  EXPECT_EQ(next(), 1);
  EXPECT_EQ(next(), 2);
}

TEST(Callback, TakesReferences) {
  int value = 1;
  Callback<void(int&)> add = [](int& n) { ++n; };
  add(value);
  EXPECT_EQ(value, 2);
}

}  // namespace
}  // namespace sennit::loop
