#include "spec/storage_url.h"

#include <gtest/gtest.h>

namespace sennit::spec {
namespace {

TEST(StorageUrl, EachSchemeHasItsParts) {
  struct Case {
    std::string url, container, path, profile, container_url, link;
  };
  const Case cases[] = {
      {"s3://b/x//", "b", "x/", "s3://b", "s3://b", "https://b.s3.eu-1.amazonaws.com/x"},
      {"gs://b", "b", "", "gs://b", "gs://b", "https://storage.googleapis.com/storage/v1/b/b/o"},
      {"tos://h/b/x/y", "b", "x/y", "tos://h/b", "tos://h/b", "https://b.h/x/y"},
      {"azure://a/c/x", "c", "x", "azure://a", "azure://a/c", "https://a.blob.core.windows.net/c/x"},
      {"swift://h/n/c/x", "c", "x", "swift://h/n", "swift://h/n/c", "https://h/v1/n/c/x"},
  };
  for (const Case& c : cases) {
    const std::optional<StorageUrl> url = parse_storage_url(c.url);
    ASSERT_TRUE(url) << c.url;
    EXPECT_EQ(url->container, c.container);
    EXPECT_EQ(url->path, c.path);
    EXPECT_EQ(url->profile(), c.profile);
    EXPECT_EQ(url->container_url(), c.container_url);
    EXPECT_EQ(url->link("eu-1"), c.link);
  }
}

TEST(StorageUrl, WhatNamesNoContainerIsNone) {
  for (const char* bad :
       {"", "s3:", "s3://", "s3:///x", "S3://b", "s3://b//x", "s3://b/a,b", "s3://b/*", "s3://b/;", " s3://b",
        "tos://\n/b", "azure://a", "azure://a/", "tos://h", "swift://h/n", "http://h/b", "s3://[::1]/x"})
    EXPECT_FALSE(parse_storage_url(bad)) << bad;
}

TEST(StorageUrl, KeysMayHaveQuestionMarksAndHashes) {
  EXPECT_EQ(parse_storage_url("s3://b/run?1#2")->path, "run?1#2");
  EXPECT_EQ(parse_storage_url("s3://b/a\nb\t")->path, "ab");
}

TEST(StorageUrl, ProfilesHaveNoPath) {
  EXPECT_EQ(parse_profile_url("s3://b/")->profile(), "s3://b");
  EXPECT_EQ(parse_profile_url("azure://a")->profile(), "azure://a");
  EXPECT_EQ(parse_profile_url("swift://h/n")->profile(), "swift://h/n");
  EXPECT_EQ(parse_profile_url("swift://h/n/")->container, "");
  EXPECT_EQ(parse_profile_url("tos://h/b")->container, "");
  for (const char* bad : {"s3://", "s3://b/x", "azure://a/c", "swift://h", "swift://h/n/c", "tos://h", "http://h", "x"})
    EXPECT_FALSE(parse_profile_url(bad)) << bad;
}

TEST(StorageUrl, ContainsWhatIsBelow) {
  const auto below = [](const char* outer, const char* inner) {
    return contains(*parse_storage_url(outer), *parse_storage_url(inner));
  };
  EXPECT_TRUE(below("s3://b", "s3://b/x"));
  EXPECT_TRUE(below("s3://b/x", "s3://b/x/./y"));
  EXPECT_TRUE(below("s3://b/x", "s3://b/x/"));
  EXPECT_FALSE(below("s3://b/x", "s3://b/xy"));
  EXPECT_FALSE(below("s3://b/x", "s3://b/x/../y"));
  EXPECT_FALSE(below("s3://b/x", "s3://b"));
  EXPECT_FALSE(below("s3://b", "s3://c/x"));
  EXPECT_FALSE(below("swift://h/A/c", "swift://h/B/c"));
  EXPECT_FALSE(below("tos://h/b", "tos://g/b"));
}

}  // namespace
}  // namespace sennit::spec
