#include "agent/exit_spool.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace sennit::agent {
namespace {

fact::AttemptExited exit_of(std::uint32_t task, std::int32_t code) {
  fact::AttemptExited exit;
  exit.attempt = {InstanceId(1), WorkflowKey(2), TaskIndex(task), 0};
  exit.exit.code = code;
  exit.exit.message = "message";
  return exit;
}

class ExitSpoolTest : public ::testing::Test {
 protected:
  ExitSpoolTest() {
    std::string name = std::filesystem::temp_directory_path() / "sennit-spool-XXXXXX";
    dir_ = ::mkdtemp(name.data());
    file_ = dir_ + "/spool/exits";
  }
  ~ExitSpoolTest() override { std::filesystem::remove_all(dir_); }
  ExitSpool open() const { return std::move(ExitSpool::open(dir_ + "/spool")).value(); }

  std::string dir_;
  std::string file_;
};

TEST_F(ExitSpoolTest, ExitsSurviveTheAgent) {
  {
    ExitSpool spool = open();
    ASSERT_TRUE(spool.add(exit_of(1, 7)).ok());
    ASSERT_TRUE(spool.add(exit_of(2, 8)).ok());
  }
  const ExitSpool spool = open();
  ASSERT_EQ(spool.kept().size(), 2U);
  EXPECT_EQ(spool.find(exit_of(1, 0).attempt)->exit, exit_of(1, 7).exit);
  EXPECT_EQ(spool.find(exit_of(3, 0).attempt), nullptr);
}

TEST_F(ExitSpoolTest, TornRecordAtTheEndIsDropped) {
  {
    ExitSpool spool = open();
    ASSERT_TRUE(spool.add(exit_of(1, 7)).ok());
    ASSERT_TRUE(spool.add(exit_of(2, 8)).ok());
  }
  const auto whole = std::filesystem::file_size(file_);
  for (std::uintmax_t cut = 1; cut < (whole - 8) / 2; ++cut) {
    std::filesystem::resize_file(file_, whole - cut);
    ExitSpool spool = open();
    ASSERT_EQ(spool.kept().size(), 1U) << cut;
    ASSERT_TRUE(spool.add(exit_of(2, 8)).ok());
    ASSERT_EQ(open().kept().size(), 2U) << cut;
  }
}

TEST_F(ExitSpoolTest, ForgottenExitsDoNotPileUp) {
  ExitSpool spool = open();
  ASSERT_TRUE(spool.add(exit_of(0, 0)).ok());
  for (std::uint32_t task = 1; task < 200'000; ++task) {
    ASSERT_TRUE(spool.add(exit_of(task, 0)).ok());
    spool.forget(exit_of(task, 0).attempt);
  }
  EXPECT_LT(std::filesystem::file_size(file_), 5U * 1024 * 1024) << "one is kept all the time";
  spool.forget(exit_of(0, 0).attempt);
  EXPECT_EQ(std::filesystem::file_size(file_), 8U);
  EXPECT_EQ(open().kept().size(), 0U);
}

TEST_F(ExitSpoolTest, ForeignFileIsLeftAlone) {
  std::filesystem::create_directory(dir_ + "/spool");
  std::ofstream(file_) << "SNEXITS2 from the future";
  const Result<ExitSpool> spool = ExitSpool::open(dir_ + "/spool");
  ASSERT_FALSE(spool.ok());
  EXPECT_EQ(spool.error().code(), ErrorCode::kCorrupt);
  std::ifstream in(file_);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), "SNEXITS2 from the future");
}

}  // namespace
}  // namespace sennit::agent
