#include "model/transfer.h"

#include <gtest/gtest.h>

namespace sennit {
namespace {

TEST(Transfer, WhatIsKnownIsTold) {
  EXPECT_EQ(progress_text({}), "0 B");
  EXPECT_EQ(
      progress_text(
          {.done = mebibytes(12), .total = mebibytes(30), .per_second = mebibytes(2), .files = 1, .total_files = 3}),
      "12 MiB of 30 MiB, 40%, 1 of 3 files, 2 MiB/s, 9.0 s left");
  EXPECT_EQ(
      progress_text({.done = mebibytes(3), .total = mebibytes(2), .per_second = {}, .files = 1, .total_files = 1}),
      "3 MiB of 2 MiB, 100%, 1 of 1 file");
}

TEST(Transfer, LongTimesHaveMinutesAndHours) {
  EXPECT_EQ(seconds_text(1.25), "1.2 s");
  EXPECT_EQ(seconds_text(245), "4 min 5 s");
  EXPECT_EQ(seconds_text(7'500), "2 h 5 min");
}

}  // namespace
}  // namespace sennit
