#include "base/utf8.h"

#include <gtest/gtest.h>

namespace sennit {
namespace {

TEST(WholeCodePoints, NothingIsCutInTwo) {
  const std::string_view text = "a\u00e9\u8bad\U0001f680z";  // of 1, 2, 3, 4 and 1 bytes
  const std::size_t want[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11, 11};
  for (std::size_t limit = 0; limit < std::size(want); ++limit) {
    EXPECT_EQ(whole_code_points(text, limit), want[limit]) << limit;
  }
}

TEST(WholeCodePoints, BytesThatAreNotUtf8AreCutAnywhere) {
  EXPECT_EQ(whole_code_points("\xa9\xa9\xa9\xa9\xa9", 3), 3U);
  EXPECT_EQ(whole_code_points("ab\xe2\x9c", 3), 3U) << "its end is missing already";
}

}  // namespace
}  // namespace sennit
