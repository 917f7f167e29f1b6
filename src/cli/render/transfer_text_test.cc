#include "cli/render/transfer_text.h"

#include <gtest/gtest.h>

namespace sennit::cli {
namespace {

constexpr std::uint64_t kMiB = 1 << 20;

TEST(TransferText, TellsWhatIsKnown) {
  const storage::Progress all{
      .bytes = 512 * kMiB, .total_bytes = 2048 * kMiB, .files = 3, .total_files = 12, .rate = 64.0 * kMiB, .eta_s = 24};
  EXPECT_EQ(transfer_line(all, 100), "512 MiB of 2 GiB, 25%, 3 of 12 files, 64 MiB/s, 24.0 s left");
  EXPECT_EQ(transfer_line({}, 100), "0 B");
  EXPECT_EQ(transfer_line({.bytes = 3, .total_bytes = 2, .total_files = 1}, 100), "3 B of 2 B, 100%, 0 of 1 file");
  EXPECT_LE(transfer_line(all, 20).size(), 22U);  // the mark has three bytes
}

TEST(TransferText, TellsHowItWent) {
  const Micros took = std::chrono::seconds(4);
  EXPECT_EQ(transfer_summary({.files = 2, .bytes = 8 * kMiB, .unchanged = 0}, took),
            "2 files, 8 MiB in 4.0 s, 2 MiB/s");
  EXPECT_EQ(transfer_summary({.files = 1, .bytes = 0, .unchanged = 1}, took),
            "1 file, 0 B in 4.0 s; 1 was there already");
  EXPECT_EQ(transfer_summary({.files = 0, .bytes = 0, .unchanged = 3}, took),
            "nothing has changed: 3 were there already");
  EXPECT_EQ(transfer_summary({}, took), "no files");
}

}  // namespace
}  // namespace sennit::cli
