// Real cgroups, where the machine lets us make them (as root, or in a delegated one).
#include "proc/cgroup.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "proc/cgroup_delegation.h"
#include "proc/cgroup_files.h"
#include "proc/spawner.h"

namespace sennit::proc {
namespace {

bool ends(int pidfd) {
  pollfd ready{.fd = pidfd, .events = POLLIN, .revents = 0};
  return ::poll(&ready, 1, 10'000) == 1;
}

std::string read_line(int fd) {
  std::string text;
  char letter = 0;
  while (::read(fd, &letter, 1) == 1 && letter != '\n') text += letter;
  return text;
}

class CgroupTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ::syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC);  // what the test was started with
    name_ = "sennit-test-" + std::to_string(::getpid());
    Result<CgroupTree> tree = CgroupTree::open(name_);
    if (!tree) GTEST_SKIP() << "no cgroups here: " << tree.error().message();
    tree_.emplace(std::move(tree).value());
  }
  void TearDown() override {
    if (!tree_) return;
    const std::string path = tree_->path();
    end_cgroup_tree(name_);
    EXPECT_FALSE(std::filesystem::exists(path));
  }

  // Runs a shell script in the cgroup; what it prints can be read from out_.
  Child start(const Cgroup& cgroup, const std::string& script) {
    int pipe_ends[2];
    EXPECT_EQ(::pipe2(pipe_ends, O_CLOEXEC), 0);
    out_.reset(pipe_ends[0]);
    const UniqueFd write_end(pipe_ends[1]);
    const char* const argv[] = {"sh", "-c", script.c_str(), nullptr};
    const char* const envp[] = {"PATH=/usr/bin:/bin", nullptr};
    Result<Child> child = spawner_.spawn({.program = "/bin/sh",
                                          .argv = argv,
                                          .envp = envp,
                                          .directory = nullptr,
                                          .out = write_end.get(),
                                          .err = -1,
                                          .cgroup = cgroup.fd()});
    EXPECT_TRUE(child.ok()) << child.error().message();
    return child ? std::move(child).value() : Child();
  }
  // A process whose number the script prints.
  UniqueFd printed_process() {
    return UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, std::atoi(read_line(out_.get()).c_str()), 0)));
  }

  std::string name_;
  std::optional<CgroupTree> tree_;
  Spawner spawner_ = std::move(Spawner::open(raise_file_limit())).value();
  UniqueFd out_;
};

TEST_F(CgroupTest, ChildIsBornInItAndLeavesItEmpty) {
  const Cgroup cgroup = tree_->take();
  EXPECT_TRUE(cgroup.is_empty());
  Child child = start(cgroup, "cat /proc/self/cgroup | grep ^0::; exec sleep 1000");
  EXPECT_TRUE(read_line(out_.get()).ends_with("/" + name_ + "/0"));
  EXPECT_FALSE(cgroup.is_empty());
  child.signal_group(SIGKILL);
  EXPECT_TRUE(ends(child.pidfd()));
  EXPECT_TRUE(child.reap().has_value());
  cgroup.await_empty(std::chrono::seconds(10));  // the kernel may see its end a moment later than we do
  EXPECT_TRUE(cgroup.is_empty());
}

TEST_F(CgroupTest, WhatASpawnerPromisesHoldsInIt) {
  const Cgroup cgroup = tree_->take();
  Child listing = start(cgroup, "exec ls /proc/self/fd");
  for (const char* fd : {"0", "1", "2", "3", ""}) EXPECT_EQ(read_line(out_.get()), fd);  // 3: ls reads the directory
  Child child = start(cgroup, "exit 7");
  EXPECT_TRUE(ends(child.pidfd()));
  EXPECT_EQ(child.reap().value_or(ProcessEnd{}).code, 7);
  const char* const argv[] = {"/no/such/program", nullptr};
  const Result<Child> none =
      spawner_.spawn({.program = argv[0], .argv = argv, .envp = argv + 1, .cgroup = cgroup.fd()});
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().message(), "no such program: /no/such/program");
}

TEST_F(CgroupTest, KillEndsWhoLeftItsGroupAndClearedItsEnvironment) {
  Cgroup cgroup = tree_->take();
  Child child = start(cgroup, "env -i setsid sh -c '(sh -c \"echo \\$\\$; exec sleep 1000\" &)'; exit 0");
  const UniqueFd stray = printed_process();
  EXPECT_TRUE(ends(child.pidfd()));
  EXPECT_TRUE(child.reap().has_value());
  EXPECT_EQ(child.signal_group(0), GroupState::kGone);
  EXPECT_FALSE(cgroup.is_empty());
  cgroup.kill();
  EXPECT_TRUE(ends(stray.get()));
}

TEST_F(CgroupTest, TerminateOthersLeavesTheGroupToItself) {
  const Cgroup cgroup = tree_->take();
  Child child = start(cgroup, "setsid sh -c 'echo $$; exec sleep 1000' & sleep 1000");
  const UniqueFd stray = printed_process();
  cgroup.terminate_others(child.pid());
  EXPECT_TRUE(ends(stray.get()));
  EXPECT_FALSE(child.reap().has_value());
}

TEST_F(CgroupTest, FrozenTheyStandStillAndCanBeKilled) {
  Cgroup cgroup = tree_->take();
  Child child = start(cgroup, "echo up; sleep 0.1; echo down; sleep 1000");
  EXPECT_EQ(read_line(out_.get()), "up");
  EXPECT_TRUE(cgroup.freeze());
  pollfd output{.fd = out_.get(), .events = POLLIN, .revents = 0};
  EXPECT_EQ(::poll(&output, 1, 300), 0) << "nothing is said";
  EXPECT_TRUE(cgroup.thaw());
  EXPECT_EQ(read_line(out_.get()), "down");
  EXPECT_TRUE(cgroup.freeze());
  cgroup.kill();
  EXPECT_TRUE(ends(child.pidfd()));
}

TEST_F(CgroupTest, OneThatIsEmptyIsUsedAgain) {
  Cgroup first = tree_->take();
  Child child = start(first, "exit 7");
  EXPECT_TRUE(ends(child.pidfd()));
  EXPECT_TRUE(child.reap().has_value());
  first.await_empty(std::chrono::seconds(10));
  const int fd = first.fd();
  tree_->end(std::move(first));
  EXPECT_EQ(tree_->take().fd(), fd);
}

// The kernel would kill whoever is born in it.
TEST_F(CgroupTest, OneThatWasKilledIsRemovedAndNotUsedAgain) {
  for (int round = 0; round < 5; ++round) {
    Cgroup busy = tree_->take();
    const std::string path = tree_->path() + "/" + std::to_string(busy.number());
    Child child = start(busy, "exec sleep 1000");
    busy.kill();
    EXPECT_TRUE(ends(child.pidfd()));
    EXPECT_TRUE(child.reap().has_value());
    busy.await_empty(std::chrono::seconds(10));
    tree_->end(std::move(busy));
    EXPECT_FALSE(std::filesystem::exists(path));
    Cgroup next = tree_->take();
    Child lives = start(next, "exit 7");
    EXPECT_TRUE(ends(lives.pidfd()));
    EXPECT_EQ(lives.reap().value_or(ProcessEnd{}).code, 7);
    next.await_empty(std::chrono::seconds(10));
    tree_->end(std::move(next));
  }
}

TEST_F(CgroupTest, EndOfTheTreeTakesCgroupsThatTasksMade) {
  const Cgroup cgroup = tree_->take();
  std::filesystem::create_directory(tree_->path() + "/0/inner");
  const Child child = start(cgroup, "echo 0 >" + tree_->path() + "/0/inner/cgroup.procs; echo $$; exec sleep 1000");
  const UniqueFd inside = printed_process();
  end_cgroup_tree(name_);
  EXPECT_TRUE(ends(inside.get()));
}

TEST(CgroupTree, SaysWhyThereIsNone) {
  const Result<CgroupTree> tree = CgroupTree::open("no/such/place");
  ASSERT_FALSE(tree.ok());
  EXPECT_EQ(tree.error().code(), ErrorCode::kUnavailable);
}

// What a delegated unit is at its end: we have moved into a cgroup below it, and nobody else needs the place.
class GivenBack : public CgroupTest {
 protected:
  void SetUp() override {
    CgroupTest::SetUp();
    if (!tree_) return;
    unit_ = tree_->path() + "/unit";
    std::filesystem::create_directories(unit_ + "/home");
    home_ = Cgroup(open_directory(unit_ + "/home"), {});
  }
  void TearDown() override {
    child_ = {};
    CgroupTest::TearDown();
  }
  std::vector<pid_t> members() const { return members_at(open_directory(unit_).get()); }

  std::string unit_;
  Cgroup home_;
  Child child_;
};

TEST_F(GivenBack, WhoMovedGoesBackAndTheCgroupIsRemoved) {
  child_ = start(home_, "exec sleep 1000");
  ASSERT_TRUE(members().empty());
  give_back_delegation(unit_, "home");
  EXPECT_EQ(members(), std::vector<pid_t>{child_.pid()});
  EXPECT_FALSE(std::filesystem::exists(unit_ + "/home"));
}

TEST_F(GivenBack, NothingMovesWhileOthersHaveCgroupsThere) {
  child_ = start(home_, "exec sleep 1000");
  std::filesystem::create_directory(unit_ + "/home/others");
  give_back_delegation(unit_, "home");
  EXPECT_TRUE(members().empty());
  EXPECT_TRUE(std::filesystem::exists(unit_ + "/home/others"));
}

TEST_F(GivenBack, WithoutSuchACgroupNothingHappens) {
  std::filesystem::remove(unit_ + "/home");
  give_back_delegation(unit_, "home");
  EXPECT_TRUE(std::filesystem::exists(unit_));
}

}  // namespace
}  // namespace sennit::proc
