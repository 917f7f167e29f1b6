#include "wire/frame.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <string>
#include <vector>

namespace sennit::wire {
namespace {

struct Taken {
  FrameType type;
  std::string payload;
  bool operator==(const Taken&) const = default;
};

// Feeds `bytes` in pieces of at most `piece` and takes every frame that is whole.
Result<std::vector<Taken>> decode(FrameDecoder& decoder, std::string_view bytes, std::size_t piece) {
  std::vector<Taken> frames;
  while (!bytes.empty()) {
    const std::span<char> space = decoder.space();
    const std::size_t count = std::min({piece, space.size(), bytes.size()});
    std::memcpy(space.data(), bytes.data(), count);
    decoder.commit(count);
    bytes.remove_prefix(count);
    for (;;) {
      Frame frame;
      SENNIT_ASSIGN(const bool found, decoder.next(frame));
      if (!found) break;
      frames.push_back({frame.type, std::string(frame.payload)});
    }
  }
  return frames;
}

TEST(Frame, BytesAreAsTheFormatPageShows) {
  std::string bytes;
  append_frame(bytes, 0x0102, "hi");
  EXPECT_EQ(bytes, std::string_view("\x02\x00\x00\x00\x02\x01\x00\x00hi", 10));
}

TEST(Frame, EveryCutGivesTheSameFrames) {
  std::string bytes;
  std::vector<Taken> want;
  for (const std::size_t size : {0U, 1U, 7U, 300U, 70'000U, 200'000U, 3U}) {
    want.push_back({static_cast<FrameType>(size % 97), std::string(size, 'x')});
    append_frame(bytes, want.back().type, want.back().payload);
  }
  for (const std::size_t piece : {1U, 3U, 8U, 1000U, 65'536U, 1'000'000U}) {
    FrameDecoder decoder;
    const auto frames = decode(decoder, bytes, piece);
    ASSERT_TRUE(frames.ok());
    EXPECT_EQ(*frames, want) << "pieces of " << piece;
    EXPECT_TRUE(decoder.at_boundary());
  }
}

TEST(Frame, RandomSizesAndPiecesSurvive) {
  std::mt19937 random(7);
  std::string bytes;
  std::vector<Taken> want;
  for (int i = 0; i < 500; ++i) {
    const std::size_t size = random() % (i % 20 == 0 ? 300'000U : 300U);
    want.push_back({static_cast<FrameType>(i), std::string(size, static_cast<char>(i))});
    append_frame(bytes, want.back().type, want.back().payload);
  }
  FrameDecoder decoder;
  std::vector<Taken> got;
  for (std::string_view rest = bytes; !rest.empty();) {
    const std::size_t count = std::min<std::size_t>(rest.size(), 1 + random() % 200'000);
    auto frames = decode(decoder, rest.substr(0, count), count);
    ASSERT_TRUE(frames.ok());
    std::move(frames->begin(), frames->end(), std::back_inserter(got));
    rest.remove_prefix(count);
  }
  EXPECT_EQ(got, want);
}

TEST(Frame, AnUnfinishedFrameIsNoBoundary) {
  std::string bytes;
  append_frame(bytes, 1, "payload");
  for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
    FrameDecoder decoder;
    const auto frames = decode(decoder, std::string_view(bytes).substr(0, cut), cut);
    ASSERT_TRUE(frames.ok());
    EXPECT_TRUE(frames->empty());
    EXPECT_FALSE(decoder.at_boundary());
  }
}

TEST(Frame, TheLimitItselfPassesAndOneMoreIsNamed) {
  std::string bytes;
  append_frame(bytes, 1, "12345678");
  FrameDecoder at_limit{Bytes(8)};
  EXPECT_EQ(decode(at_limit, bytes, 100)->size(), 1U);
  FrameDecoder below{Bytes(7)};
  const auto frames = decode(below, bytes, 100);
  ASSERT_FALSE(frames.ok());
  EXPECT_EQ(frames.error().code(), ErrorCode::kCorrupt);
  EXPECT_EQ(frames.error().message(), "frame of 8 bytes is over the limit of 7");
}

TEST(Frame, ReservedBitsAreRefused) {
  FrameDecoder decoder;
  const auto frames = decode(decoder, std::string_view("\0\0\0\0\1\0\0\1", 8), 8);
  ASSERT_FALSE(frames.ok());
  EXPECT_EQ(frames.error().code(), ErrorCode::kCorrupt);
}

TEST(Frame, AnAnnouncedLengthAloneTakesNoMemory) {
  FrameDecoder decoder;
  ASSERT_TRUE(decode(decoder, std::string_view("\0\0\0\4\1\0\0\0start", 13), 13).ok());
  EXPECT_LE(decoder.space().size(), FrameDecoder::kReadBytes);
}

TEST(Frame, ALargeFrameGrowsTheBufferByDoubling) {
  std::string bytes;
  append_frame(bytes, 1, std::string(4'000'000, 'x'));
  FrameDecoder decoder;
  int growths = 0;
  std::size_t left = 0;
  for (std::string_view rest = bytes; !rest.empty();) {
    const std::span<char> space = decoder.space();
    if (space.size() > left) ++growths;
    const std::size_t count = std::min({std::size_t{1000}, space.size(), rest.size()});
    std::memcpy(space.data(), rest.data(), count);
    decoder.commit(count);
    left = space.size() - count;
    rest.remove_prefix(count);
  }
  EXPECT_LE(growths, 7);
  Frame frame;
  EXPECT_TRUE(*decoder.next(frame));
  EXPECT_EQ(frame.payload.size(), 4'000'000U);
}

TEST(Frame, MemoryOfALargeFrameIsGivenBack) {
  std::string bytes;
  append_frame(bytes, 1, std::string(8'000'000, 'x'));
  FrameDecoder decoder;
  ASSERT_TRUE(decode(decoder, bytes, 1'000'000).ok());
  EXPECT_EQ(decoder.space().size(), FrameDecoder::kReadBytes);
}

}  // namespace
}  // namespace sennit::wire
