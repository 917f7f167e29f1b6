#include "store/run_files.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/unique_fd.h"
#include "store/store_samples.h"

namespace sennit::store {
namespace {

namespace fs = std::filesystem;

class RunFiles : public testing::Test {
 protected:
  RunFiles() { fs::create_directories(run_ + "/task/0/output"); }
  ~RunFiles() override {
    if (fs::exists(run_)) ignore(remove_run(runs_, "flow-1", {}), "the directory of the test says what is left");
  }

  Result<void> remove() { return remove_run(runs_, "flow-1", {}); }
  void write(const std::string& path, std::size_t size = 5) const { std::ofstream(path) << std::string(size, 'x'); }
  // Something outside that must stay as it is.
  std::string precious() {
    fs::create_directories(dir_.path("precious/inner"));
    write(dir_.path("precious/thesis"));
    return dir_.path("precious");
  }
  void expect_gone_without_harm() {
    const Result<void> removed = remove();
    EXPECT_TRUE(removed.ok()) << removed.error().message();
    EXPECT_FALSE(fs::exists(fs::symlink_status(run_)));
    EXPECT_TRUE(fs::exists(dir_.path("precious/thesis")) && fs::exists(dir_.path("precious/inner")));
    EXPECT_EQ(fs::status(dir_.path("precious/inner")).permissions(), closed_);
  }

  TemporaryDir dir_;
  std::string runs_ = dir_.path("runs");
  std::string run_ = runs_ + "/flow-1";
  fs::perms closed_ = fs::perms::owner_read | fs::perms::owner_exec;
};

TEST_F(RunFiles, WhatIsThereGoesAndTheNeighbourStays) {
  write(run_ + "/task/0/log");
  write(run_ + "/task/0/output/a\nname");
  fs::create_directories(runs_ + "/flow-10/task");
  EXPECT_TRUE(remove().ok());
  EXPECT_FALSE(fs::exists(run_));
  EXPECT_TRUE(fs::exists(runs_ + "/flow-10/task"));
  EXPECT_TRUE(remove().ok()) << "it is gone already";
  EXPECT_TRUE(remove_run(dir_.path("nowhere"), "flow-1", {}).ok());
}

TEST_F(RunFiles, LinksAreNotFollowed) {
  const std::string outside = precious();
  fs::permissions(outside + "/inner", closed_);
  fs::create_directory_symlink("/", run_ + "/task/0/output/root");
  fs::create_directory_symlink(outside, run_ + "/task/0/output/link");
  fs::create_directory_symlink("../../../../../precious", run_ + "/task/0/output/up");
  fs::create_symlink(outside + "/thesis", run_ + "/task/0/output/file");
  fs::create_symlink("nowhere", run_ + "/task/0/output/dangling");
  expect_gone_without_harm();
}

TEST_F(RunFiles, ALinkInPlaceOfTheOutputDirectoryIsOnlyRemoved) {
  const std::string outside = precious();
  fs::permissions(outside + "/inner", closed_);
  fs::remove(run_ + "/task/0/output");
  fs::create_directory_symlink(outside, run_ + "/task/0/output");
  expect_gone_without_harm();
}

TEST_F(RunFiles, ALinkInPlaceOfTheRunIsOnlyRemoved) {
  const std::string outside = precious();
  fs::permissions(outside + "/inner", closed_);
  fs::remove_all(run_);
  fs::create_directory_symlink(outside, run_);
  EXPECT_LT(measure_run(runs_, "flow-1", {}), 8192U) << "the link, not what it names";
  expect_gone_without_harm();
}

TEST_F(RunFiles, NamesThatLeadOutOfTheDirectoryAreRefused) {
  precious();
  for (const char* id : {"", ".", "..", "../precious", "flow-1/task", "/etc"}) {
    EXPECT_EQ(remove_run(runs_, id, {}).error().code(), ErrorCode::kInvalid) << id;
    EXPECT_EQ(measure_run(runs_, id, {}), 0U) << id;
  }
  EXPECT_TRUE(fs::exists(dir_.path("precious/thesis")) && fs::exists(run_ + "/task"));
}

// Root may write everywhere, so the process steps down for this one.
TEST_F(RunFiles, DirectoriesThatMayNotBeWrittenToGoToo) {
  constexpr uid_t kNobody = 65534;
  const bool root = ::geteuid() == 0;
  fs::create_directories(run_ + "/task/0/output/sealed/inner");
  write(run_ + "/task/0/output/sealed/inner/file");
  if (root) {
    for (const auto& entry : fs::recursive_directory_iterator(dir_.path())) {
      ASSERT_EQ(::chown(entry.path().c_str(), kNobody, kNobody), 0);
    }
    fs::permissions(dir_.path(), fs::perms::all);
  }
  fs::permissions(run_ + "/task/0/output/sealed/inner", fs::perms::owner_read | fs::perms::owner_exec);
  fs::permissions(run_ + "/task/0/output/sealed", fs::perms::none);
  fs::permissions(run_, fs::perms::owner_read | fs::perms::owner_exec);
  ASSERT_EQ(::seteuid(root ? kNobody : ::geteuid()), 0);
  const Result<void> removed = remove();
  ASSERT_EQ(::seteuid(root ? 0 : ::geteuid()), 0);
  EXPECT_TRUE(removed.ok()) << removed.error().message();
  EXPECT_FALSE(fs::exists(run_));
}

TEST_F(RunFiles, DeepTreesNeedNeitherStackNorDescriptorsNorAPath) {
  constexpr int kDepth = 3000;
  UniqueFd at(::open(run_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const std::string name(100, 'd');
  for (int i = 0; i < kDepth; ++i) {
    ASSERT_EQ(::mkdirat(at.get(), name.c_str(), 0700), 0);
    const UniqueFd file(::openat(at.get(), "file", O_WRONLY | O_CREAT | O_CLOEXEC, 0400));
    at = UniqueFd(::openat(at.get(), name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    ASSERT_TRUE(at);
  }
  EXPECT_GT(measure_run(runs_, "flow-1", {}), 0U);
  const Result<void> removed = remove();
  EXPECT_TRUE(removed.ok()) << removed.error().message();
  EXPECT_FALSE(fs::exists(run_));
}

TEST_F(RunFiles, WhatIsNoFileIsRemovedAsAName) {
  ASSERT_EQ(::mkfifo((run_ + "/task/0/output/pipe").c_str(), 0600), 0);
  if (::geteuid() == 0) ::mknod((run_ + "/task/0/output/null").c_str(), S_IFCHR | 0600, makedev(1, 3));
  EXPECT_TRUE(remove().ok());
  EXPECT_FALSE(fs::exists(run_));
}

TEST_F(RunFiles, AMountIsNamedAndLeftAlone) {
  const std::string outside = precious();
  const std::string place = run_ + "/task/0/output";
  if (::mount(outside.c_str(), place.c_str(), nullptr, MS_BIND, nullptr) != 0) GTEST_SKIP() << "no mounts here";
  write(run_ + "/task/0/log");
  const Result<void> removed = remove();
  EXPECT_EQ(::umount(place.c_str()), 0);
  ASSERT_FALSE(removed.ok());
  EXPECT_NE(removed.error().message().find(place + ": another file system"), std::string::npos)
      << removed.error().message();
  EXPECT_TRUE(fs::exists(outside + "/thesis"));
  EXPECT_FALSE(fs::exists(run_ + "/task/0/log")) << "the rest is gone";
}

TEST_F(RunFiles, StopsWhenItIsAsked) {
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(remove_run(runs_, "flow-1", stop.get_token()).error().code(), ErrorCode::kCancelled);
  EXPECT_TRUE(remove().ok());
}

TEST_F(RunFiles, SizesAreThoseOfTheDisk) {
  EXPECT_EQ(measure_run(runs_, "flow-2", {}), 0U);
  const std::uint64_t before = measure_run(runs_, "flow-1", {});
  write(run_ + "/task/0/output/big", 1 << 20);
  const std::uint64_t with_file = measure_run(runs_, "flow-1", {});
  EXPECT_GE(with_file, before + (1 << 20));
  EXPECT_LT(with_file, before + (2 << 20));
  fs::create_hard_link(run_ + "/task/0/output/big", run_ + "/task/0/output/again");
  std::ofstream(run_ + "/task/0/output/sparse");
  fs::resize_file(run_ + "/task/0/output/sparse", std::uintmax_t{5} << 30);
  EXPECT_LT(measure_run(runs_, "flow-1", {}), before + (2 << 20)) << "two names, one file; and holes";
}

}  // namespace
}  // namespace sennit::store
