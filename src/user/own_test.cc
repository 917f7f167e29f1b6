#include "user/own.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace sennit::user {
namespace {

namespace fs = std::filesystem;

TEST(Own, GivesAllOfItAndFollowsNoLink) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root gives files away";
  std::string name = fs::temp_directory_path() / "sennit-own-XXXXXX";
  const fs::path top = ::mkdtemp(name.data());
  fs::create_directories(top / "out/a/b");
  std::ofstream(top / "out/a/b/file") << "x";
  std::ofstream(top / "outside") << "x";
  fs::create_symlink(top / "outside", top / "out/link");
  fs::create_directory_symlink(top, top / "out/above");
  ::chmod((top / "out/a").c_str(), 0);
  ASSERT_TRUE(give_to(1234, 1235, top / "out").ok());
  for (const char* path : {"out", "out/a", "out/a/b", "out/a/b/file", "out/link", "out/above"}) {
    struct stat info {};
    ASSERT_EQ(::lstat((top / path).c_str(), &info), 0) << path;
    EXPECT_EQ(info.st_uid, 1234U) << path;
    EXPECT_EQ(info.st_gid, 1235U) << path;
    const bool is_open = !S_ISDIR(info.st_mode) || (info.st_mode & 0700) == 0700;
    EXPECT_TRUE(is_open) << path;
  }
  struct stat outside {};
  ASSERT_EQ(::lstat((top / "outside").c_str(), &outside), 0);
  EXPECT_EQ(outside.st_uid, 0U);
  EXPECT_FALSE(give_to(1234, 1235, top / "nothing").ok());
  EXPECT_FALSE(give_to(1234, 1235, top / "out/above").ok()) << "a link";
  fs::remove_all(top);
}

}  // namespace
}  // namespace sennit::user
