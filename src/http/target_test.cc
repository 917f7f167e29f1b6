#include "http/target.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sennit::http {
namespace {

using Segments = std::vector<std::string>;

TEST(Target, PathsAreTakenApartAndDecoded) {
  struct Row {
    std::string_view text;
    Segments want;
  };
  for (const Row& row : {Row{"/", {}}, Row{"/v1/workflows", {"v1", "workflows"}}, Row{"//v1//x/", {"v1", "x"}},
                         Row{"/a%2Fb/c%20d", {"a/b", "c d"}}, Row{"/a+b", {"a+b"}}, Row{"/x?y/z", {"x"}},
                         Row{"/x#y/z", {"x"}}, Row{"/%C3%A9", {"\xC3\xA9"}}, Row{"/...", {"..."}}}) {
    const auto target = parse_target(row.text);
    ASSERT_TRUE(target.ok()) << row.text;
    EXPECT_EQ(target->segments, row.want) << row.text;
  }
}

TEST(Target, QueriesAreDecodedInOrder) {
  const auto target = parse_target("/x?a=1&b=%26+%3D&&flag&a=2&=e");
  ASSERT_TRUE(target.ok());
  EXPECT_EQ(target->path, "/x");
  ASSERT_EQ(target->query.size(), 5U);
  EXPECT_EQ(*target->find("a"), "1");
  EXPECT_EQ(*target->find("b"), "& =");
  EXPECT_EQ(*target->find("flag"), "");
  EXPECT_EQ(target->query[3].value, "2");
  EXPECT_EQ(target->find("c"), nullptr);
}

TEST(Target, NonsenseIsRefused) {
  for (const std::string_view text : {"", "x", "*", "http://host/x", "/%", "/%4", "/%zz", "/%00", "/a/../b",
                                      "/%2e%2e/x", "/./x", "/x?a=%", "/x?%q=1"}) {
    const auto target = parse_target(text);
    ASSERT_FALSE(target.ok()) << text;
    EXPECT_EQ(target.error().code(), ErrorCode::kInvalid);
  }
}

TEST(Target, EveryByteButNulComesBackFromItsEncoding) {
  std::string all;
  for (int c = 1; c < 256; ++c) all.push_back(static_cast<char>(c));
  const auto target = parse_target("/" + encode_component(all) + "?q=" + encode_component(all));
  ASSERT_TRUE(target.ok());
  EXPECT_EQ(target->segments, Segments{all});
  EXPECT_EQ(*target->find("q"), all);
  EXPECT_EQ(encode_component("a-Z_0.~ /"), "a-Z_0.~%20%2F");
}

}  // namespace
}  // namespace sennit::http
