#include "proc/program_search.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace sennit::proc {
namespace {

class ProgramSearch : public ::testing::Test {
 protected:
  ProgramSearch() {
    std::string name = std::filesystem::temp_directory_path() / "sennit-path-XXXXXX";
    dir_ = ::mkdtemp(name.data());
    make("first/tool", 0600);
    make("second/tool", 0700);
    std::filesystem::create_directories(dir_ + "/first/folder");
  }
  ~ProgramSearch() override { std::filesystem::remove_all(dir_); }
  void make(const std::string& name, mode_t mode) const {
    const std::string path = dir_ + "/" + name;
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path) << "x";
    ::chmod(path.c_str(), mode);
  }
  std::string dir_;
};

TEST_F(ProgramSearch, FirstExecutableWins) {
  const std::string path = dir_ + "/none:" + dir_ + "/first:" + dir_ + "/second";
  EXPECT_EQ(*find_program("tool", path.c_str(), "/"), dir_ + "/second/tool");
  make("none/tool", 0700);
  EXPECT_EQ(*find_program("tool", path.c_str(), "/"), dir_ + "/none/tool");
}

TEST_F(ProgramSearch, RelativeAndEmptyEntriesCountFromTheDirectory) {
  EXPECT_EQ(*find_program("tool", "second", dir_), dir_ + "/second/tool");
  EXPECT_EQ(*find_program("tool", "/nowhere:", dir_ + "/second"), dir_ + "/second//tool");
}

TEST_F(ProgramSearch, NameWithASlashIsAPath) { EXPECT_EQ(*find_program("./x/y", nullptr, "/"), "./x/y"); }

TEST_F(ProgramSearch, UnsetPathHasADefault) { EXPECT_TRUE(find_program("sh", nullptr, "/").ok()); }

TEST_F(ProgramSearch, RefusalsNameTheirReason) {
  const std::string first = dir_ + "/first";
  EXPECT_EQ(find_program("tool", first.c_str(), "/").error().message(), first + "/tool is not executable");
  EXPECT_EQ(find_program("tool", first.c_str(), "/").error().code(), ErrorCode::kInvalid);
  EXPECT_EQ(find_program("absent", first.c_str(), "/").error().message(), "no program named 'absent' in PATH");
  EXPECT_EQ(find_program("folder", first.c_str(), "/").error().code(), ErrorCode::kNotFound);
  EXPECT_EQ(find_program("", first.c_str(), "/").error().code(), ErrorCode::kInvalid);
}

}  // namespace
}  // namespace sennit::proc
