#include "agent/ctrl/data_reach.h"

#include <gtest/gtest.h>

namespace sennit::agent {
namespace {

using storage::Access;

bool reaches(const TaskBody& body, const std::string& url, Access access) {
  return check_reach(body, storage::parse_location(url).value(), access).ok();
}

TaskBody body() {
  TaskBody body;
  body.inputs = {{.kind = InputSpec::Kind::kUrl, .source = "file:///data/in"},
                 {.kind = InputSpec::Kind::kTask, .source = "other"}};
  body.outputs = {{.kind = OutputSpec::Kind::kUrl, .target = "file:///data/out/"}};
  body.checkpoints = {{.path = "/state", .url = "file:///data/state"}};
  return body;
}

TEST(DataReach, AStorageIsGuardedByItsKeys) { EXPECT_TRUE(reaches({}, "s3://bucket/x", Access::kDelete)); }

TEST(DataReach, ADirectoryIsReachedWhereTheTaskNamesIt) {
  EXPECT_TRUE(reaches(body(), "file:///data/in", Access::kRead));
  EXPECT_TRUE(reaches(body(), "file:///data/in/a/b", Access::kRead));
  EXPECT_TRUE(reaches(body(), "file:///data/out/a", Access::kRead));
  EXPECT_TRUE(reaches(body(), "file:///data/out", Access::kDelete));
  EXPECT_TRUE(reaches(body(), "file:///data/state/x", Access::kWrite));
}

TEST(DataReach, NothingElseOfTheHostIs) {
  EXPECT_FALSE(reaches(body(), "file:///data/in/a", Access::kWrite)) << "an input";
  EXPECT_FALSE(reaches(body(), "file:///data", Access::kRead));
  EXPECT_FALSE(reaches(body(), "file:///data/inner", Access::kRead));
  EXPECT_FALSE(reaches(body(), "file:///root/.ssh", Access::kRead));
  EXPECT_FALSE(reaches({}, "file:///etc", Access::kRead));
  const Result<void> refused = check_reach({}, storage::parse_location("file:///etc").value(), Access::kWrite);
  EXPECT_EQ(
      refused.error().message(),
      "file:///etc: a container reaches directories of its host only where the task's own outputs and checkpoints "
      "name them");
}

}  // namespace
}  // namespace sennit::agent
