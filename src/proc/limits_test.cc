// Real limits, where the machine lets us set them.
#include "proc/limits.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <string>

#include "proc/cgroup_mounts.h"
#include "proc/oom_count.h"
#include "proc/spawner.h"

namespace sennit::proc {
namespace {

constexpr const char* kFill = "exec dd if=/dev/zero of=/dev/null bs=200M count=1 2>/dev/null";

class LimitsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ::syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC);  // what the test was started with
    name_ = "sennit-limits-" + std::to_string(::getpid());
    tree_ = LimitTree::open(name_);
    const LimitProblems& problems = tree_.problems();
    if (!problems.memory.empty()) GTEST_SKIP() << "memory is not limited here: " << problems.memory;
    if (!problems.cpus.empty()) GTEST_SKIP() << "processors are not limited here: " << problems.cpus;
  }
  void TearDown() override { end_limit_tree(name_); }

  struct Run {
    LimitedCgroup limited;
    Cgroup holder;
    Child child;
  };
  Run start(const ResourceLimits& limits, const std::string& script) {
    Run run;
    Result<LimitedCgroup> limited = tree_.make(limits, run.holder);
    EXPECT_TRUE(limited.ok()) << limited.error().message();
    if (limited) run.limited = std::move(*limited);
    const std::vector<int> entries = run.limited.entries();
    const char* const argv[] = {"sh", "-c", script.c_str(), nullptr};
    const char* const envp[] = {"PATH=/usr/bin:/bin", nullptr};
    Result<Child> child =
        spawner_.spawn({.program = "/bin/sh", .argv = argv, .envp = envp, .cgroup = run.holder.fd(), .enter = entries});
    EXPECT_TRUE(child.ok()) << child.error().message();
    if (child) run.child = std::move(*child);
    return run;
  }
  static ProcessEnd end_of(Child& child) {
    pollfd ready{.fd = child.pidfd(), .events = POLLIN, .revents = 0};
    EXPECT_EQ(::poll(&ready, 1, 20'000), 1);
    return child.reap().value_or(ProcessEnd{});
  }
  // Directories of attempts in the hierarchy of version 1 for memory.
  std::size_t count_left() const {
    const auto place = cgroup_place("memory");
    std::size_t count = 0;
    std::error_code error;
    if (!place) return 0;
    for (const auto& entry : std::filesystem::directory_iterator(place->own + "/" + name_, error)) {
      count += entry.is_directory() ? 1 : 0;
    }
    return count;
  }

  std::string name_;
  LimitTree tree_;
  Spawner spawner_ = std::move(Spawner::open(raise_file_limit())).value();
};

TEST_F(LimitsTest, ProcessesAreCounted) {
  const char* many = "for i in 1 2 3 4 5 6 7 8; do sleep 60 & done 2>/dev/null; exit 7";
  Run few = start({.processes = 4}, many);
  EXPECT_NE(end_of(few.child).code, 7) << "the shell gives up when it cannot fork";
  tree_.end(std::move(few.limited), std::move(few.holder));
  Run enough = start({.processes = 64}, many);
  EXPECT_EQ(end_of(enough.child).code, 7);
  tree_.end(std::move(enough.limited), std::move(enough.holder));
}

TEST_F(LimitsTest, WhoTakesMoreMemoryIsKilledAndCounted) {
  Run run = start({.memory = mebibytes(64)}, kFill);
  const ProcessEnd end = end_of(run.child);
  EXPECT_EQ(end.how, ProcessEnd::How::kSignaled);
  EXPECT_EQ(end.code, SIGKILL);
  const MemoryRecord record = run.limited.memory();
  EXPECT_TRUE(record.was_killed);
  EXPECT_TRUE(record.reached_limit);
  EXPECT_GT(record.peak, mebibytes(60));
  EXPECT_LE(record.peak, mebibytes(64));
  EXPECT_EQ(run.limited.memory_limit(), mebibytes(64));
  tree_.end(std::move(run.limited), std::move(run.holder));
  EXPECT_EQ(count_left(), 0U);
}

TEST_F(LimitsTest, WhoStaysBelowLives) {
  Run run = start({.memory = mebibytes(400)}, kFill);
  const ProcessEnd end = end_of(run.child);
  EXPECT_EQ(end.how, ProcessEnd::How::kExited);
  EXPECT_EQ(end.code, 0);
  EXPECT_FALSE(run.limited.memory().was_killed);
  EXPECT_GT(run.limited.memory().peak, mebibytes(200));
}

TEST_F(LimitsTest, ChildrenShareTheLimit) {
  Run run = start({.memory = mebibytes(64)}, "setsid sh -c 'dd if=/dev/zero of=/dev/null bs=200M count=1'; exit 3");
  const ProcessEnd end = end_of(run.child);
  EXPECT_TRUE(end.how == ProcessEnd::How::kSignaled || end.code == 3) << end.code;  // version 2 ends all of it
  EXPECT_TRUE(run.limited.memory().was_killed);
}

// Until it is its program, the child shares our memory: it is refused then, or killed alone.
TEST_F(LimitsTest, ALimitInWhichNothingCanStartHurtsNobodyElse) {
  Cgroup holder;
  Result<LimitedCgroup> limited = tree_.make({.memory = Bytes(1)}, holder);
  ASSERT_TRUE(limited.ok()) << limited.error().message();
  const std::vector<int> entries = limited->entries();
  const char* const argv[] = {"true", nullptr};
  Result<Child> child =
      spawner_.spawn({.program = "/bin/true", .argv = argv, .envp = argv + 1, .cgroup = holder.fd(), .enter = entries});
  if (child) {
    EXPECT_EQ(end_of(*child).code, SIGKILL);
    EXPECT_TRUE(limited->memory().was_killed);
  } else {
    EXPECT_EQ(child.error().code(), ErrorCode::kExhausted) << child.error().message();
  }
}

TEST_F(LimitsTest, ProcessorTimeIsHeldDown) {
  if (::sysconf(_SC_NPROCESSORS_ONLN) < 2) GTEST_SKIP() << "one processor is all that there is";
  const char* const spin = "for i in 1 2 3 4; do timeout 1 sh -c 'while :; do :; done' & done; wait";
  const auto began = std::chrono::steady_clock::now();
  Run run = start({.memory = {}, .cpus = 1}, spin);
  const ProcessEnd end = end_of(run.child);
  const auto took = std::chrono::duration_cast<Micros>(std::chrono::steady_clock::now() - began);
  EXPECT_LT(end.cpu, took * 3 / 2);  // without a limit it is twice the time, if nobody else is there
}

TEST_F(LimitsTest, AsManyProcessorsAsThereAreIsNoLimit) {
  Cgroup holder;
  const Result<LimitedCgroup> limited = tree_.make({.memory = {}, .cpus = 4096}, holder);
  ASSERT_TRUE(limited.ok());
  EXPECT_FALSE(static_cast<bool>(*limited));
}

TEST_F(LimitsTest, TheEndOfOneKillsWhoIsLeftInIt) {
  Run run = start({.memory = mebibytes(64)}, "env -i setsid sleep 1000 & exit 0");
  end_of(run.child);
  tree_.end(std::move(run.limited), std::move(run.holder));
  Run next = start({.memory = mebibytes(64)}, "exit 0");
  end_of(next.child);
  for (int tries = 0; tries < 100 && count_left() > 0; ++tries) {
    tree_.end(std::move(next.limited), std::move(next.holder));
    next = start({.memory = mebibytes(64)}, "exit 0");
    end_of(next.child);
  }
  tree_.end(std::move(next.limited), std::move(next.holder));
  EXPECT_EQ(count_left(), 0U);
}

TEST_F(LimitsTest, TheEndOfTheTreeLeavesNothing) {
  Run run = start({.memory = mebibytes(64), .cpus = 1}, "env -i setsid sleep 1000 & exec sleep 1000");
  end_limit_tree(name_);
  const ProcessEnd end = end_of(run.child);
  EXPECT_EQ(end.code, SIGKILL);
  for (const char* controller : {"memory", "cpu", ""}) {
    const auto place = cgroup_place(controller);
    EXPECT_FALSE(place && std::filesystem::exists(place->own + "/" + name_)) << controller;
  }
}

TEST_F(LimitsTest, OneWithoutATreeLimitsNobody) {
  LimitTree none;
  Cgroup holder;
  const Result<LimitedCgroup> limited = none.make({.memory = mebibytes(64), .cpus = 1}, holder);
  ASSERT_TRUE(limited.ok());
  EXPECT_FALSE(static_cast<bool>(*limited));
  EXPECT_FALSE(static_cast<bool>(holder));
}

TEST(OomCount, DoesNotGoDown) {
  const OomCount count = OomCount::open();
  const std::uint64_t before = count.read();
  EXPECT_GE(count.read(), before);
}

}  // namespace
}  // namespace sennit::proc
