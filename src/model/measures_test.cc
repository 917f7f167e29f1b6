#include "model/measures.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace sennit {
namespace {

constexpr AttemptId kAttempt{InstanceId(7), WorkflowKey(3), TaskIndex(12), 2};

TEST(Measures, ReportsSurvive) {
  const ProgressReport progress{kAttempt, Instant::from_unix_us(1234567), {{"step", 0}, {"loss", -1.5e-7}, {"", 2}}};
  std::string bytes;
  encode(progress, bytes);
  EXPECT_EQ(decode_progress_report(bytes).value(), progress);
  const UsageReport usage{.attempt = kAttempt,
                          .at = Instant::from_unix_us(99),
                          .cpu_thousandths = 1500,
                          .cpu_time = Micros(12),
                          .memory = Bytes(1ULL << 40),
                          .memory_limit = Bytes(5),
                          .read = Bytes(6),
                          .written = Bytes(7),
                          .gpus = {{3, 999, Bytes(8), Bytes(9), Instant::from_unix_us(10)}, {4, 0, {}, {}, {}}}};
  bytes.clear();
  encode(usage, bytes);
  EXPECT_EQ(decode_usage_report(bytes).value(), usage);
  EXPECT_FALSE(decode_usage_report(bytes.substr(0, bytes.size() - 1)).ok());
}

TEST(Measures, ProgressIsOneLine) {
  EXPECT_EQ(progress_line({{"step", 100}, {"total", 1000}, {"loss", 0.25}, {"learning_rate", 2e-5}, {"x", 1}}),
            "step 100/1000 10% loss 0.25 lr 2e-05");
  EXPECT_EQ(progress_line({{"epoch", 1}, {"epochs", 4}}), "25% epoch 1/4");
  EXPECT_EQ(progress_line({{"percent", 45.5}}), "45%");
  EXPECT_EQ(progress_line({{"step", 999}, {"total", 1000}}), "step 999/1000 99%");
  EXPECT_EQ(progress_line({{"loss", std::numeric_limits<double>::quiet_NaN()}}), "loss nan");
  EXPECT_EQ(progress_line({{"reward", 3}, {"queue", 1}, {"third", 1}}), "reward 3 queue 1");
  EXPECT_EQ(progress_line({}), "");
}

TEST(Measures, NonsenseIsNoPercentage) {
  EXPECT_FALSE(percent_of({{"step", 5}, {"total", 0}}));
  EXPECT_FALSE(percent_of({{"step", 2025}, {"total", 11}}));
  EXPECT_FALSE(percent_of({{"percent", -3}}));
  EXPECT_FALSE(percent_of({{"step", std::nan("")}, {"total", 5}}));
  EXPECT_EQ(percent_of({{"step", 5}, {"total", 5}}), 100);
}

}  // namespace
}  // namespace sennit
