#include "tui/jobs/any_case.h"

#include <gtest/gtest.h>

namespace sennit::tui {
namespace {

TEST(AnyCase, LettersOfEitherCaseFit) {
  EXPECT_EQ(find_any_case("ValueError: no", "error"), 5U);
  EXPECT_EQ(find_any_case("running", "RUN"), 0U);
  EXPECT_EQ(find_any_case("训练 Über 🚀", "über"), std::string_view::npos);  // beyond ASCII as it is written
  EXPECT_EQ(find_any_case("训练 Über 🚀", "训练 Ü"), 0U);
  EXPECT_EQ(find_any_case("a[b", "A{B"), std::string_view::npos);  // no letters
}

TEST(AnyCase, NothingStandsEverywhere) {
  EXPECT_EQ(find_any_case("abc", ""), 0U);
  EXPECT_EQ(find_any_case("", ""), 0U);
  EXPECT_EQ(find_any_case("", "a"), std::string_view::npos);
  EXPECT_EQ(find_any_case("ab", "abc"), std::string_view::npos);
}

}  // namespace
}  // namespace sennit::tui
