#include "model/resources.h"

#include <gtest/gtest.h>

namespace sennit {
namespace {

TEST(ParseGpus, ListsOfNumbers) {
  const auto read = [](std::string_view text) {
    const std::optional<GpuSet> gpus = parse_gpus(text);
    return gpus ? to_string(*gpus) : "unknown";
  };
  EXPECT_EQ(read("3,1"), "1,3");
  EXPECT_EQ(read(" 0, 2 ,63 "), "0,2,63");
  EXPECT_EQ(read(""), "");
  EXPECT_EQ(read("-1"), "");
  for (const char* text : {"64", "0,", ",0", "0,,1", "0;1", "0 1", "1.5", "0,-1", "GPU-8f2c", " "}) {
    EXPECT_EQ(read(text), "unknown") << text;
  }
}

TEST(ParseGpus, ReadsWhatIsWritten) {
  for (const GpuSet gpus : {GpuSet(), GpuSet::first(1), GpuSet::first(64), GpuSet::from_bits(0b1011)}) {
    EXPECT_EQ(parse_gpus(to_string(gpus)), gpus);
  }
}

TEST(ShareText, IsWrittenAsInFiles) {
  EXPECT_EQ(share_text(500), "0.5");
  EXPECT_EQ(share_text(250), "0.25");
  EXPECT_EQ(share_text(1), "0.001");
  EXPECT_EQ(share_text(1000), "1");
}

}  // namespace
}  // namespace sennit
