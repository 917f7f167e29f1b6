#include "views/data.h"

#include <gtest/gtest.h>

namespace sennit::views {
namespace {

TEST(DataViews, AsJson) {
  EXPECT_EQ(to_json(DataListView{.url = "s3://b",
                                 .objects = {{.name = "a\"b", .size = 3, .modified = ""},
                                             {.name = "d/", .size = 0, .modified = "2026-11-27T00:00:00Z"}}}),
            R"({"url":"s3://b","count":2,"objects":[{"name":"a\"b","size":3},)"
            R"({"name":"d/","size":0,"modified":"2026-11-27T00:00:00Z"}]})");
  EXPECT_EQ(to_json(DataCheckView{.status = "pass", .error = {}}), R"({"status":"pass"})");
  EXPECT_EQ(to_json(DataCheckView{.status = "fail", .error = "no"}), R"({"status":"fail","error":"no"})");
  EXPECT_EQ(
      to_json(DataTransferView{.url = "s3://b", .files = 1, .bytes = 2, .unchanged = 3, .left_out = 4, .seconds = 1.5}),
      R"({"url":"s3://b","files":1,"bytes":2,"unchanged":3,"left_out":4,"seconds":1.5})");
}

}  // namespace
}  // namespace sennit::views
