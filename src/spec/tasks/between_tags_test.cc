#include "spec/tasks/between_tags.h"

#include <gtest/gtest.h>

namespace sennit::spec {
namespace {

TEST(BetweenTags, EveryOtherByteStaysWhereItIs) {
  EXPECT_EQ(between_tags("a\n{% if x %}\nb: {{ c }}d\n{#- x -#}e"), "a\n          \nb: xxxxxxxd\n         e");
  EXPECT_EQ(between_tags("{a: {b: 1}} {"), "{a: {b: 1}} {");
}

TEST(BetweenTags, EndsOfLinesStayWithinTags) { EXPECT_EQ(between_tags("{% if\r\n x %}y"), "     \r\n     y"); }

TEST(BetweenTags, ATagWithoutAnEndEndsWithItsLine) {
  EXPECT_EQ(between_tags("{% if x\na: {{ b\n{{ c }}"), "       \na: xxxx\nxxxxxxx");
  EXPECT_EQ(between_tags("a{%"), "a  ");
}

TEST(BetweenTags, TextOfAnotherPlaceIsNotRead) {
  EXPECT_FALSE(between_tags("{%- macro x() -%}a{% endmacro %}").has_value());
  EXPECT_FALSE(between_tags("{% raw %}{{{% endraw %}").has_value());
  EXPECT_TRUE(between_tags("{% rawer %}").has_value());
}

}  // namespace
}  // namespace sennit::spec
