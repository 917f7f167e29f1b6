#include "base/printable.h"

#include <gtest/gtest.h>

namespace sennit {
namespace {

TEST(Printable, ControlCharactersLoseTheirPower) {
  EXPECT_EQ(printable("train"), "train");
  EXPECT_EQ(printable("über 训练 ✓"), "über 训练 ✓");
  EXPECT_EQ(printable("a\nb\tc"), "a\\nb\\tc");
  EXPECT_EQ(printable("\033[2Jx\x7f"), "\\x1b[2Jx\\x7f");
  EXPECT_EQ(printable("\xc2\x9b"), "\\xc2\\x9b");           // C1: some terminals take it for ESC [
  EXPECT_EQ(printable("\xe2\x80\xae"), "\\xe2\\x80\\xae");  // right-to-left override
  EXPECT_EQ(printable("a\xff\xc3"), "a\\xff\\xc3");
}

TEST(CutToWidth, MarksWhatIsMissing) {
  EXPECT_EQ(cut_to_width("abcdef", 6), "abcdef");
  EXPECT_EQ(cut_to_width("abcdef", 4), "abc…");
  EXPECT_EQ(cut_to_width("训练训练", 4), "训…");
  EXPECT_EQ(cut_to_width("abc", 0), "");
}

TEST(CutInTheMiddle, KeepsBothEnds) {
  EXPECT_EQ(cut_in_the_middle("train-0001", 10), "train-0001");
  EXPECT_EQ(cut_in_the_middle("train-0001", 8), "trai…001");
  EXPECT_EQ(cut_in_the_middle("train-0001", 8, ".."), "tra..001");
  EXPECT_EQ(cut_in_the_middle("训练训练训练", 8), "训练…练");
  EXPECT_EQ(cut_in_the_middle("abc", 1), "…");
  EXPECT_EQ(cut_in_the_middle("abc", 1, ".."), ".");
  EXPECT_EQ(cut_in_the_middle("abc", 0), "");
}

}  // namespace
}  // namespace sennit
