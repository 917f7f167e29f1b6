#include "base/base64.h"

#include <gtest/gtest.h>

namespace sennit {
namespace {

TEST(Base64, ReadsAsPythonDoes) {
  EXPECT_EQ(decode_base64("aGVsbG8="), "hello");
  EXPECT_EQ(decode_base64("aGVs\nbG8="), "hello");
  EXPECT_EQ(decode_base64(""), "");
  EXPECT_EQ(decode_base64("eA=="), "x");
  for (const char* bad : {"x", "eA", "eA=", "abcde"}) EXPECT_FALSE(decode_base64(bad)) << bad;
}

}  // namespace
}  // namespace sennit
