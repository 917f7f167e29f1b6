// Real processes: what a child gets, and what is said when there is none.
#include "proc/spawner.h"

#include <fcntl.h>
#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

namespace sennit::proc {
namespace {

rlimit file_limit() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return limit;
}

std::string read_all(const UniqueFd& fd) {
  std::string text;
  char block[4096];
  for (ssize_t n = 0; (n = ::read(fd.get(), block, sizeof block)) > 0;) text.append(block, static_cast<std::size_t>(n));
  return text;
}

ProcessEnd wait_for(Child& child) {
  pollfd ready{.fd = child.pidfd(), .events = POLLIN, .revents = 0};
  ::poll(&ready, 1, 10'000);
  const std::optional<ProcessEnd> end = child.reap();
  EXPECT_TRUE(end.has_value()) << "still running after 10 s";
  return end.value_or(ProcessEnd{});
}

class SpawnerTest : public ::testing::Test {
 protected:
  Result<Child> start(const std::vector<std::string>& command, const char* directory = nullptr, int out = -1) {
    std::vector<const char*> argv;
    for (const std::string& word : command) argv.push_back(word.c_str());
    argv.push_back(nullptr);
    const char* const envp[] = {"PATH=/usr/bin:/bin", "COLOR=blue", nullptr};
    return spawner_.spawn(
        {.program = argv[0], .argv = argv.data(), .envp = envp, .directory = directory, .out = out, .err = -1});
  }
  Result<Child> shell(const std::string& script, const char* directory = nullptr, int out = -1) {
    return start({"/bin/sh", "-c", script}, directory, out);
  }
  // What a shell script prints.
  std::string output_of(const std::string& script, const char* directory = nullptr) {
    int ends[2];
    EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    const UniqueFd read_end(ends[0]);
    UniqueFd write_end(ends[1]);
    Result<Child> child = shell(script, directory, write_end.get());
    write_end.reset();
    EXPECT_TRUE(child.ok());
    std::string text = read_all(read_end);
    wait_for(*child);
    return text;
  }

  Spawner spawner_ = std::move(Spawner::open(file_limit())).value();
};

TEST_F(SpawnerTest, ADescriptorThatIsKeptIsInheritedByItsNumber) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const UniqueFd read_end(ends[0]);
  UniqueFd write_end(ends[1]);
  const std::string script = "echo hello >&" + std::to_string(write_end.get());
  const char* const argv[] = {"sh", "-c", script.c_str(), nullptr};
  const char* const envp[] = {nullptr};
  const int keep[] = {write_end.get()};
  Result<Child> child = spawner_.spawn({.program = "/bin/sh", .argv = argv, .envp = envp, .keep = keep});
  ASSERT_TRUE(child.ok());
  EXPECT_EQ(::fcntl(write_end.get(), F_GETFD), FD_CLOEXEC) << "ours is as it was";
  write_end.reset();
  EXPECT_EQ(read_all(read_end), "hello\n");
  wait_for(*child);
}

TEST_F(SpawnerTest, TerminationCanBeIgnoredFromTheStart) {
  const char* const argv[] = {"sh", "-c", "kill -TERM $$; exit 5", nullptr};
  const char* const envp[] = {nullptr};
  Result<Child> child = spawner_.spawn({.program = "/bin/sh", .argv = argv, .envp = envp, .ignores_termination = true});
  ASSERT_TRUE(child.ok());
  EXPECT_EQ(wait_for(*child).code, 5);
}

TEST_F(SpawnerTest, ExitCodeAndUsageArrive) {
  Result<Child> child = shell("exit 7");
  const ProcessEnd end = wait_for(*child);
  EXPECT_EQ(end.how, ProcessEnd::How::kExited);
  EXPECT_EQ(end.code, 7);
  EXPECT_GT(end.max_rss, 100'000U);
  EXPECT_FALSE(child->reap().has_value());
}

TEST_F(SpawnerTest, SignalNumberArrives) {
  Result<Child> child = shell("kill -TERM $$");
  const ProcessEnd end = wait_for(*child);
  EXPECT_EQ(end.how, ProcessEnd::How::kSignaled);
  EXPECT_EQ(end.code, SIGTERM);
}

TEST_F(SpawnerTest, ChildSeesItsEnvironmentAndDirectory) {
  EXPECT_EQ(output_of("printf %s \"$COLOR $(pwd)\"", "/usr"), "blue /usr");
}

TEST_F(SpawnerTest, ChildHasThreeDescriptors) {
  // Whoever runs the tests may have left descriptors open; the agent seals those at its start.
  ::syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC);
  const UniqueFd leak(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  EXPECT_EQ(output_of("exec ls /proc/self/fd"), "0\n1\n2\n3\n");  // 3: ls reads the directory
}

TEST_F(SpawnerTest, StandardInputIsEmpty) { EXPECT_EQ(output_of("cat; echo end"), "end\n"); }

TEST_F(SpawnerTest, StandardInputIsWhatIsGiven) {
  const UniqueFd in(::open("/proc/self/comm", O_RDONLY | O_CLOEXEC));
  const char* const argv[] = {"/bin/sh", "-c", "read line && test -n \"$line\"", nullptr};
  Result<Child> child = spawner_.spawn({.program = argv[0], .argv = argv, .envp = argv + 3, .in = in.get()});
  ASSERT_TRUE(child.ok());
  EXPECT_EQ(wait_for(*child).code, 0);
}

TEST_F(SpawnerTest, ChildLeadsItsGroup) {
  EXPECT_EQ(output_of("set -- $(cat /proc/$$/stat); [ $1 = $5 ] && echo leader"), "leader\n");
}

TEST_F(SpawnerTest, SignalsAreAtTheirDefaults) {
  ::signal(SIGPIPE, SIG_IGN);
  spawner_.~Spawner();
  new (&spawner_) Spawner(std::move(Spawner::open(file_limit())).value());
  sigset_t usr1;
  ::sigemptyset(&usr1);
  ::sigaddset(&usr1, SIGUSR1);
  ::pthread_sigmask(SIG_BLOCK, &usr1, nullptr);
  // The C library keeps signals 32 and 33 (bits 31 and 32) to itself: whoever started the tests may ignore them, and
  // no program can change that by sigaction().
  EXPECT_THAT(output_of("exec grep -E '^Sig(Blk|Ign)' /proc/self/status"),
              testing::AnyOf("SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n",
                             "SigBlk:\t0000000000000000\nSigIgn:\t0000000180000000\n"));
  ::pthread_sigmask(SIG_UNBLOCK, &usr1, nullptr);
  ::signal(SIGPIPE, SIG_DFL);
}

TEST_F(SpawnerTest, ChildGetsTheLimitOfOpenFilesThatIsGiven) {
  rlimit small = file_limit();
  small.rlim_cur = 123;
  spawner_.~Spawner();
  new (&spawner_) Spawner(std::move(Spawner::open(small)).value());
  EXPECT_EQ(output_of("ulimit -n"), "123\n");
}

TEST_F(SpawnerTest, SignalReachesTheWholeGroup) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const UniqueFd read_end(ends[0]);
  UniqueFd write_end(ends[1]);
  Result<Child> child = shell("sleep 1000 & echo up; wait", nullptr, write_end.get());
  write_end.reset();
  char up[3];
  ASSERT_EQ(::read(read_end.get(), up, 3), 3);
  EXPECT_EQ(child->signal_group(0), GroupState::kAlive);
  EXPECT_EQ(child->signal_group(SIGKILL), GroupState::kAlive);
  EXPECT_EQ(read_all(read_end), "");  // both have ended: nobody holds the pipe
  EXPECT_EQ(wait_for(*child).code, SIGKILL);
  EXPECT_FALSE(child->reap().has_value());
}

TEST_F(SpawnerTest, GroupOfAReapedChildIsGone) {
  Result<Child> child = shell("exit 0");
  wait_for(*child);
  EXPECT_EQ(child->signal_group(0), GroupState::kGone);
}

TEST_F(SpawnerTest, DroppedChildIsKilled) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const UniqueFd read_end(ends[0]);
  UniqueFd write_end(ends[1]);
  ignore(shell("sleep 1000", nullptr, write_end.get()), "dropping it is the test");
  write_end.reset();
  EXPECT_EQ(read_all(read_end), "");
}

TEST_F(SpawnerTest, ChildDiesWithTheThreadThatSpawnedIt) {
  Child child;
  std::thread([&] { child = std::move(shell("exec sleep 1000")).value(); }).join();
  EXPECT_EQ(wait_for(child).code, SIGKILL);
}

TEST_F(SpawnerTest, ScriptWithoutInterpreterLineIsRunByTheShell) {
  const std::string script = std::filesystem::temp_directory_path() / ("sennit-script-" + std::to_string(::getpid()));
  std::ofstream(script) << "exit $1\n";
  ::chmod(script.c_str(), 0700);
  Result<Child> child = start({script, "9"});
  EXPECT_EQ(wait_for(*child).code, 9);
  std::filesystem::remove(script);
}

TEST_F(SpawnerTest, RefusalsNameTheirReason) {
  const std::string dir = std::filesystem::temp_directory_path() / ("sennit-refused-" + std::to_string(::getpid()));
  std::filesystem::create_directory(dir);
  std::ofstream(dir + "/text") << "hello";
  std::ofstream(dir + "/script") << "#!/no/such/interpreter\n";
  ::chmod((dir + "/script").c_str(), 0700);
  struct Case {
    std::vector<std::string> command;
    const char* directory;
    ErrorCode code;
    std::string message;
  };
  const std::string big(3'000'000, 'x');
  const Case cases[] = {
      {{"/no/such"}, nullptr, ErrorCode::kNotFound, "no such program: /no/such"},
      {{"/bin/sh/x"}, nullptr, ErrorCode::kNotFound, "no such program: /bin/sh/x"},
      {{dir + "/text"}, nullptr, ErrorCode::kInvalid, dir + "/text is not executable"},
      {{dir}, nullptr, ErrorCode::kInvalid, dir + " is not executable"},
      {{dir + "/script"},
       nullptr,
       ErrorCode::kNotFound,
       "the interpreter of " + dir + "/script (its #! line) does not exist"},
      {{"/bin/true"}, "/no/such", ErrorCode::kNotFound, "no such directory: /no/such"},
      {{"/bin/true"}, "/bin/sh", ErrorCode::kInvalid, "/bin/sh is not a directory"},
      {{"/bin/true", big}, nullptr, ErrorCode::kInvalid, "start /bin/true: arguments and environment are too long"},
  };
  for (const Case& c : cases) {
    const Result<Child> child = start(c.command, c.directory);
    ASSERT_FALSE(child.ok()) << c.message;
    EXPECT_EQ(child.error().code(), c.code) << c.message;
    EXPECT_EQ(child.error().message(), c.message);
  }
  std::filesystem::remove_all(dir);
}

}  // namespace
}  // namespace sennit::proc
