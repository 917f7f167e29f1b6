#include "user/output_queue.h"

#include <gtest/gtest.h>

#include <random>

namespace sennit::user {
namespace {

using Stream = wire::Output::Stream;

Instant at_ms(std::int64_t ms) { return Instant::from_unix_us(ms * 1000); }

std::string take_all(OutputQueue& queue) {
  std::string text;
  while (auto output = queue.take_unsent()) text += output->bytes;
  return text;
}

TEST(OutputQueue, GivesOutInOrderWithPositions) {
  OutputQueue queue;
  queue.add(Stream::kStdout, at_ms(1), "abc");
  queue.add(Stream::kStderr, at_ms(1), "de");
  const auto first = queue.take_unsent();
  ASSERT_TRUE(first);
  EXPECT_EQ(*first, (wire::Output{0, Stream::kStdout, at_ms(1), "abc"}));
  const auto second = queue.take_unsent();
  ASSERT_TRUE(second);
  EXPECT_EQ(*second, (wire::Output{3, Stream::kStderr, at_ms(1), "de"}));
  EXPECT_FALSE(queue.take_unsent());
  EXPECT_EQ(queue.produced(), 5U);
  EXPECT_EQ(queue.unstored(), 5U);
}

TEST(OutputQueue, WhatWasNotStoredIsSentAgain) {
  OutputQueue queue;
  queue.add(Stream::kStdout, at_ms(1), "abcdef");
  queue.add(Stream::kStdout, at_ms(9), "ghi");
  EXPECT_EQ(take_all(queue), "abcdefghi");
  queue.rewind();
  queue.stored(4);
  EXPECT_EQ(take_all(queue), "efghi");
  queue.stored(9);
  queue.rewind();
  EXPECT_EQ(take_all(queue), "");
  EXPECT_EQ(queue.unstored(), 0U);
}

TEST(OutputQueue, ShortWritesOfAMomentTravelTogether) {
  OutputQueue queue;
  for (const char* piece : {"a", "b", "c"}) queue.add(Stream::kStdout, at_ms(1), piece);
  queue.add(Stream::kStderr, at_ms(1), "d");
  queue.add(Stream::kStderr, at_ms(3), "e");
  EXPECT_EQ(queue.take_unsent()->bytes, "abc");
  EXPECT_EQ(queue.take_unsent()->bytes, "d");
  EXPECT_EQ(queue.take_unsent()->bytes, "e");
}

TEST(OutputQueue, NothingIsAddedToWhatWasSent) {
  OutputQueue queue;
  queue.add(Stream::kStdout, at_ms(1), "a");
  EXPECT_EQ(take_all(queue), "a");
  queue.add(Stream::kStdout, at_ms(1), "b");
  EXPECT_EQ(take_all(queue), "b");
}

TEST(OutputQueue, IsFullAtItsLimitAlsoWithSingleLetters) {
  OutputQueue queue;
  std::size_t letters = 0;
  while (queue.has_room()) queue.add(Stream::kStdout, at_ms(static_cast<std::int64_t>(2 * ++letters)), "x");
  EXPECT_LT(letters, OutputQueue::kLimit / 100);
  queue.stored(queue.produced());
  EXPECT_TRUE(queue.has_room());
}

TEST(OutputQueue, MoreThanThereIsCountsAsAll) {
  OutputQueue queue;
  queue.add(Stream::kStdout, at_ms(1), "abc");
  queue.stored(~std::uint64_t{0});
  EXPECT_EQ(queue.unstored(), 0U);
  queue.add(Stream::kStdout, at_ms(1), "d");
  EXPECT_EQ(queue.take_unsent()->position, 3U);
}

// Whatever is sent, lost on the way and stored in part: what the other side puts together is what was written.
TEST(OutputQueue, NothingIsLostOrDoubledOverConnections) {
  for (unsigned seed = 1; seed <= 200; ++seed) {
    std::mt19937 dice(seed);
    OutputQueue queue;
    std::string written;
    std::string kept;     // by ctrl, for good
    std::string arrived;  // on this connection, not stored yet
    for (int step = 0; step < 300; ++step) {
      const std::string bytes(dice() % 9, static_cast<char>('a' + step % 26));
      switch (dice() % 4) {
        case 0:
          queue.add(static_cast<Stream>(dice() % 2), at_ms(step), bytes);
          written += bytes;
          break;
        case 1:
          if (const auto output = queue.take_unsent()) {
            ASSERT_EQ(output->position, kept.size() + arrived.size()) << "seed " << seed;
            arrived += output->bytes;
          }
          break;
        case 2: {
          const std::size_t part = arrived.empty() ? 0 : dice() % (arrived.size() + 1);
          kept += arrived.substr(0, part);
          arrived.erase(0, part);
          queue.stored(kept.size());
          break;
        }
        default:  // the connection breaks
          arrived.clear();
          queue.stored(kept.size());
          queue.rewind();
      }
    }
    queue.rewind();
    EXPECT_EQ(kept + take_all(queue), written) << "seed " << seed;
  }
}

}  // namespace
}  // namespace sennit::user
