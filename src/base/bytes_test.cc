#include "base/bytes.h"

#include <gtest/gtest.h>

namespace sennit {
namespace {

TEST(Bytes, AreReadInTheLargestUnitThatFits) {
  EXPECT_EQ(readable(Bytes(0)), "0 B");
  EXPECT_EQ(readable(Bytes(1023)), "1023 B");
  EXPECT_EQ(readable(kibibytes(1)), "1 KiB");
  EXPECT_EQ(readable(mebibytes(512)), "512 MiB");
  EXPECT_EQ(readable(Bytes(gibibytes(1).count() + mebibytes(512).count())), "1.5 GiB");
  EXPECT_EQ(readable(Bytes(gibibytes(2).count() - 4096)), "2.0 GiB");
  EXPECT_EQ(readable(Bytes(mebibytes(1).count() - 1)), "1.0 MiB");
  EXPECT_EQ(readable(Bytes(~std::uint64_t{0})), "16 EiB");
}

}  // namespace
}  // namespace sennit
