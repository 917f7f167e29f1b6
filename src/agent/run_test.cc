// The three processes of `sennit agent`, and what becomes of tasks when one of them is killed.
#include "agent/run.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>

#include "agent/leftovers.h"
#include "loop/timer.h"
#include "model/task_body.h"
#include "proc/file_lock.h"
#include "proc/reaper.h"
#include "wire/connection.h"
#include "wire/listener.h"
#include "wire/messages.h"

namespace sennit::agent {
namespace {

constexpr Micros kLimit = std::chrono::seconds(30);

// A server as the agent sees it: introduces itself and notes what it is told.
class FakeServer final : public wire::Connection::Handler {
 public:
  FakeServer(loop::Loop& loop, UniqueFd socket, InstanceId instance)
      : instance_(instance), connection_(std::make_unique<wire::Connection>(loop, std::move(socket), *this)) {}

  void on_open(std::uint32_t /*protocol*/) override {
    send(wire::ServerInfo{.instance = instance_, .version = "test", .pid = 1});
  }
  void on_frame(wire::FrameType type, std::string_view payload) override {
    wire::Message message = wire::decode_message(type, payload).value();
    if (auto* info = std::get_if<wire::HostInfo>(&message)) host = std::move(*info);
    if (auto* exit = std::get_if<wire::Exited>(&message)) exited.push_back(exit->fact);
    if (auto* start = std::get_if<wire::Started>(&message)) started.push_back(start->fact);
  }
  void on_closed(Error /*error*/) override { closed = true; }
  void send(const wire::Message& message) { wire::send(*connection_, message); }

  std::optional<wire::HostInfo> host;
  std::vector<fact::AttemptStarted> started;
  std::vector<fact::AttemptExited> exited;
  bool closed = false;

 private:
  InstanceId instance_;
  std::unique_ptr<wire::Connection> connection_;
};

class AgentRunTest : public ::testing::Test {
 protected:
  AgentRunTest() {
    // Whoever loses its parent falls to this process, so that its end is the end of all that it started.
    EXPECT_TRUE(proc::become_subreaper().ok());
    std::string name = std::filesystem::temp_directory_path() / "sennit-agent-XXXXXX";
    dir_ = ::mkdtemp(name.data());
    options_.instance = InstanceId(static_cast<std::uint64_t>(::getpid()) << 20 | 0xa0000 | ++instances_);
    options_.version = "test";
    options_.socket = dir_ + "/agent.sock";
    options_.lock = dir_ + "/agent.lock";
    options_.spool_dir = dir_ + "/spool";
    options_.log = dir_ + "/agent.log";
    options_.idle_limit = std::chrono::milliseconds(50);
    options_.start_server = [this]() -> Result<void> {
      std::ofstream(dir_ + "/wanted", std::ios::app) << "x";
      return {};
    };
  }
  ~AgentRunTest() override {
    server_.reset();
    proc::kill_descendants();
    if (HasFailure()) std::fputs(slurp("agent.log").c_str(), stderr);
    EXPECT_TRUE(lock_is_free()) << "an agent outlives the test";
    EXPECT_EQ(kill_leftovers(options_.instance), 0U) << "tasks outlive the test";  // and the cgroups go
    std::filesystem::remove_all(dir_);
  }

  void start_agent() {
    starter_ = ::fork();
    if (starter_ == 0) ::_exit(run_agent(options_));
  }
  void connect() {
    wait_until([this] { return proc::FileLock::probe(options_.lock).value() == proc::FileLock::State::kHeld; });
    wait_until([this] {
      Result<UniqueFd> socket = wire::connect(options_.socket);
      if (socket) server_.emplace(loop_, std::move(socket).value(), options_.instance);
      return socket.ok();
    });
    wait_until([this] { return server_->host.has_value(); });
  }
  void start_task(const std::string& script, std::uint32_t task = 0) {
    WorkflowContext context;
    context.key = WorkflowKey(1);
    context.id = "flow-1";
    context.environment = {{"PATH", "/usr/bin:/bin"}};
    context.directory = dir_;
    context.runs_dir = dir_ + "/runs";
    server_->send(wire::AddWorkflow{context});
    TaskBody body;
    body.command = {"sh", "-c", script};
    StartOrder order;
    order.attempt = {options_.instance, WorkflowKey(1), TaskIndex(task), 0};
    order.task = std::to_string(task);
    encode(body, order.body);
    server_->send(wire::Start{order});
  }
  // A task with descendants that left its group and its session; returns when all are up.
  void start_family() {
    start_task(
        "(setsid sh -c 'echo $$ >daemon; exec sleep 1000' &) ;"
        "sh -c 'echo $$ >child; exec sleep 1000' & echo $$ >main; sleep 1000");
    for (const char* name : {"daemon", "child", "main"}) {
      wait_until([&] { return slurp(name).ends_with('\n'); });
      family_.emplace_back(static_cast<int>(::syscall(SYS_pidfd_open, std::atoi(slurp(name).c_str()), 0)));
    }
  }
  bool family_is_gone() {
    std::vector<pollfd> waits;
    for (const UniqueFd& member : family_) waits.push_back({.fd = member.get(), .events = POLLIN, .revents = 0});
    return ::poll(waits.data(), waits.size(), 0) == static_cast<int>(family_.size());
  }
  void wait_until(const std::function<bool()>& condition) {
    const Micros end = loop_.clock().boot() + kLimit;
    loop::Timer step(loop_);
    while (!condition()) {
      if (loop_.clock().boot() > end) {
        FAIL() << "it did not happen";
      }
      if (!step.is_armed()) step.arm_after(std::chrono::milliseconds(2), [] {});
      loop_.run_once();
    }
  }
  bool lock_is_free() const { return proc::FileLock::probe(options_.lock).value() == proc::FileLock::State::kFree; }
  int wait_for_starter() {
    int status = 0;
    ::waitpid(starter_, &status, 0);
    starter_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  pid_t agent_pid() const { return server_ && server_->host ? static_cast<pid_t>(server_->host->pid) : 0; }
  pid_t guard_pid() const {
    std::ifstream in("/proc/" + std::to_string(agent_pid()) + "/stat");
    std::string word;
    for (int i = 0; i < 4; ++i) in >> word;
    return std::atoi(word.c_str());
  }
  std::string slurp(const std::string& name) const {
    std::ifstream in(dir_ + "/" + name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  static inline std::uint64_t instances_ = 0;
  std::string dir_;
  AgentOptions options_;
  loop::Loop loop_;
  std::optional<FakeServer> server_;
  std::vector<UniqueFd> family_;
  pid_t starter_ = 0;
};

TEST_F(AgentRunTest, TellsAboutTheHostAndRunsTasks) {
  start_agent();
  connect();
  EXPECT_GE(server_->host->capacity.cpus, 1U);
  EXPECT_GT(server_->host->capacity.memory.count(), 0U);
  start_task("exit 3");
  wait_until([this] { return !server_->exited.empty(); });
  EXPECT_EQ(server_->exited[0].exit.code, 3);
}

TEST_F(AgentRunTest, GoesWhenNobodyNeedsIt) {
  start_agent();
  EXPECT_EQ(wait_for_starter(), 0);
  EXPECT_TRUE(lock_is_free());
  EXPECT_FALSE(std::filesystem::exists(options_.socket));
}

TEST_F(AgentRunTest, SecondAgentIsRefused) {
  start_agent();
  connect();
  const pid_t second = ::fork();
  if (second == 0) {
    ::close(STDERR_FILENO);
    ::_exit(run_agent(options_));
  }
  int status = 0;
  ::waitpid(second, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 1);
}

TEST_F(AgentRunTest, AgentKilledItsWholeFamilyIsGone) {
  start_agent();
  connect();
  start_family();
  ::kill(agent_pid(), SIGKILL);
  wait_until([this] { return family_is_gone(); });
  EXPECT_EQ(wait_for_starter(), 1);
  EXPECT_TRUE(lock_is_free());
  EXPECT_EQ(slurp("wanted"), "x") << "the server was asked for";
}

TEST_F(AgentRunTest, GuardKilledItsWholeFamilyIsGone) {
  start_agent();
  connect();
  start_family();
  ::kill(guard_pid(), SIGKILL);
  wait_until([this] { return family_is_gone(); });
  EXPECT_EQ(wait_for_starter(), 1);
}

TEST_F(AgentRunTest, AllThreeKilledTheNextAgentCleansUp) {
  start_agent();
  connect();
  start_family();
  const pid_t guard = guard_pid();
  ::kill(starter_, SIGKILL);
  ::kill(guard, SIGKILL);
  ::kill(agent_pid(), SIGKILL);
  wait_for_starter();
  wait_until([this] { return lock_is_free(); });
  server_.reset();
  start_agent();
  connect();
  wait_until([this] { return family_is_gone(); });
}

TEST_F(AgentRunTest, ServerGoneTasksGoOnAndItIsAskedFor) {
  start_agent();
  connect();
  ASSERT_EQ(::mkfifo((dir_ + "/go").c_str(), 0600), 0);
  start_task("read line <go; exit 9");
  wait_until([this] { return !server_->started.empty(); });
  server_.reset();
  wait_until([this] { return !slurp("wanted").empty(); });
  std::ofstream(dir_ + "/go") << "\n";
  connect();
  wait_until([this] { return !server_->host->exited.empty() || !server_->exited.empty(); });
  const AttemptExit& exit = server_->exited.empty() ? server_->host->exited[0].exit : server_->exited[0].exit;
  EXPECT_EQ(exit.code, 9);
}

TEST_F(AgentRunTest, ExitThatNobodyHeardOfSurvivesTheAgent) {
  start_agent();
  connect();
  start_task("exit 9");
  wait_until([this] { return !server_->exited.empty(); });
  ::kill(agent_pid(), SIGKILL);
  wait_for_starter();
  server_.reset();
  start_agent();
  connect();
  ASSERT_EQ(server_->host->exited.size(), 1U);
  EXPECT_EQ(server_->host->exited[0].exit.code, 9);
}

TEST_F(AgentRunTest, TerminateEndsTasksAsLost) {
  start_agent();
  connect();
  start_family();
  ::kill(starter_, SIGTERM);
  wait_until([this] { return !server_->exited.empty(); });
  EXPECT_EQ(server_->exited[0].exit.how, AttemptExit::How::kLost);
  EXPECT_EQ(wait_for_starter(), 0);
  EXPECT_TRUE(family_is_gone());
}

TEST_F(AgentRunTest, GoesOnceTheServerHasLeftAndAllIsDone) {
  start_agent();
  connect();
  start_task("exit 0");
  wait_until([this] { return !server_->exited.empty(); });
  server_->send(wire::Forget{server_->exited[0].attempt});
  server_->send(wire::Shutdown{wire::Shutdown::When::kIdle});
  wait_until([this] { return server_->closed; });
  EXPECT_EQ(wait_for_starter(), 0);
  EXPECT_EQ(slurp("wanted"), "");
}

}  // namespace
}  // namespace sennit::agent
