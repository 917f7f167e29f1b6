#include "wire/hello.h"

#include <gtest/gtest.h>

namespace sennit::wire {
namespace {

TEST(Hello, ComesBackAsWritten) {
  const auto range = parse_hello(format_hello({.min = 2, .max = 300}));
  ASSERT_TRUE(range.ok());
  EXPECT_EQ(range->min, 2U);
  EXPECT_EQ(range->max, 300U);
}

TEST(Hello, FieldsOfLaterReleasesAreSkipped) {
  const auto range = parse_hello(format_hello({.min = 1, .max = 1}) + std::string("\x7a\x03new", 5));
  ASSERT_TRUE(range.ok());
}

TEST(Hello, NonsenseIsCorrupt) {
  for (const std::string_view bytes : {"", "GET / HTTP/1.1", "\x08\x05\x10\x04", "\x08"}) {
    const auto range = parse_hello(bytes);
    ASSERT_FALSE(range.ok());
    EXPECT_EQ(range.error().code(), ErrorCode::kCorrupt);
  }
}

TEST(Hello, TheHighestCommonVersionIsTaken) {
  struct Row {
    ProtocolRange ours, theirs;
    std::uint32_t want;  // 0: none
  };
  for (const Row& row :
       {Row{{1, 3}, {2, 5}, 3}, Row{{4, 4}, {1, 9}, 4}, Row{{1, 1}, {2, 2}, 0}, Row{{3, 9}, {1, 2}, 0}}) {
    const auto version = common_version(row.ours, row.theirs);
    EXPECT_EQ(version.ok() ? *version : 0U, row.want);
  }
}

TEST(Hello, WithoutACommonVersionBothRangesAreNamed) {
  const auto version = common_version({.min = 1, .max = 2}, {.min = 3, .max = 4});
  ASSERT_FALSE(version.ok());
  EXPECT_EQ(version.error().code(), ErrorCode::kConflict);
  EXPECT_EQ(version.error().message(), "the peer speaks protocol versions 3 to 4, this release 1 to 2");
}

}  // namespace
}  // namespace sennit::wire
