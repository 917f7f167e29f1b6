#include "storage/dataset/dataset_name.h"

#include <gtest/gtest.h>

namespace sennit::storage {
namespace {

TEST(DatasetNames, HaveABucketANameAndATag) {
  EXPECT_EQ(parse_dataset_name("digits").value(), (DatasetName{.bucket = "", .name = "digits", .tag = ""}));
  EXPECT_EQ(parse_dataset_name("team/digits:v2").value(),
            (DatasetName{.bucket = "team", .name = "digits", .tag = "v2"}));
  EXPECT_EQ(parse_dataset_name("digits:12").value().tag, "12");
  EXPECT_EQ(parse_dataset_name("team/digits:v2").value().text(), "team/digits:v2");
  EXPECT_EQ(parse_dataset_name("imagenet-1.2_a").value().name, "imagenet-1.2_a");
}

TEST(DatasetNames, ThatLeadSomewhereElseAreRefused) {
  const std::string too_long(129, 'a');
  for (const std::string& name : {std::string(), std::string("a/b/c"), std::string(".."), std::string("../a"),
                                  std::string("a/.."), std::string("/a"), std::string("a/"), std::string("a:"),
                                  std::string("a:b:c"), std::string("a b"), std::string("a\nb"), std::string("-rf"),
                                  std::string(".git"), std::string("a:../x"), std::string("ünï"), too_long}) {
    const auto parsed = parse_dataset_name(name);
    ASSERT_FALSE(parsed) << name;
    EXPECT_EQ(parsed.error().code(), ErrorCode::kInvalid);
    EXPECT_NE(parsed.error().message().find("letters, digits"), std::string::npos) << parsed.error().message();
  }
}

TEST(DatasetNames, TagsAreNeitherNumbersNorLatest) {
  EXPECT_TRUE(check_new_tag("best"));
  EXPECT_TRUE(check_new_tag("v1"));
  for (const char* tag : {"1", "007", "latest", "", "a/b", "a:b"}) EXPECT_FALSE(check_new_tag(tag)) << tag;
  EXPECT_EQ(version_number("12"), 12U);
  for (const char* tag : {"0", "-1", "1a", "", "99999999999"}) EXPECT_EQ(version_number(tag), std::nullopt) << tag;
}

}  // namespace
}  // namespace sennit::storage
