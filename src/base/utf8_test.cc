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

TEST(AppendUtf8, IsReadBack) {
  for (const std::uint32_t value : {0x0U, 0x7FU, 0x80U, 0x7FFU, 0x800U, 0xFFFFU, 0x10000U, 0x10FFFFU}) {
    std::string text;
    append_utf8(text, value);
    const CodePoint point = first_code_point(text);
    EXPECT_EQ(point.value, value);
    EXPECT_EQ(point.bytes, text.size()) << value;
  }
}

TEST(DisplayWidth, IsThatOfTerminals) {
  EXPECT_EQ(display_width("a\u00e9\u00df\u2500\u2588\u2026\u2713\u25cf"), 8U);
  EXPECT_EQ(display_width("\u8bad\uac00\uff21\u3042"), 8U);
  for (const char* emoji :
       {"\U0001f680", "\U0001f525", "\u2705", "\u274c", "\u2b50", "\u26a1", "\U0001f7e2", "\U0001f9ea"})
    EXPECT_EQ(display_width(emoji), 2U) << emoji;
  for (const char* mark : {"\u0301", "\u200b", "\u200d", "\ufe0f", "\u0e31", "\u094d", "\ufeff", "\U000e0101"})
    EXPECT_EQ(display_width(mark), 0U) << mark;
  EXPECT_EQ(display_width("\xff\xe2"), 2U) << "bytes that are no characters";
}

}  // namespace
}  // namespace sennit
