// The guard's work on real process trees. A pipe that every process of a tree holds tells when the last one is gone.
#include "proc/reaper.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

#include "base/unique_fd.h"
#include "proc/detached.h"

namespace sennit::proc {
namespace {

// Leaves behind a plain child, a session leader, and a daemon that forked twice; each says so and then stays.
constexpr const char* kTree =
    "sh -c 'echo a; exec sleep 1000' & "
    "setsid sh -c 'echo b; exec sleep 1000' & "
    "(setsid sh -c '(echo c; exec sleep 1000) & exit' &) ; "
    "sleep 1000";

struct Pipe {
  Pipe() {
    int ends[2];
    EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    read_end.reset(ends[0]);
    write_end.reset(ends[1]);
  }
  // Until `count` bytes or the end; gives up after ten seconds.
  std::string read(std::size_t count) const {
    std::string text;
    char c = 0;
    pollfd ready{.fd = read_end.get(), .events = POLLIN, .revents = 0};
    while (text.size() < count && ::poll(&ready, 1, 10'000) == 1 && ::read(read_end.get(), &c, 1) == 1) text += c;
    return text;
  }
  bool ends() const {
    pollfd ready{.fd = read_end.get(), .events = POLLIN, .revents = 0};
    char c = 0;
    return ::poll(&ready, 1, 10'000) == 1 && ::read(read_end.get(), &c, 1) == 0;
  }
  UniqueFd read_end;
  UniqueFd write_end;
};

void exec_tree(const Pipe& pipe) {
  ::dup2(pipe.write_end.get(), 1);
  ::execl("/bin/sh", "sh", "-c", kTree, nullptr);
  ::_exit(127);
}

// A guard: subreaper, starts the tree, waits for a byte, kills what there is and exits with the number.
[[noreturn]] void run_guard(const Pipe& tree, const Pipe& go) {
  if (!become_subreaper()) ::_exit(99);
  if (::fork() == 0) exec_tree(tree);
  char c = 0;
  if (::read(go.read_end.get(), &c, 1) != 1) ::_exit(98);
  ::_exit(static_cast<int>(kill_descendants()));
}

TEST(Reaper, EveryDescendantIsKilled) {
  Pipe tree;
  const Pipe go;
  const pid_t guard = ::fork();
  if (guard == 0) run_guard(tree, go);
  tree.write_end.reset();
  EXPECT_EQ(tree.read(6).size(), 6U) << "the three children are up";
  ASSERT_EQ(::write(go.write_end.get(), "x", 1), 1);
  EXPECT_TRUE(tree.ends()) << "nobody is left who holds the pipe";
  int status = 0;
  ::waitpid(guard, &status, 0);
  EXPECT_GE(WEXITSTATUS(status), 4);  // shell, two sleeps, the daemon; perhaps a middleman not yet collected
}

TEST(Reaper, NoDescendantsNothingToDo) {
  const pid_t guard = ::fork();
  if (guard == 0) ::_exit(kill_descendants() == 0 ? 0 : 1);
  int status = 0;
  ::waitpid(guard, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(Reaper, MarkedProcessesAreKilledAndOthersSpared) {
  const std::string mine = std::to_string(::getpid());
  Pipe marked;
  Pipe other;
  for (Pipe* pipe : {&marked, &other}) {
    if (::fork() != 0) continue;
    ::setenv("SENNIT_TEST_MARK", (std::to_string(::getppid()) + (pipe == &marked ? "-1" : "x-1")).c_str(), 1);
    exec_tree(*pipe);
  }
  marked.write_end.reset();
  other.write_end.reset();
  EXPECT_EQ(marked.read(6).size(), 6U);
  EXPECT_EQ(other.read(6).size(), 6U);
  EXPECT_GE(kill_marked("SENNIT_TEST_MARK", [&](std::string_view value) { return value == mine + "-1"; }), 4U);
  EXPECT_TRUE(marked.ends());
  pollfd still{.fd = other.read_end.get(), .events = POLLIN, .revents = 0};
  EXPECT_EQ(::poll(&still, 1, 0), 0) << "the other tree lives";
  EXPECT_GE(kill_marked("SENNIT_TEST_MARK", [&](std::string_view value) { return value == mine + "x-1"; }), 4U);
  EXPECT_TRUE(other.ends());
  while (::wait(nullptr) > 0) {
  }
}

TEST(Reaper, WhatAnEngineRunsIsPassedOver) {
  const std::string mine = std::to_string(::getpid()) + "-boxed";
  Pipe boxed;
  Pipe within;  // what a Sennit in a container has started: another mark than that of its container
  for (Pipe* pipe : {&boxed, &within}) {
    if (::fork() != 0) continue;
    ::setenv("SENNIT_TEST_MARK", mine.c_str(), 1);
    ::setenv(kEngineMark, pipe == &boxed ? mine.c_str() : "outer", 1);
    ::setenv("SENNIT_TEST_END", (mine + "-end").c_str(), 1);
    exec_tree(*pipe);
  }
  boxed.write_end.reset();
  within.write_end.reset();
  EXPECT_EQ(boxed.read(6).size(), 6U);
  EXPECT_EQ(within.read(6).size(), 6U);
  EXPECT_GE(kill_marked("SENNIT_TEST_MARK", [&](std::string_view value) { return value == mine; }), 4U);
  EXPECT_TRUE(within.ends());
  pollfd still{.fd = boxed.read_end.get(), .events = POLLIN, .revents = 0};
  EXPECT_EQ(::poll(&still, 1, 0), 0) << "the engine's lives";
  EXPECT_GE(kill_marked("SENNIT_TEST_END", [&](std::string_view value) { return value == mine + "-end"; }), 4U);
  EXPECT_TRUE(boxed.ends());
  while (::wait(nullptr) > 0) {
  }
}

TEST(Reaper, OnlyMarkedChildrenOfTheParentAreKilled) {
  Pipe ours;
  Pipe other;
  for (Pipe* pipe : {&ours, &other}) {
    if (::fork() != 0) continue;
    ::setenv("SENNIT_TEST_MARK", pipe == &ours ? "ours" : "other", 1);
    exec_tree(*pipe);
  }
  ours.write_end.reset();
  EXPECT_EQ(ours.read(6).size(), 6U);
  EXPECT_EQ(other.read(6).size(), 6U);
  const auto kill = [](const std::string& mark) {
    return kill_marked_children(::getpid(), "SENNIT_TEST_MARK", [&](std::string_view value) { return value == mark; });
  };
  EXPECT_EQ(kill("ours"), 1U) << "the shell, and not those below it";
  EXPECT_EQ(kill("third"), 0U);
  kill_marked("SENNIT_TEST_MARK", [](std::string_view value) { return value == "ours" || value == "other"; });
  EXPECT_TRUE(ours.ends());
  while (::wait(nullptr) > 0) {
  }
}

TEST(Detached, RunsInASessionOfItsOwnWithoutTheMarkAndWithItsLimit) {
  const std::string log = std::string(::testing::TempDir()) + "sennit-detached-" + std::to_string(::getpid());
  const Pipe done;
  ::setenv("SENNIT_ATTEMPT", "1-2-3-4", 1);
  const std::string script = "set -- $(cat /proc/$$/stat); [ $6 != " + std::to_string(::getsid(0)) +
                             " ] && echo session; echo \"${SENNIT_ATTEMPT-unmarked}\"; pwd; ulimit -n; echo done >" +
                             log + ".done";
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = 99;
  const std::vector<std::string> argv = {"sh", "-c", "mkfifo " + log + ".done; " + script};
  ASSERT_TRUE(start_detached({.program = "/bin/sh", .argv = argv, .log = log, .files = files}).ok());
  ::unsetenv("SENNIT_ATTEMPT");
  UniqueFd fifo;
  while (!fifo) fifo.reset(::open((log + ".done").c_str(), O_RDONLY | O_CLOEXEC));
  char text[64] = {};
  EXPECT_EQ(::read(fifo.get(), text, sizeof text), 5);
  const UniqueFd out(::open(log.c_str(), O_RDONLY | O_CLOEXEC));
  const ssize_t n = ::read(out.get(), text, sizeof text);
  EXPECT_EQ(std::string(text, static_cast<std::size_t>(n)), "session\nunmarked\n/\n99\n");
  ::unlink(log.c_str());
  ::unlink((log + ".done").c_str());
}

TEST(Detached, FailedExecIsSaid) {
  const Result<void> result = start_detached({.program = "/no/such/program", .argv = {"x"}, .log = {}});
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code(), ErrorCode::kNotFound);
}

}  // namespace
}  // namespace sennit::proc
