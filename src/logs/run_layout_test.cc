#include "logs/run_layout.h"

#include <gtest/gtest.h>

namespace sennit::logs {
namespace {

TEST(RunLayout, NamesEveryFileOfAnAttempt) {
  const RunLayout layout = run_layout("/s/runs/flow-1", "train", 2);
  EXPECT_EQ(layout.dir, "/s/runs/flow-1/train/2");
  EXPECT_EQ(layout.log, "/s/runs/flow-1/train/2/log");
  EXPECT_EQ(layout.index, "/s/runs/flow-1/train/2/log.idx");
  EXPECT_EQ(layout.output, "/s/runs/flow-1/" + relative_output_dir("train", 2));
}

TEST(RunLayout, FreeTextStaysBelowTheRunsDirectory) {
  struct Case {
    std::string name, want;
  };
  const Case cases[] = {{"train-1.b_c", "train-1.b_c"},
                        {"..", "%2E."},
                        {".hidden", "%2Ehidden"},
                        {"a/b", "a%2Fb"},
                        {"a%2Fb", "a%252Fb"},
                        {"lr=1e-3", "lr=1e-3"},
                        {"two words", "two%20words"},
                        {"", "%"},
                        {"größe", "größe"},
                        {std::string("a\0b", 3), "a%00b"}};
  for (const Case& c : cases) EXPECT_EQ(path_component(c.name), c.want);
}

TEST(RunLayout, LongNamesFitAndStayDifferent) {
  const std::string a = path_component(std::string(300, 'a') + "1");
  const std::string b = path_component(std::string(300, 'a') + "2");
  EXPECT_EQ(a.size(), 255U);
  EXPECT_NE(a, b);
  EXPECT_EQ(path_component(std::string(255, 'a')), std::string(255, 'a'));
}

}  // namespace
}  // namespace sennit::logs
