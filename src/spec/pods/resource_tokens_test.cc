#include "spec/pods/resource_tokens.h"

#include <gtest/gtest.h>

#include "spec/pods/resource_assertion.h"

namespace sennit::spec {
namespace {

std::string cache(const std::optional<std::string>& storage, std::string_view size) {
  const Result<std::string> token = cache_token(storage, size);
  return token ? *token : "refused";
}

TEST(ResourceTokens, CacheIsAShareOrAnAmount) {
  EXPECT_EQ(cache("10Gi", ""), "9Gi");
  EXPECT_EQ(cache("7Gi", "33%"), "2Gi");
  EXPECT_EQ(cache("10Gi", "100.9%"), "10Gi") << "whole percents count";
  EXPECT_EQ(cache("10Gi", "-0%"), "0Gi");
  EXPECT_EQ(cache("10Gi", "2Gi"), "2Gi");
  EXPECT_EQ(cache("10Gi", "16"), "0.015625Ki");
  EXPECT_EQ(cache(std::nullopt, ""), "0MiB");
  EXPECT_EQ(cache(std::nullopt, "50%"), "0MiB");
  for (const char* bad : {"101%", "-1%", "-0.5%", "x%", "%", "nan%", "inf%", "2gi"})
    EXPECT_EQ(cache("10Gi", bad), "refused") << bad;
}

std::string text_of(const tmpl::Value& value) {
  const auto* text = std::get_if<std::string>(&value.data());
  return text != nullptr ? *text : "";
}

TEST(ResourceTokens, DefaultsFillWhatIsNotAskedFor) {
  ResourceText resource;
  resource.memory = "2G";
  resource.nodes_excluded = {"n1", "n2"};
  const tmpl::Variables defaults = {{"USER_CPU", 2}, {"USER_MEMORY", "1Gi"}, {"SITE", "x"}, {"USER_CACHE", "5Gi"}};
  const Result<tmpl::Variables> tokens = resource_tokens(resource, "", defaults);
  ASSERT_TRUE(tokens);
  EXPECT_EQ(std::get<std::int64_t>(tokens->at("USER_CPU").data()), 2);
  EXPECT_EQ(text_of(tokens->at("USER_MEMORY")), "2G");
  EXPECT_EQ(text_of(tokens->at("USER_MEMORY_UNIT")), "G");
  EXPECT_EQ(std::get<double>(tokens->at("USER_MEMORY_Mi").data()), 2048);
  EXPECT_TRUE(std::holds_alternative<std::monostate>(tokens->at("USER_GPU").data()));
  EXPECT_EQ(text_of(tokens->at("USER_EXCLUDED_NODES")), "ARRAY:[n1,n2]");
  EXPECT_EQ(text_of(tokens->at("USER_CACHE")), "5Gi");
  EXPECT_EQ(text_of(tokens->at("SITE")), "x");
}

std::string judged(std::string_view comparison, std::string left, std::string right) {
  ResourceText resource;
  resource.memory = "4Gi";
  const tmpl::Variables tokens = resource_tokens(resource, "", {{"USER_CPU", 2}}).value();
  const Result<bool> result = holds({*parse_comparison(comparison), std::move(left), std::move(right)}, tokens);
  if (!result) return result.error().message();
  return *result ? "holds" : "does not";
}

TEST(ResourceAssertion, ComparesAmountsNumbersAndText) {
  EXPECT_EQ(judged("LE", "{{USER_MEMORY}}", "4096Mi"), "holds");
  EXPECT_EQ(judged("LT", "{{USER_CPU}}", "10"), "holds") << "as numbers, not as text";
  EXPECT_EQ(judged("GE", "{{ USER_CPU }}", "2.5"), "does not");
  EXPECT_EQ(judged("GT", "b", "a"), "holds");
  EXPECT_EQ(judged("EQ", "", ""), "holds");
  EXPECT_EQ(judged("EQ", "5", "five"), "does not");
}

TEST(ResourceAssertion, SaysWhatCannotBeCompared) {
  EXPECT_EQ(judged("LT", "5", "abc"), "the number 5.0 and the text 'abc' cannot be compared");
  EXPECT_EQ(judged("LE", "{{USER_MEMORY}} * 0.8", "4Gi"),
            "the text '4Gi * 0.8' and the number 4194304.0 cannot be compared");
  EXPECT_EQ(judged("LE", "{{USER_GPU}}", "1"), "the text 'None' and the number 1.0 cannot be compared");
  EXPECT_EQ(judged("LE", "4GB", "1"), "'4GB' has an unknown unit");
  EXPECT_EQ(judged("LE", "{{nothing}}", "1"), "'{{nothing}}' cannot be filled in: 'nothing' is undefined");
  EXPECT_EQ(parse_comparison("NE"), std::nullopt);
}

}  // namespace
}  // namespace sennit::spec
