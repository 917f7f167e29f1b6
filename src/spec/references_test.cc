#include "spec/references.h"

#include <gtest/gtest.h>

#include "spec/absolute_path.h"

namespace sennit::spec {
namespace {

TEST(References, AppsMayHaveAVersion) {
  EXPECT_EQ(parse_app_reference("app")->version, std::nullopt);
  EXPECT_EQ(parse_app_reference("app:")->full(), "app");
  EXPECT_EQ(parse_app_reference("my-app:03")->full(), "my-app:3");
  EXPECT_EQ(parse_app_reference("app:-1")->version, -1);
  for (const char* bad : {"", ":1", "a.b", "a:x", "a:1:2", "a:1 ", "a\n", "a:99999999999999999999"})
    EXPECT_FALSE(parse_app_reference(bad)) << bad;
}

TEST(References, WorkflowIdsAreCutAtTheLastDash) {
  EXPECT_EQ(parse_workflow_id("wf--1")->name, "wf-");
  EXPECT_EQ(parse_workflow_id("a-b-12")->number, 12);
  for (const char* bad : {"", "wf", "wf-", "wf-x"}) EXPECT_FALSE(parse_workflow_id(bad)) << bad;
}

TEST(References, AnArgumentThatEndsLikeAnIdIsOne) {
  for (const char* id : {"wf-1", "W_a-12", "./x-1", "a b-1", "x-1\n"}) EXPECT_TRUE(looks_like_workflow_id(id)) << id;
  for (const char* file : {"", "wf", "wf-", "-1", "1-2", "wf-1.yaml", "a_-1", "wf-1\n\n"})
    EXPECT_FALSE(looks_like_workflow_id(file)) << file;
}

TEST(CleanPath, AppliesDotsAndRefusesTheRest) {
  using Path = std::optional<std::string>;
  EXPECT_EQ(clean_path("a/./b//c/"), Path("a/b/c"));
  EXPECT_EQ(clean_path("a/../b"), Path("b"));
  EXPECT_EQ(clean_path("/../a"), Path("/a"));
  EXPECT_EQ(clean_path("//a"), Path("//a"));
  EXPECT_EQ(clean_path("///a"), Path("/a"));
  EXPECT_EQ(clean_path("."), Path("."));
  EXPECT_EQ(clean_path("a/.."), Path("."));
  EXPECT_EQ(clean_path("/"), Path("/"));
  for (const char* bad : {"", "..", "../a", "a/../../b", "a..b", "/a/..b"}) EXPECT_EQ(clean_path(bad), Path()) << bad;
}

}  // namespace
}  // namespace sennit::spec
