#include "launch/host_mounts.h"

#include <gtest/gtest.h>

namespace sennit::launch {
namespace {

std::vector<std::string> shown(const TaskBody& body) {
  const Result<std::vector<HostMount>> mounts = host_mounts(body);
  EXPECT_TRUE(mounts.ok());
  std::vector<std::string> texts;
  if (!mounts) return texts;
  for (const HostMount& mount : *mounts) texts.push_back(mount.source + " at " + mount.path);
  return texts;
}

using Texts = std::vector<std::string>;

TEST(HostMounts, AreTheTasksAndItsPlatforms) {
  TaskBody body;
  body.volume_mounts = {"/usr:/data", "/etc/"};
  body.platform_mounts = {"/proc", "/sys:/data"};
  EXPECT_EQ(shown(body), (Texts{"/usr at /data", "/etc at /etc", "/proc at /proc"})) << "its own counts";
}

TEST(HostMounts, WhatIsNotThereIsSaidWithTheFieldThatNamesIt) {
  TaskBody body;
  body.platform_mounts = {"/nonexistent/place"};
  const Result<std::vector<HostMount>> mounts = host_mounts(body);
  ASSERT_FALSE(mounts.ok());
  EXPECT_EQ(mounts.error().code(), ErrorCode::kNotFound);
  EXPECT_EQ(mounts.error().message(), "default_mounts of its platform: /nonexistent/place: No such file or directory");
}

}  // namespace
}  // namespace sennit::launch
