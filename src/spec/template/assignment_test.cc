#include "spec/template/assignment.h"

#include <gtest/gtest.h>

#include <cmath>

#include "spec/template/render.h"

namespace sennit::spec::tmpl {
namespace {

std::string shown(std::string_view argument) {
  const auto parsed = parse_set(argument);
  if (!parsed) return "error";
  const std::string source = "{{ v }} {{ v is string }}";
  const RenderResult result = render(source, {{"v", parsed->value}}, {});
  return result.ok() ? result.value().text : result.error().message;
}

TEST(ParseSet, GuessesNumbersAsPython) {
  const std::pair<const char*, const char*> cases[] = {
      {"v=5", "5 False"},
      {"v=+5", "5 False"},
      {"v=-5", "-5 False"},
      {"v=007", "7 False"},
      {"v=1_000", "1000 False"},
      {"v=_1", "_1 True"},
      {"v=1__0", "1__0 True"},
      {"v=1_", "1_ True"},
      {"v= 5 ", "5 False"},
      {"v=0x10", "0x10 True"},
      {"v=0b1", "0b1 True"},
      {"v=1e3", "1000.0 False"},
      {"v=1e22", "1e+22 False"},
      {"v=1e400", "inf False"},
      {"v=nan", "nan False"},
      {"v=-inf", "-inf False"},
      {"v=Infinity", "inf False"},
      {"v=.5", "0.5 False"},
      {"v=5.", "5.0 False"},
      {"v=-0.0", "-0.0 False"},
      {"v=0.1", "0.1 False"},
      {"v=1_0.5", "10.5 False"},
      {"v=true", "true True"},
      {"v=[1,2]", "[1,2] True"},
      {"v=", " True"},
      {"v=a=b", "a=b True"},
      {"v=1 2", "1 2 True"},
      {"v=1e", "1e True"},
      {"v=--5", "--5 True"},
      {"v=+", "+ True"},
      {"v=.", ". True"},
      {"v=12345678901234567890123", "12345678901234567890123 False"},
      {"v=-9223372036854775808", "-9223372036854775808 False"},
      {"v=9223372036854775808", "9223372036854775808 False"},
  };
  for (const auto& [argument, expected] : cases) EXPECT_EQ(shown(argument), expected) << argument;
}

TEST(ParseSet, TakesIntegersOfManyDigitsForFloats) {
  EXPECT_EQ(shown("v=" + std::string(4300, '7')), std::string(4300, '7') + " False");
  EXPECT_EQ(shown("v=" + std::string(4301, '7')), "inf False");
}

TEST(ParseSet, KeepsTheNameAsItIsWritten) {
  EXPECT_EQ(parse_set(" a.b =5").value().name, " a.b ");
  EXPECT_EQ(parse_set("=1").value().name, "");
}

TEST(ParseSet, NeedsAnEqualsSign) {
  EXPECT_EQ(parse_set("novalue").error().code(), ErrorCode::kInvalid);
  EXPECT_EQ(parse_set_string("novalue").error().code(), ErrorCode::kInvalid);
}

TEST(ParseSetString, NeverGuesses) {
  const auto parsed = parse_set_string("v=007");
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(std::get<std::string>(parsed->value.data()), "007");
}

}  // namespace
}  // namespace sennit::spec::tmpl
