#include "client/readiness.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>

#include "base/unique_fd.h"

namespace sennit::client {
namespace {

TEST(Readiness, EachKindSurvivesItsLine) {
  for (const auto& [kind, error] :
       {std::pair(Readiness::Kind::kReady, std::string()), std::pair(Readiness::Kind::kTaken, std::string()),
        std::pair(Readiness::Kind::kError, std::string("store.db: not a database"))}) {
    const Result<Readiness> back = parse_readiness(format_readiness({.kind = kind, .error = error}));
    ASSERT_TRUE(back.ok());
    EXPECT_EQ(back->kind, kind);
    EXPECT_EQ(back->error, error);
  }
}

TEST(Readiness, LineEndsWithinAnErrorBecomeSpaces) {
  EXPECT_EQ(format_readiness({.kind = Readiness::Kind::kError, .error = "one\ntwo"}), "error one two\n");
}

TEST(Readiness, SilenceAndNonsenseAreCorrupt) {
  for (const char* text : {"", "rea", "ready", "hello\n"}) {
    const Result<Readiness> parsed = parse_readiness(text);
    ASSERT_FALSE(parsed.ok()) << text;
    EXPECT_EQ(parsed.error().code(), ErrorCode::kCorrupt);
  }
}

TEST(Readiness, AnnounceWritesAndCloses) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  const UniqueFd reader(ends[0]);
  announce(ends[1], {});
  std::array<char, 64> buffer{};
  EXPECT_EQ(::read(reader.get(), buffer.data(), buffer.size()), 6);
  EXPECT_EQ(std::string(buffer.data(), 6), "ready\n");
  EXPECT_EQ(::read(reader.get(), buffer.data(), buffer.size()), 0);
}

}  // namespace
}  // namespace sennit::client
