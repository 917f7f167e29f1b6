// Attempts in sandboxes, as real ones. Skipped aloud where this machine has none.
#include <gtest/gtest.h>
#include <linux/close_range.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "agent/table_fixture.h"
#include "model/exit_codes.h"

namespace sennit::agent {
namespace {

class SandboxTest : public TableFixture {
 protected:
  void SetUp() override {
    launch::SandboxTools tools(launch::SandboxTools::default_inside(), std::getenv("PATH"));
    if (const auto kind = tools.kind(); !kind) GTEST_SKIP() << kind.error().message();
    runtime_ = Runtime::kSandbox;
    table_.reset();
    table_ = open();
  }
  StartOrder order_of(const TaskBody& body) const {
    StartOrder order;
    order.attempt = id();
    order.task = "0";
    encode(body, order.body);
    return order;
  }
  AttemptExit run_order(const StartOrder& order) {
    const std::size_t before = reports_.exited.size();  // what cannot be started ends at once
    table_->start(order);
    return wait_for_exit(before + 1);
  }
  // The kernel ends them with their namespace, which takes it a moment.
  void expect_nobody_is_left() {
    const std::string prefix = to_string(id()).substr(0, 16);
    const auto is_ours = [&](std::string_view value) { return value.starts_with(prefix); };
    run_until([&] { return proc::signal_marked(0, "SENNIT_ATTEMPT", is_ours) == 0; });
  }
  AttemptExit run_with_files(const std::string& script, std::vector<FileSpec> files) {
    TaskBody body{.command = {"sh", "-c", script}, .files = std::move(files)};
    return run_order(order_of(body));
  }
};

TEST_F(SandboxTest, DataLiesWhereItIsSaidToLie) {
  EXPECT_EQ(run("echo {{output}} {{input}}; echo made > /osmo/data/output/x; ls /osmo/data").code, 0) << log();
  EXPECT_EQ(log(), "/osmo/data/output /osmo/data/input\ninput\noutput\nsocket\n");
  EXPECT_EQ(slurp("runs/0/0/output/x"), "made\n");
}

TEST_F(SandboxTest, AnInputIsTheProducersDirectoryAndCannotBeChanged) {
  std::filesystem::create_directories(dir_ + "/runs/prep/0/output");
  std::ofstream(dir_ + "/runs/prep/0/output/x") << "made\n";
  TaskBody body{.command = {"sh", "-c", "cat {{input:0}}/x; touch {{input:prep}}/y 2>/dev/null || echo no"}};
  body.inputs = {{.source = "prep"}};
  StartOrder order = order_of(body);
  order.input_dirs = {"prep/0/output"};
  EXPECT_EQ(run_order(order).code, 0) << log();
  EXPECT_EQ(log(), "made\nno\n");
}

TEST_F(SandboxTest, FilesAreAtTheirPathsAndCannotBeChanged) {
  const char* script =
      "cat /tmp/a /sennit-x/b; /usr/local/bin/sennit-hello; (echo x > /tmp/a) 2>/dev/null || echo no; cat "
      "/etc/sennit-c";
  const AttemptExit exit =
      run_with_files(script, {{.path = "/tmp/a", .contents = "a of {{workflow_id}}\n"},
                              {.path = "//sennit-x///b", .contents = "{{output}}\n", .raw = true},
                              {.path = "/usr/local/bin/sennit-hello", .contents = "#!/bin/sh\necho hello\n"},
                              {.path = "/etc/sennit-c", .contents = "c\n"}});
  EXPECT_EQ(exit.code, 0) << exit.message << log();
  EXPECT_EQ(log(), "a of flow-1\n{{output}}\nhello\nno\nc\n");
  for (const char* path : {"/sennit-x", "/usr/local/bin/sennit-hello", "/etc/sennit-c"}) {
    EXPECT_FALSE(std::filesystem::exists(path)) << path << " is on the host";
  }
}

TEST_F(SandboxTest, AFileWhereTheWorkflowWasSubmittedIsNotMadeThere) {
  touch("there");
  const AttemptExit exit = run_with_files("cat new; ls", {{.path = dir_ + "/new", .contents = "text\n"}});
  EXPECT_EQ(exit.code, 0) << exit.message << log();
  EXPECT_TRUE(log().starts_with("text\nnew\n")) << log();
  EXPECT_NE(log().find("there\n"), std::string::npos) << log();
  EXPECT_FALSE(exists("new"));
}

TEST_F(SandboxTest, FilesWithOddNames) {
  const AttemptExit exit =
      run_with_files("cat '/tmp/two\nlines' /tmp/-rf; cat {{output}}/sub/x; echo y >> {{output}}/sub/x",
                     {{.path = "/tmp/two\nlines", .contents = "1\n"},
                      {.path = "/tmp/-rf", .contents = "2\n"},
                      {.path = "/osmo/data/output/sub/x", .contents = "3\n"}});
  EXPECT_EQ(exit.code, 0) << exit.message << log();
  EXPECT_EQ(log(), "1\n2\n3\n");
  EXPECT_EQ(slurp("runs/0/0/output/sub/x"), "3\ny\n");
}

TEST_F(SandboxTest, PathsThatLeadElsewhereAreRefused) {
  for (const char* path :
       {"/tmp/../etc/x", "/osmo/data/output/../../x", "/osmo/data/input/x", "/osmo/x", "/", "/proc/x"}) {
    const AttemptExit exit = run_with_files("true", {{.path = path, .contents = "x"}});
    EXPECT_EQ(exit.how, AttemptExit::How::kNotStarted) << path;
    EXPECT_NE(exit.message.find(path), std::string::npos) << exit.message;
    table_->forget(id());
  }
}

TEST_F(SandboxTest, AFileIsNotWrittenThroughALinkInTheOutputDirectory) {
  std::filesystem::create_directories(dir_ + "/runs/0/0/output");
  std::filesystem::create_symlink(dir_, dir_ + "/runs/0/0/output/link");
  const AttemptExit exit = run_with_files("true", {{.path = "/osmo/data/output/link/x", .contents = "x"}});
  EXPECT_EQ(exit.how, AttemptExit::How::kNotStarted);
  EXPECT_NE(exit.message.find("a link or another thing than a file"), std::string::npos) << exit.message;
  EXPECT_FALSE(exists("x"));
}

TEST_F(SandboxTest, TmpIsItsOwnAndGoes) {
  touch("there");  // dir_ is below /tmp, and where the task stands
  EXPECT_EQ(run("touch /tmp/sennit-own /var/tmp/sennit-own; ls /tmp; ls there; mkdir /tmp/d; chmod 0 /tmp/d; pwd").code,
            0);
  EXPECT_NE(log().find("sennit-own\n"), std::string::npos);
  EXPECT_NE(log().find("there\n" + dir_ + "\n"), std::string::npos) << log();
  EXPECT_FALSE(std::filesystem::exists("/tmp/sennit-own"));
  EXPECT_FALSE(std::filesystem::exists("/var/tmp/sennit-own"));
  run_until([&] { return !exists("runs/0/0/tmp"); });
}

TEST_F(SandboxTest, TheSystemCannotBeChanged) {
  EXPECT_EQ(run("touch /usr/sennit-x /etc/sennit-x 2>/dev/null; echo new > /sennit-top; cat /sennit-top").code, 0);
  EXPECT_EQ(log(), "new\n");
  for (const char* path : {"/usr/sennit-x", "/etc/sennit-x", "/sennit-top"}) {
    EXPECT_FALSE(std::filesystem::exists(path)) << path;
  }
}

TEST_F(SandboxTest, ExitCodesAndSignalsAreThoseOfTheCommand) {
  struct Case {
    const char* script;
    AttemptExit::How how;
    int code;
  };
  const Case cases[] = {{"exit 7", AttemptExit::How::kExited, 7},
                        {"exit 137", AttemptExit::How::kExited, 137},
                        {"kill -SEGV $$", AttemptExit::How::kSignaled, SIGSEGV},
                        {"kill -KILL $$", AttemptExit::How::kSignaled, SIGKILL},
                        {"kill -TERM 0; sleep 5", AttemptExit::How::kSignaled, SIGTERM}};
  for (const Case& c : cases) {
    const AttemptExit exit = run(c.script);
    EXPECT_EQ(exit.how, c.how) << c.script;
    EXPECT_EQ(exit.code, c.code) << c.script << exit.message;
    table_->forget(id());
  }
}

TEST_F(SandboxTest, WhatCannotBeStartedIsSaid) {
  AttemptExit exit = run_order(order_of({.command = {"sennit-nowhere"}}));
  EXPECT_EQ(exit.how, AttemptExit::How::kNotStarted);
  EXPECT_EQ(exit.code, exit_codes::kCommandNotStarted);
  EXPECT_EQ(exit.message, "no such program in the sandbox");
  table_->forget(id());
  exit = run_order(order_of({.command = {"true"}, .workdir = "/sennit-nowhere"}));
  EXPECT_EQ(exit.message, "enter the working directory in the sandbox: No such file or directory");
}

TEST_F(SandboxTest, WhatItUsedIsMeasured) {
  const AttemptExit exit = run("i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done");
  EXPECT_GT(exit.usage.cpu, std::chrono::milliseconds(20));
  EXPECT_GT(exit.usage.max_memory, mebibytes(1));
  EXPECT_GT(exit.ran_us, 0);
}

TEST_F(SandboxTest, AStopReachesTheCommandAndGivesItTime) {
  start("trap 'echo bye; exit 4' TERM; touch up; while :; do sleep 0.05; done");
  wait_for_file("up");
  table_->stop(id(), kLimit);
  const AttemptExit exit = wait_for_exit();
  EXPECT_EQ(exit.how, AttemptExit::How::kExited);
  EXPECT_EQ(exit.code, 4);
  // The shell may say before it that its `sleep`, which was stopped with it, was "Terminated".
  EXPECT_TRUE(log().ends_with("bye\n")) << log();
}

// It ignores SIGTERM, has left its group and its session, has no pipe of ours, and stays.
constexpr const char* kStray =
    "(trap '' TERM HUP; setsid sh -c 'cat /proc/self/status > /dev/null; sh -c \"sleep 1000\" & "
    "touch up; exec sleep 1001' >/dev/null 2>&1 </dev/null &) ; ";

TEST_F(SandboxTest, NobodyOutlivesTheCommand) {
  EXPECT_EQ(run(std::string(kStray) + "while [ ! -e up ]; do :; done").code, 0);
  expect_nobody_is_left();
}

TEST_F(SandboxTest, NobodyOutlivesAStop) {
  start(std::string(kStray) + "trap '' TERM; exec >&- 2>&-; while :; do sleep 1; done");
  wait_for_file("up");
  table_->stop(id(), std::chrono::milliseconds(50));
  const AttemptExit exit = wait_for_exit();
  EXPECT_EQ(exit.how, AttemptExit::How::kSignaled);
  EXPECT_EQ(exit.code, SIGKILL);
  expect_nobody_is_left();
}

TEST_F(SandboxTest, WhatIsStillWrittenAfterTheCommandIsLogged) {
  EXPECT_EQ(run("(sleep 0.1; echo late) & echo early").code, 0);
  EXPECT_EQ(log(), "early\nlate\n");
}

TEST_F(SandboxTest, NothingOfOursIsHandedDown) {
  ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);  // whatever those who run this test left open
  EXPECT_EQ(run_with_files("ls /proc/self/fd; readlink /proc/self/fd/0", {{.path = "/tmp/a", .contents = "x"}}).code,
            0);
  EXPECT_EQ(log(), "0\n1\n2\n3\n/dev/null\n") << "3 is the directory that ls reads";
}

TEST_F(SandboxTest, AStopBeforeItBeganDoesNotWaitForIt) {
  start("sleep 1000");
  table_->stop(id(), kLimit);  // before bubblewrap can have done its work
  EXPECT_EQ(wait_for_exit().how, AttemptExit::How::kSignaled);
  expect_nobody_is_left();
}

TEST_F(SandboxTest, PeersAreFoundByName) {
  TaskBody body{.command = {"sh", "-c", "echo {{host:server}}; getent hosts {{host:server}}"}};
  StartOrder order = order_of(body);
  order.hosts = {{"server", "127.9.8.7"}, {"client", "127.9.8.8"}};
  EXPECT_EQ(run_order(order).code, 0) << log();
  EXPECT_TRUE(log().starts_with("server\n127.9.8.7")) << log();
}

TEST_F(SandboxTest, StandsStillAndGoesOn) {
  start("i=0; while [ $i -lt 100000 ]; do i=$((i+1)); echo $i > count; sleep 0.01; done");
  wait_for_file("count");
  table_->pause(id());
  let_time_pass();
  const std::string before = slurp("count");
  start("sleep 0.2", 98);
  wait_for_exit(2);
  EXPECT_EQ(slurp("count"), before);
  table_->resume(id());
  run_until([&] { return slurp("count") != before; });
  table_->stop(id(), Micros::zero());
  wait_for_exit(reports_.exited.size() + 1);
}

TEST_F(SandboxTest, AnotherCommandInPlaceFindsAnEmptyTmp) {
  start("ls /tmp | grep -c own; touch /tmp/own {{output}}/kept; touch up; sleep 1000");
  wait_for_file("up");
  StartOrder again = order("ls /tmp | grep own; ls {{output}}");
  again.incarnation = 1;
  table_->restart(again);
  EXPECT_EQ(wait_for_exit().code, 0);
  EXPECT_TRUE(log().ends_with("the command is started again (1)\nkept\n")) << log();
  run_until([&] {
    return std::ranges::none_of(std::filesystem::directory_iterator(dir_ + "/runs/0/0"),
                                [](const auto& entry) { return entry.path().filename().string().starts_with("tmp"); });
  });
}

class SandboxWithLimitsTest : public SandboxTest {
 protected:
  void SetUp() override {
    cgroup_ = cgroup_name(instance_);
    SandboxTest::SetUp();
    if (IsSkipped()) return;
    const LimitProblems& problems = table_->lacks().limits;
    if (!problems.memory.empty()) GTEST_SKIP() << "there are no limits here: " << problems.memory;
  }
  void TearDown() override {
    table_.reset();
    end_cgroups(instance_);
  }
};

TEST_F(SandboxWithLimitsTest, AForkBombIsContained) {
  StartOrder bomb = order("b() { b & b & wait; }; b 2>/dev/null");
  bomb.limits.processes = 60;
  table_->start(bomb);
  run_until([&] { return !reports_.started.empty(); });
  EXPECT_EQ(std::system("true"), 0) << "the host goes on";
  table_->stop(id(), std::chrono::milliseconds(100));
  wait_for_exit();
  expect_nobody_is_left();
}

TEST_F(SandboxWithLimitsTest, ItsProcessesAreCounted) {
  StartOrder many = order("for i in 1 2 3 4 5 6 7 8 9 10 11 12; do sleep 1 & done 2>/dev/null; echo all");
  many.limits.processes = 8;
  EXPECT_NE(run_order(many).code, 0);
  EXPECT_EQ(log().find("all"), std::string::npos) << log();
}

TEST_F(SandboxWithLimitsTest, OneThatTakesTooMuchMemoryIsReportedAsSuch) {
  StartOrder greedy = order("exec dd if=/dev/zero of=/dev/null bs=200M count=1");
  greedy.limits.memory = mebibytes(64);
  const AttemptExit exit = run_order(greedy);
  EXPECT_EQ(exit.how, AttemptExit::How::kSignaled);
  EXPECT_EQ(exit.out_of_memory, OutOfMemory::kLimit);
}

TEST(SandboxMissing, IsSaidByTheTable) {
  loop::Loop loop;
  Reports reports;
  std::string dir = std::filesystem::temp_directory_path() / "sennit-table-XXXXXX";
  ASSERT_NE(::mkdtemp(dir.data()), nullptr);
  auto table =
      std::move(AttemptTable::open(loop, {.spool_dir = dir, .inside = "/nowhere/sennit-user"}, reports)).value();
  EXPECT_NE(table->lacks().places.no_sandbox, "");
  table.reset();
  std::filesystem::remove_all(dir);
}

}  // namespace
}  // namespace sennit::agent
