#include "core/lane.h"

#include <gtest/gtest.h>

namespace sennit::core {
namespace {

std::vector<std::uint32_t> in_order(const Lane& lane) {
  std::vector<std::uint32_t> tasks;
  for (Lane::InOrder rest(lane); rest.peek(); rest.advance()) tasks.push_back(rest.peek()->value());
  return tasks;
}

TEST(Lane, WhatCameOutOfOrderIsSeenInOrder) {
  Lane lane({});
  for (const std::uint32_t task : {20U, 30U, 10U, 25U, 5U, 40U, 7U, 25U, 1U, 33U}) lane.push(TaskIndex(task));
  EXPECT_EQ(in_order(lane), (std::vector<std::uint32_t>{1, 5, 7, 10, 20, 25, 25, 30, 33, 40}));
  lane.pop();
  lane.pop();
  EXPECT_EQ(lane.front(), TaskIndex(7));
  EXPECT_EQ(in_order(lane), (std::vector<std::uint32_t>{7, 10, 20, 25, 25, 30, 33, 40}));
}

TEST(Lane, AnEmptyOneHasNoNext) {
  Lane lane({});
  EXPECT_FALSE(Lane::InOrder(lane).peek());
  lane.push(TaskIndex(3));
  lane.pop();
  EXPECT_FALSE(Lane::InOrder(lane).peek());
}

}  // namespace
}  // namespace sennit::core
