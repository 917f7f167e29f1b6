#include "spec/label_selector.h"

#include <gtest/gtest.h>

#include "spec/label_policy.h"

namespace sennit::spec {
namespace {

using Patterns = std::vector<std::string>;

Patterns patterns_of(std::string_view text) {
  const Result<LabelSelector> selector = parse_label_selector(text);
  return selector ? selector->patterns : Patterns{};
}

TEST(LabelSelector, ExpandsAlternativesInOrder) {
  EXPECT_EQ(patterns_of("a=b"), (Patterns{"b"}));
  EXPECT_EQ(patterns_of("a=x_(a|b)_(c|d)"), (Patterns{"x_a_c", "x_a_d", "x_b_c", "x_b_d"}));
  EXPECT_EQ(patterns_of("a=(b|b|**)"), (Patterns{"b", "*"}));
  EXPECT_EQ(patterns_of("a=(x*|*)*"), (Patterns{"x*", "*"}));
}

TEST(LabelSelector, RefusesWhatNoLabelCanBe) {
  for (const char* bad : {"", "a", "a=", "=b", "a=b c", "a=-b", "a=*-", "a=(x|)", "a=(x)", "a=()", "a=(x|(y|z))",
                          "a=(x|y", "a=x)", "a=x|y", "A.b/c=x"})
    EXPECT_FALSE(parse_label_selector(bad)) << bad;
}

TEST(LabelSelector, HasLimits) {
  EXPECT_EQ(patterns_of("a=(a|b)(a|b)(a|b)(a|b)(a|b)").size(), kMaxSelectorPatterns);
  EXPECT_FALSE(parse_label_selector("a=(a|b)(a|b)(a|b)(a|b)(a|b)(a|b)"));
  EXPECT_FALSE(parse_label_selector("a=" + std::string(kMaxSelectorBytes, 'x')));
}

TEST(LabelSelector, MatchesTheWholeValue) {
  const auto is = [](std::string_view selector, std::string_view value) {
    return matches(*parse_label_selector(selector), value);
  };
  EXPECT_TRUE(is("a=b", "b"));
  EXPECT_FALSE(is("a=b", "bb"));
  EXPECT_FALSE(is("a=b", "B"));
  EXPECT_TRUE(is("a=*", "anything"));
  EXPECT_TRUE(is("a=x*y*z", "xaybz"));
  EXPECT_TRUE(is("a=x*y", "xy"));
  EXPECT_FALSE(is("a=x*x", "x"));
  EXPECT_TRUE(is("a=*ab", "aab"));
  EXPECT_TRUE(is("a=(u|v)*", "v1"));
  EXPECT_FALSE(is("a=(u|v)*", "w1"));
}

TEST(Labels, AssignmentsAreKeyAndValue) {
  EXPECT_EQ(*parse_label("a.b/c=d"), std::pair(std::string("a.b/c"), std::string("d")));
  for (const char* bad : {"a", "a=", "=b", " a=b", "a= b", "a==b"}) EXPECT_FALSE(parse_label(bad)) << bad;
}

TEST(Labels, PrefixMustMakeAName) {
  using Map = std::map<std::string, std::string>;
  EXPECT_EQ(*prefixed_labels({{"a", "b"}}, ""), (Map{{"a", "b"}}));
  EXPECT_EQ(*prefixed_labels({{"a", "b"}}, "x.io/"), (Map{{"x.io/a", "b"}}));
  EXPECT_FALSE(prefixed_labels({{"y.io/a", "b"}}, "x.io/"));
}

TEST(LabelPolicy, ChecksPresenceAndValue) {
  LabelPolicy policy{"team", {"infra", "ml"}, LabelEnforcement::kEnforce};
  EXPECT_EQ(check_label(policy, {{"team", "ml"}}), LabelVerdict::kFine);
  EXPECT_EQ(check_label(policy, {{"team", "x"}}), LabelVerdict::kNotAllowed);
  EXPECT_EQ(check_label(policy, {}), LabelVerdict::kMissing);
  policy.allowed.clear();
  EXPECT_EQ(check_label(policy, {{"team", "x"}}), LabelVerdict::kFine);
  policy.enforcement = LabelEnforcement::kOff;
  EXPECT_EQ(check_label(policy, {}), LabelVerdict::kNotChecked);
}

}  // namespace
}  // namespace sennit::spec
