#include "spec/write/canonical.h"
#include "spec/exit_actions.h"

#include <gtest/gtest.h>

#include "base/base64.h"
#include "spec/values.h"

namespace sennit::spec {
namespace {

using Entries = std::vector<std::pair<std::string, std::string>>;

TEST(Canonical, QuantitiesTakeTheLargestUnitThatFits) {
  EXPECT_EQ(quantity_text(gibibytes(16)), "16Gi");
  EXPECT_EQ(quantity_text(mebibytes(1536)), "1536Mi");
  EXPECT_EQ(quantity_text(kibibytes(1)), "1Ki");
  EXPECT_EQ(quantity_text(Bytes(1000)), "1000B");
  EXPECT_EQ(quantity_text(Bytes(std::uint64_t{1} << 60)), "1048576Ti");
  EXPECT_EQ(quantity_text(Bytes()), "0B");
}

TEST(Canonical, DurationsTakeTheLargestUnitThatFits) {
  EXPECT_EQ(duration_text(std::chrono::hours(48)), "2d");
  EXPECT_EQ(duration_text(std::chrono::minutes(90)), "90m");
  EXPECT_EQ(duration_text(Micros(1'500'000)), "1500ms");
  EXPECT_EQ(duration_text(Micros(-5'000'000)), "-5s");
  EXPECT_EQ(duration_text(Micros{}), "0s");
  EXPECT_EQ(duration_text(Micros(1)), "1us");
}

TEST(Canonical, WhatIsWrittenIsReadAsTheSame) {
  for (const std::int64_t us : {1L, 999L, 1'000L, 60'000'000L, -86'400'000'001L, 9'007'199'254'740'993L}) {
    EXPECT_EQ(parse_duration(duration_text(Micros(us))), Micros(us));
  }
  for (const std::uint64_t bytes : {1UL, 1023UL, 1024UL, 1UL << 53, (1UL << 53) + 2, 1UL << 60}) {
    EXPECT_EQ(parse_quantity(quantity_text(Bytes(bytes))), Bytes(bytes));
  }
}

TEST(Canonical, ExitActionsKeepTheirOrder) {
  using enum ExitActionKind;
  EXPECT_EQ(exit_action_entries(std::vector<ExitAction>{{kComplete, 0, 0}, {kComplete, 3, 5}, {kFail, 1, 1}}),
            (Entries{{"COMPLETE", "0,3-5"}, {"FAIL", "1"}}));
  EXPECT_EQ(
      exit_action_entries(std::vector<ExitAction>{{kFail, 1, 1}, {kComplete, 1, 2}, {kFail, 2, 2}, {kComplete, 3, 3}}),
      (Entries{{"FAIL", "1"}, {"COMPLETE", "1-2"}, {"fAIL", "2"}, {"cOMPLETE", "3"}}));
}

TEST(Canonical, DollarsAndBracesStandForThemselves) {
  EXPECT_EQ(without_variables("a ${B} $${C} $ {"), "a $${B} $$${C} $ {");
  EXPECT_EQ(without_variables("${${"), "$${$${");
}

TEST(Base64, RoundTrip) {
  std::string bytes;
  for (int length = 0; length < 300; ++length) {
    EXPECT_EQ(decode_base64(encode_base64(bytes)), bytes);
    bytes.push_back(static_cast<char>(length * 7));
  }
  EXPECT_EQ(encode_base64("hello"), "aGVsbG8=");
}

}  // namespace
}  // namespace sennit::spec
