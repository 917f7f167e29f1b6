#include "storage/location.h"

#include <gtest/gtest.h>

namespace sennit::storage {
namespace {

TEST(Location, IsAStorageOrADirectory) {
  struct Case {
    const char* text;
    const char* shown;
    const char* profile;
  };
  for (const Case& c :
       {Case{"s3://bucket", "s3://bucket", "s3://bucket"}, Case{"s3://bucket/a//", "s3://bucket/a/", "s3://bucket"},
        Case{"azure://account/box/a", "azure://account/box/a", "azure://account"},
        Case{"swift://host/AUTH_a/box", "swift://host/AUTH_a/box", "swift://host/AUTH_a"},
        Case{"tos://host/bucket/a", "tos://host/bucket/a", "tos://host/bucket"},
        Case{"file:///tmp/a b", "file:///tmp/a b", ""}}) {
    const Result<Location> location = parse_location(c.text);
    ASSERT_TRUE(location) << c.text;
    EXPECT_EQ(location->text(), c.shown);
    EXPECT_EQ(location->profile(), c.profile);
  }
}

TEST(Location, RefusesWhatNamesNoPlace) {
  for (const char* text : {"", "bucket", "http://host/a", "s3://", "azure://account", "file://a", "file:/a",
                           "s3://bucket/a\nb", "s3://bucket/\xff", "s3://bucket/a,b"}) {
    const Result<Location> location = parse_location(text);
    ASSERT_FALSE(location) << text;
    EXPECT_EQ(location.error().code(), ErrorCode::kInvalid);
  }
}

// rclone would clean the path, and leave the prefix.
TEST(Location, RefusesPathsThatLeadOut) {
  for (const char* text : {"s3://bucket/a/../../b", "s3://bucket/..", "file:///tmp/../etc", "s3://bucket/./a"}) {
    EXPECT_FALSE(parse_location(text)) << text;
  }
  EXPECT_TRUE(parse_location("s3://bucket/..a/b.."));
}

}  // namespace
}  // namespace sennit::storage
