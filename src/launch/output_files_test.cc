#include "launch/output_files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace sennit::launch {
namespace {

class OutputFiles : public ::testing::Test {
 protected:
  OutputFiles() {
    std::string name = std::filesystem::temp_directory_path() / "sennit-output-XXXXXX";
    dir_ = ::mkdtemp(name.data());
    EXPECT_TRUE(make_own_directory(dir_ + "/out").ok());
  }
  ~OutputFiles() override { std::filesystem::remove_all(dir_); }
  Result<void> write(const std::string& relative) { return write_below(dir_ + "/out", relative, "text", 0644); }
  std::string slurp(const std::string& name) const {
    std::ifstream in(dir_ + "/" + name);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  std::string dir_;
};

TEST_F(OutputFiles, DirectoriesAreMade) {
  EXPECT_TRUE(write("a/b/c.txt").ok());
  EXPECT_TRUE(write("a/b/c.txt").ok()) << "again";
  EXPECT_EQ(slurp("out/a/b/c.txt"), "text");
  EXPECT_TRUE(write("name with\nnewline").ok());
  EXPECT_EQ(slurp("out/name with\nnewline"), "text");
}

TEST_F(OutputFiles, NoLinkIsFollowed) {
  std::filesystem::create_directory(dir_ + "/elsewhere");
  std::ofstream(dir_ + "/elsewhere/precious") << "mine";
  std::filesystem::create_symlink(dir_ + "/elsewhere", dir_ + "/out/link");
  std::filesystem::create_symlink(dir_ + "/elsewhere/precious", dir_ + "/out/file");
  for (const char* name : {"link/new", "link/precious", "file", "link"}) {
    const Result<void> written = write(name);
    ASSERT_FALSE(written.ok()) << name;
    EXPECT_EQ(written.error().code(), ErrorCode::kConflict) << written.error().message();
    EXPECT_NE(written.error().message().find(name), std::string::npos) << written.error().message();
  }
  EXPECT_EQ(slurp("elsewhere/precious"), "mine");
  EXPECT_FALSE(std::filesystem::exists(dir_ + "/elsewhere/new"));
}

TEST_F(OutputFiles, WhatIsNoFileIsNotWrittenTo) {
  ASSERT_EQ(::mkfifo((dir_ + "/out/pipe").c_str(), 0600), 0);
  EXPECT_EQ(write("pipe").error().code(), ErrorCode::kConflict);
  ASSERT_TRUE(write("plain").ok());
  EXPECT_EQ(write("plain/below").error().code(), ErrorCode::kConflict);
}

TEST_F(OutputFiles, AnOutputDirectoryThatBecameALinkIsNotUsed) {
  std::filesystem::remove(dir_ + "/out");
  std::filesystem::create_symlink("/", dir_ + "/out");
  EXPECT_EQ(make_own_directory(dir_ + "/out").error().code(), ErrorCode::kConflict);
  EXPECT_EQ(write("tmp/x").error().code(), ErrorCode::kConflict);
}

}  // namespace
}  // namespace sennit::launch
