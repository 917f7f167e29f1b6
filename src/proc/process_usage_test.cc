#include "proc/process_usage.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <ctime>
#include <vector>

namespace sennit::proc {
namespace {

TEST(ProcessUsage, StatIsReadBehindAnyName) {
  const auto stat = parse_stat("42 (a) b (c)) S 7 40 1 0 -1 4194304 1 2 3 4 100 50 25 25 20 0 1 0 5 6 7");
  ASSERT_TRUE(stat);
  EXPECT_EQ(stat->pid, 42);
  EXPECT_EQ(stat->parent, 7);
  EXPECT_EQ(stat->group, 40);
  EXPECT_EQ(stat->cpu, Micros(200 * 1'000'000 / ::sysconf(_SC_CLK_TCK)));
  EXPECT_FALSE(parse_stat(""));
  EXPECT_FALSE(parse_stat("42 (x) S 7"));
  EXPECT_FALSE(parse_stat("x"));
}

// A child in a group of its own that has a child in another session; both hold memory and are busy.
class Family {
 public:
  static constexpr std::size_t kHeld = 48 << 20;

  Family() {
    int ready[2];
    if (::pipe(ready) != 0) return;
    leader = ::fork();
    if (leader == 0) {
      ::setpgid(0, 0);
      const pid_t inner = ::fork();
      if (inner == 0) ::setsid();
      // By the kernel: what a sanitizer notes of each byte that is written would be counted, too.
      ::mmap(nullptr, kHeld, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
      volatile unsigned work = 0;
      while (std::clock() < CLOCKS_PER_SEC / 10) work = work + 1;
      [[maybe_unused]] const ssize_t told = ::write(ready[1], "x", 1);
      ::pause();
      ::_exit(0);
    }
    char byte = 0;
    for (int i = 0; i < 2; ++i) [[maybe_unused]] const ssize_t one = ::read(ready[0], &byte, 1);
    ::close(ready[0]);
    ::close(ready[1]);
  }
  ~Family() {
    for (const pid_t pid : members) ::kill(pid, SIGKILL);
    ::kill(leader, SIGKILL);
    ::waitpid(leader, nullptr, 0);
  }

  pid_t leader = 0;
  std::vector<pid_t> members;
};

TEST(ProcessUsage, DescendantsCountWhereverTheyWent) {
  Family family;
  std::vector<UseTarget> targets(1);
  targets[0].leader = family.leader;
  const std::vector<UseSample> samples = sample_use(targets);
  ASSERT_EQ(samples.size(), 1U);
  family.members = samples[0].pids;
  EXPECT_EQ(samples[0].pids.size(), 2U);
  EXPECT_TRUE(std::ranges::count(samples[0].pids, family.leader) == 1);
  EXPECT_GE(samples[0].cpu, std::chrono::milliseconds(150));
  EXPECT_GE(samples[0].memory.count(), 2 * Family::kHeld);
  EXPECT_LT(samples[0].memory.count(), 4 * Family::kHeld);
}

TEST(ProcessUsage, WhoIsGoneUsesNothing) {
  std::vector<UseTarget> targets(2);
  targets[0].leader = 0x3fffffff;
  const std::vector<UseSample> samples = sample_use(targets);
  ASSERT_EQ(samples.size(), 2U);
  EXPECT_TRUE(samples[0].pids.empty());
  EXPECT_EQ(samples[0].memory, Bytes());
  EXPECT_TRUE(samples[1].pids.empty());
  EXPECT_TRUE(sample_use({}).empty());
}

}  // namespace
}  // namespace sennit::proc
