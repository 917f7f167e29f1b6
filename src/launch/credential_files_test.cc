#include "launch/credential_files.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace sennit::launch {
namespace {

namespace fs = std::filesystem;

std::string contents(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

unsigned mode_of(const fs::path& path) {
  struct stat info {};
  EXPECT_EQ(::lstat(path.c_str(), &info), 0) << path;
  return info.st_mode & 07777;
}

class CredentialFilesTest : public testing::Test {
 protected:
  CredentialFilesTest() { EXPECT_NE(::mkdtemp(root_.data()), nullptr); }
  ~CredentialFilesTest() override { fs::remove_all(root_); }

  std::string root_ = testing::TempDir() + "credentialsXXXXXX";
  const AttemptId attempt_{InstanceId(1), WorkflowKey(2), TaskIndex(3), 4};
  const CredentialValues values_ = {{"hub", {CredentialType::kGeneric, {{"token", "a\nb"}, {"user", "ada"}}}},
                                    {"s3", {CredentialType::kData, {{"key", "k"}}}}};
};

TEST_F(CredentialFilesTest, AFileForEachKeyThatOnlyItsOwnerReads) {
  const std::string place = root_ + "/place";
  fs::path gone;
  {
    const auto files = CredentialFiles::write({place}, attempt_, {{"hub", "/creds", {}}, {"s3", "/s3", {}}}, values_);
    ASSERT_TRUE(files.ok()) << files.error().message();
    ASSERT_EQ(files->mounts().size(), 2U);
    EXPECT_EQ(files->mounts()[0].target, "/creds");
    const fs::path hub = files->mounts()[0].source;
    EXPECT_EQ(contents(hub / "token"), "a\nb");
    EXPECT_EQ(contents(hub / "user"), "ada");
    EXPECT_EQ(contents(fs::path(files->mounts()[1].source) / "key"), "k");
    EXPECT_EQ(mode_of(hub / "token"), 0400U);
    for (fs::path at = hub; at != root_; at = at.parent_path()) EXPECT_EQ(mode_of(at), 0700U) << at;
    gone = hub.parent_path();
  }
  EXPECT_FALSE(fs::exists(gone));
}

TEST_F(CredentialFilesTest, VariablesNeedNoFiles) {
  const auto files = CredentialFiles::write({root_ + "/place"}, attempt_, {{"hub", "", {{"T", "token"}}}}, values_);
  ASSERT_TRUE(files.ok());
  EXPECT_TRUE(files->mounts().empty());
  EXPECT_FALSE(fs::exists(root_ + "/place"));
}

TEST_F(CredentialFilesTest, WhatACrashLeftIsSweptAndReplaced) {
  const std::string place = root_ + "/place";
  fs::create_directories(root_ + "/elsewhere");
  std::ofstream(root_ + "/elsewhere/kept") << "x";
  fs::create_directories(place + "/" + to_string(attempt_) + "/0");
  fs::permissions(place, fs::perms::owner_all);
  fs::create_directory_symlink(root_ + "/elsewhere", place + "/" + to_string(attempt_) + "/0/token");
  {
    const auto files = CredentialFiles::write({place}, attempt_, {{"hub", "/creds", {}}}, values_);
    ASSERT_TRUE(files.ok()) << files.error().message();
    EXPECT_EQ(contents(files->mounts()[0].source + "/token"), "a\nb");
  }
  fs::create_directories(place + "/other/0");
  CredentialFiles::sweep({place});
  EXPECT_FALSE(fs::exists(place));
  EXPECT_TRUE(fs::exists(root_ + "/elsewhere/kept"));
}

TEST_F(CredentialFilesTest, APlaceThatOthersCanEnterIsNotUsed) {
  const std::string open = root_ + "/open";
  const std::string link = root_ + "/link";
  fs::create_directory(open);
  fs::permissions(open, fs::perms::all);
  fs::create_directory(root_ + "/target");
  fs::create_directory_symlink(root_ + "/target", link);
  const std::vector<CredentialUse> uses = {{"hub", "/creds", {}}};
  const auto files = CredentialFiles::write({open, link, root_ + "/good"}, attempt_, uses, values_);
  ASSERT_TRUE(files.ok()) << files.error().message();
  EXPECT_TRUE(files->mounts()[0].source.starts_with(root_ + "/good/"));
  EXPECT_FALSE(CredentialFiles::write({open, link}, attempt_, uses, values_).ok());
}

TEST_F(CredentialFilesTest, TwoAtOnePathAreRefused) {
  const auto files =
      CredentialFiles::write({root_ + "/place"}, attempt_, {{"hub", "/c", {}}, {"s3", "/c", {}}}, values_);
  ASSERT_FALSE(files.ok());
  EXPECT_EQ(files.error().message(), "two credentials are to be files in /c");
  EXPECT_TRUE(fs::is_empty(root_ + "/place"));
}

TEST_F(CredentialFilesTest, MemoryComesFirstAndTheDiskLast) {
  const auto places = CredentialFiles::places(InstanceId(255), root_);
  ASSERT_FALSE(places.empty());
  EXPECT_TRUE(places.back().starts_with(root_ + "/sennit-"));
  for (const std::string& place : places) EXPECT_NE(place.find("00000000000000ff.credentials"), std::string::npos);
}

}  // namespace
}  // namespace sennit::launch
