// The runner against an agent of our own: a listener and a lock in the same process.
#include "runner/agent/agent_runner.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <optional>

#include "loop/timer.h"
#include "proc/file_lock.h"
#include "wire/connection.h"
#include "wire/listener.h"
#include "wire/messages.h"

namespace sennit::runner {
namespace {

const AttemptId kAttempt{InstanceId(5), WorkflowKey(1), TaskIndex(2), 0};

class FakeAgent final : public wire::Connection::Handler {
 public:
  FakeAgent(loop::Loop& loop, const std::string& socket, const std::string& lock)
      : loop_(loop), lock_(std::move(proc::FileLock::take(lock)).value()) {
    listener_.emplace(wire::Listener::open(loop, socket, [this](UniqueFd fd) {
                        connection_ = std::make_unique<wire::Connection>(loop_, std::move(fd), *this);
                      }).value());
  }
  void on_frame(wire::FrameType type, std::string_view payload) override {
    got.push_back(type);
    const wire::Message message = wire::decode_message(type, payload).value();
    if (const auto* follow = std::get_if<wire::Follow>(&message)) follows.push_back(follow->held);
    if (!std::holds_alternative<wire::ServerInfo>(message)) return;
    if (refuses) return close();
    if (answers) answer();
  }
  void on_closed(Error /*error*/) override { connection_.reset(); }
  void send(const wire::Message& message) { wire::send(*connection_, message); }
  void close() { connection_.reset(); }
  void answer() {
    wire::HostInfo info;
    info.running = {{kAttempt, 11, {}}};
    info.more = true;
    send(info);
    info.more = false;
    info.running = {{AttemptId{InstanceId(5), WorkflowKey(1), TaskIndex(3), 0}, 12, {}}};
    info.name = "host";
    info.pid = 77;
    info.gpu_problem = "GPU 1: lost";
    info.limit_problems.memory = "only root may";
    send(info);
  }

  std::vector<wire::FrameType> got;
  std::vector<bool> follows;  // held or not
  bool answers = true;
  bool refuses = false;

 private:
  loop::Loop& loop_;
  proc::FileLock lock_;
  std::optional<wire::Listener> listener_;
  std::unique_ptr<wire::Connection> connection_;
};

class AgentRunnerTest : public ::testing::Test, public FactSink {
 protected:
  AgentRunnerTest() {
    std::string name = std::filesystem::temp_directory_path() / "sennit-runner-XXXXXX";
    dir_ = ::mkdtemp(name.data());
  }
  ~AgentRunnerTest() override {
    runner_.reset();
    agent_.reset();
    std::filesystem::remove_all(dir_);
  }
  void post(Fact fact) override { facts_.push_back(std::move(fact)); }

  void start_agent() { agent_.emplace(loop_, dir_ + "/sock", dir_ + "/lock"); }
  void open_runner(std::function<Result<void>()> start) {
    runner_ = std::make_unique<AgentRunner>(
        loop_,
        AgentRunnerOptions{.instance = InstanceId(5),
                           .version = "test",
                           .socket = dir_ + "/sock",
                           .lock = dir_ + "/lock",
                           .start_agent = std::move(start),
                           .on_trouble = [this](const Error& error) { troubles_.push_back(error.message()); }},
        *this);
    runner_->open();
  }
  void run_until(const std::function<bool()>& condition) {
    bool late = false;
    loop::Timer limit(loop_);
    limit.arm_after(std::chrono::seconds(20), [&] { late = true; });
    while (!condition() && !late) loop_.run_once();
    EXPECT_FALSE(late) << "it did not happen";
  }
  std::size_t joins() const {
    std::size_t count = 0;
    for (const Fact& fact : facts_) count += std::holds_alternative<fact::HostJoined>(fact) ? 1U : 0U;
    return count;
  }
  void join() {
    open_runner([this]() -> Result<void> {
      start_agent();
      return {};
    });
    run_until([this] { return joins() == 1; });
    facts_.clear();
    agent_->got.clear();
  }

  std::string dir_;
  loop::Loop loop_;
  std::optional<FakeAgent> agent_;
  std::unique_ptr<AgentRunner> runner_;
  std::vector<Fact> facts_;
  std::vector<std::string> troubles_;
};

TEST_F(AgentRunnerTest, JoinsAnAgentThatIsThere) {
  start_agent();
  open_runner([]() -> Result<void> { return Error(ErrorCode::kInternal, "not to be called"); });
  run_until([this] { return !facts_.empty(); });
  const auto& joined = std::get<fact::HostJoined>(facts_[0]);
  EXPECT_EQ(joined.host, HostId(1));
  EXPECT_EQ(joined.name, "host");
  EXPECT_EQ(joined.gpu_problem, "GPU 1: lost");
  EXPECT_EQ(joined.limit_problems.memory, "only root may");
  ASSERT_EQ(joined.running.size(), 2U) << "both parts of the list";
  EXPECT_EQ(joined.running[0].attempt, kAttempt);
  EXPECT_EQ(runner_->agent_pid(), 77U);
}

TEST_F(AgentRunnerTest, StartsAnAgentOnceIfThereIsNone) {
  int starts = 0;
  std::optional<loop::Timer> later(std::in_place, loop_);
  open_runner([&]() -> Result<void> {
    ++starts;
    later->arm_after(std::chrono::milliseconds(30), [this] { start_agent(); });
    return {};
  });
  run_until([this] { return joins() == 1; });
  EXPECT_EQ(starts, 1);
}

TEST_F(AgentRunnerTest, OrdersBeforeTheJoinAreDroppedLaterOnesArrive) {
  join();
  runner_->forget(kAttempt);
  runner_->stop(kAttempt, StopReason::kCanceled, Micros(1), 0);
  run_until([this] { return agent_->got.size() == 2; });
  EXPECT_EQ(agent_->got, (std::vector<wire::FrameType>{wire::kForgetFrame, wire::kStopFrame}));
  agent_->answers = false;
  agent_->close();
  run_until([this] { return runner_->agent_pid() == 0; });
  runner_->forget(kAttempt);
  run_until([this] { return agent_->got.size() == 3; });
  EXPECT_EQ(agent_->got[2], wire::kServerInfoFrame) << "and no forget";
}

TEST_F(AgentRunnerTest, WorkflowIsToldOnceToEachAgent) {
  using Frames = std::vector<wire::FrameType>;
  const StartOrder order{.attempt = kAttempt, .task = {}, .body = {}, .gpus = {}, .input_dirs = {}, .hosts = {}};
  WorkflowContext workflow;
  workflow.key = kAttempt.workflow;
  join();
  runner_->start(order, workflow);
  runner_->start(order, workflow);
  run_until([this] { return agent_->got.size() == 3; });
  EXPECT_EQ(agent_->got, (Frames{wire::kAddWorkflowFrame, wire::kStartFrame, wire::kStartFrame}));
  agent_->close();
  run_until([this] { return joins() == 1; });
  agent_->got.clear();
  runner_->start(order, workflow);  // of a commit that was held up while the agent changed
  runner_->finish_workflow(workflow.key);
  runner_->finish_workflow(workflow.key);
  runner_->forget(kAttempt);
  run_until([this] { return agent_->got.size() == 4; });
  EXPECT_EQ(agent_->got,
            (Frames{wire::kAddWorkflowFrame, wire::kStartFrame, wire::kFinishWorkflowFrame, wire::kForgetFrame}));
}

TEST_F(AgentRunnerTest, AnOrderThatNoFrameHoldsEndsItsAttempt) {
  StartOrder order{.attempt = kAttempt, .task = {}, .body = {}, .gpus = {}, .input_dirs = {}, .hosts = {}};
  order.body.resize(wire::kMaxFrameBytes.count());
  join();
  runner_->start(order, WorkflowContext{});
  EXPECT_TRUE(facts_.empty()) << "not from inside the order";
  run_until([this] { return !facts_.empty(); });
  const auto& exited = std::get<fact::AttemptExited>(facts_[0]);
  EXPECT_EQ(exited.exit.how, AttemptExit::How::kNotStarted);
  EXPECT_NE(exited.exit.message.find("larger than"), std::string::npos);
}

TEST_F(AgentRunnerTest, ReportsBecomeFacts) {
  join();
  agent_->send(wire::Started{{kAttempt, 9, {}}});
  agent_->send(wire::AtBarrier{kAttempt});
  agent_->send(wire::Exited{{kAttempt, {.code = 3}}});
  run_until([this] { return facts_.size() == 3; });
  EXPECT_EQ(std::get<fact::AttemptStarted>(facts_[0]).pid, 9U);
  EXPECT_EQ(std::get<fact::AttemptAtBarrier>(facts_[1]).attempt, kAttempt);
  EXPECT_EQ(std::get<fact::AttemptExited>(facts_[2]).exit.code, 3);
}

TEST_F(AgentRunnerTest, AMeasurementIsTheHosts) {
  join();
  agent_->send(wire::Measured{{{.device = 1, .busy = 500, .memory_used = {}}}});
  run_until([this] { return facts_.size() == 1; });
  const auto& measured = std::get<fact::HostMeasured>(facts_[0]);
  EXPECT_EQ(measured.host, HostId(1));
  EXPECT_EQ(measured.gpus.at(0).busy, 500U);
}

TEST_F(AgentRunnerTest, ConnectsAgainWhenTheConnectionEnds) {
  join();
  agent_->close();
  run_until([this] { return joins() == 1; });
  EXPECT_EQ(runner_->agent_pid(), 77U);
}

TEST_F(AgentRunnerTest, NextAgentIsStartedOnceTheLastOnesLockIsFree) {
  join();
  agent_.reset();
  run_until([this] { return joins() == 1; });
  EXPECT_EQ(facts_.size(), 1U) << "no word of a lost host";
}

TEST_F(AgentRunnerTest, HostIsLostWhenNoAgentCanBeStarted) {
  bool works = false;
  open_runner([&]() -> Result<void> {
    if (!works) return Error(ErrorCode::kNotFound, "no such program");
    start_agent();
    return {};
  });
  run_until([this] { return !facts_.empty(); });
  EXPECT_EQ(std::get<fact::HostLost>(facts_[0]).why, "no such program");
  works = true;
  run_until([this] { return joins() == 1; });
  EXPECT_EQ(facts_.size(), 2U) << "said once";
}

TEST_F(AgentRunnerTest, AgentThatRefusesIsAskedEverLessOftenAndSaidOnce) {
  start_agent();
  agent_->refuses = true;
  open_runner([]() -> Result<void> { return Error(ErrorCode::kInternal, "not to be called"); });
  run_until([this] { return !troubles_.empty(); });
  const std::size_t tries = agent_->got.size();
  EXPECT_LT(tries, 20U);
  run_until([&] { return agent_->got.size() > tries; });
  EXPECT_EQ(troubles_.size(), 1U);
  EXPECT_TRUE(facts_.empty()) << "not lost";
  agent_->refuses = false;
  run_until([this] { return joins() == 1; });
}

TEST_F(AgentRunnerTest, ShortageOfDescriptorsLosesNoHost) {
  join();
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  const rlimit none{.rlim_cur = 0, .rlim_max = before.rlim_max};
  ::setrlimit(RLIMIT_NOFILE, &none);
  agent_->close();
  run_until([this] { return !troubles_.empty(); });
  ::setrlimit(RLIMIT_NOFILE, &before);
  run_until([this] { return joins() == 1; });
  EXPECT_EQ(facts_.size(), 1U) << "no word of a lost host";
}

TEST_F(AgentRunnerTest, FollowersCountAndSurviveAReconnection) {
  join();
  std::uint64_t grown = 0;
  runner_->on_grew([&](const AttemptId& /*attempt*/, std::uint64_t size) { grown = size; });
  runner_->follow(kAttempt);
  runner_->follow(kAttempt);
  runner_->unfollow(kAttempt);
  run_until([this] { return agent_->got.size() == 1; });
  agent_->send(wire::Grew{kAttempt, 12});
  run_until([&] { return grown == 12; });
  agent_->close();
  run_until([this] { return agent_->got.size() == 3; });
  EXPECT_EQ(agent_->got[2], wire::kFollowFrame) << "behind the introduction";
  runner_->unfollow(kAttempt);
  run_until([this] { return agent_->got.size() == 4; });
  EXPECT_EQ(agent_->got[3], wire::kUnfollowFrame);
}

TEST_F(AgentRunnerTest, OneOfSeveralReadersIsEnoughToHoldTheOutput) {
  join();
  runner_->hold(kAttempt);  // nobody follows it
  for (int i = 0; i < 2; ++i) runner_->follow(kAttempt);
  for (int i = 0; i < 2; ++i) runner_->hold(kAttempt);
  run_until([this] { return agent_->got.size() == 2; });
  runner_->unhold(kAttempt);
  agent_->close();  // the next one is told that it is held
  run_until([this] { return agent_->got.size() == 4; });
  runner_->unhold(kAttempt);
  run_until([this] { return agent_->got.size() == 5; });
  EXPECT_EQ(agent_->follows, (std::vector<bool>{false, true, true, false}));
}

TEST_F(AgentRunnerTest, LeavingTellsTheAgent) {
  join();
  runner_->leave();
  run_until([this] { return !agent_->got.empty(); });
  EXPECT_EQ(agent_->got[0], wire::kShutdownFrame);
}

}  // namespace
}  // namespace sennit::runner
