#include "loop/lifetime.h"

#include <gtest/gtest.h>

#include <memory>

namespace sennit::loop {
namespace {

TEST(Lifetime, EveryNestedGuardLearnsOfTheEnd) {
  auto lifetime = std::make_unique<Lifetime>();
  const Lifetime::Guard outer(*lifetime);
  const Lifetime::Guard inner(*lifetime);
  EXPECT_FALSE(outer.ended());
  lifetime.reset();
  EXPECT_TRUE(outer.ended());
  EXPECT_TRUE(inner.ended());
}

TEST(Lifetime, AGuardThatIsGoneIsNotTold) {
  auto lifetime = std::make_unique<Lifetime>();
  const Lifetime::Guard outer(*lifetime);
  { const Lifetime::Guard inner(*lifetime); }
  lifetime.reset();
  EXPECT_TRUE(outer.ended());
}

}  // namespace
}  // namespace sennit::loop
