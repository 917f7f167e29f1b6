// For this room's tests: the API over the real engine and the in-memory store, with a runner that only remembers.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "api/fake_responder.h"
#include "api/service.h"
#include "store/memory_store.h"
#include "views/json.h"

namespace sennit::api {

class QuietRunner final : public runner::Runner {
 public:
  void start(const StartOrder& order, const WorkflowContext& workflow) override {
    started.push_back(order);
    contexts.push_back(workflow);
  }
  void restart(const StartOrder& /*order*/, const WorkflowContext& /*workflow*/) override {}
  void stop(AttemptId attempt, StopReason /*reason*/, Micros /*grace*/, std::uint32_t /*incarnation*/) override {
    stopped.push_back(attempt);
  }
  void release(AttemptId /*attempt*/) override {}
  void forget(AttemptId /*attempt*/) override {}
  void finish_workflow(WorkflowKey /*workflow*/) override {}
  void measure() override {}

  std::vector<WorkflowContext> contexts;
  std::vector<StartOrder> started;
  std::vector<AttemptId> stopped;
};

class NoChannels final : public ChannelOpener {
 public:
  Result<std::unique_ptr<wire::Connection>> open_channel(const AttemptId& /*attempt*/,
                                                         wire::Connection::Handler& /*handler*/) override {
    return Error(ErrorCode::kUnavailable, "no agent");
  }
};

class NoGrowth final : public LogGrowth {
 public:
  void follow(const AttemptId& attempt) override { followed.push_back(attempt); }
  void unfollow(const AttemptId& attempt) override { std::erase(followed, attempt); }
  void hold(const AttemptId& attempt) override { held.push_back(attempt); }
  void unhold(const AttemptId& attempt) override { std::erase(held, attempt); }
  std::vector<AttemptId> followed;
  std::vector<AttemptId> held;
};

inline constexpr const char* kTwoTasks =
    "workflow:\n"
    "  name: demo\n"
    "  tasks:\n"
    "  - name: make\n"
    "    image: alpine:3\n"
    "    command: [make]\n"
    "  - name: use\n"
    "    image: alpine:3\n"
    "    command: [cat, \"{{input:0}}/x\"]\n"
    "    inputs:\n"
    "    - task: make\n";

class ServiceTest : public testing::Test {
 protected:
  enum class Host { kJoined, kAbsent };

  explicit ServiceTest(Host host = Host::kJoined) {
    engine_.recover().value();
    engine_.attach(kHost, runner_);
    if (host == Host::kJoined) join();
  }
  ~ServiceTest() override { std::filesystem::remove_all(runs_dir_); }

  std::shared_ptr<Answer> ask(std::string method, std::string_view target, std::string body = "") {
    auto answer = std::make_shared<Answer>();
    service_.handle(
        {.method = std::move(method), .target = http::parse_target(target).value(), .body = std::move(body)},
        std::make_unique<FakeResponder>(answer));
    return answer;
  }

  void join() {
    engine_.post(fact::HostJoined{.host = kHost, .name = "here", .capacity = {.cpus = 2, .gpus = GpuSet::first(2)}});
    settle();
  }

  void settle() {
    while (engine_.step()) {
    }
  }

  std::shared_ptr<Answer> wait_for(std::shared_ptr<Answer> answer) {
    for (settle(); !answer->complete; settle()) loop_.run_once();
    return answer;
  }

  std::shared_ptr<Answer> post(std::string text, EnvironmentList environment = {{"HOME", "/root"}},
                               std::string runtime = {}) {
    return ask("POST", "/v1/workflows",
               to_json(views::SubmitRequest{.file = "flow.yaml",
                                            .text = std::move(text),
                                            .file_directory = "/tmp",
                                            .environment = std::move(environment),
                                            .directory = "/tmp",
                                            .runtime = std::move(runtime),
                                            .user = "ann"}));
  }

  // Submits `text` and waits until it is answered.
  std::shared_ptr<Answer> submit(std::string text) { return wait_for(post(std::move(text))); }

  void started(std::size_t order) {
    engine_.post(fact::AttemptStarted{runner_.started.at(order).attempt, 100, loop_.clock().now()});
    settle();
  }
  void exited(std::size_t order, std::int32_t code) {
    AttemptExit exit{.code = code};
    exit.at = loop_.clock().now();
    engine_.post(fact::AttemptExited{runner_.started.at(order).attempt, exit});
    settle();
  }

  static constexpr HostId kHost{1};
  std::string runs_dir_ = testing::TempDir() + "/service_test_" + std::to_string(::getpid());
  loop::Loop loop_;
  loop::WorkerPool workers_{loop_, 1};
  store::MemoryDisk disk_;
  store::MemoryStore store_{disk_, [this](std::function<void()> f) { loop_.post(std::move(f)); }};
  catalog::Credentials credentials_{store_.credentials(), ""};
  std::function<std::vector<store::Notice>(std::span<const Event>, const core::State&)> notices_;
  engine::Engine engine_{store_,
                         loop_.clock(),
                         {.instance = InstanceId(7),
                          .runs_dir = runs_dir_,
                          .credentials = [this](const auto& uses) { return credentials_.values_for(uses); },
                          .notices =
                              [this](std::span<const Event> events, const core::State& state) {
                                return notices_ ? notices_(events, state) : std::vector<store::Notice>();
                              }}};
  QuietRunner runner_;
  NoGrowth growth_;
  NoChannels channels_;
  Keeper keeper_{loop_, store_, engine_, {.rule = {}, .runs_dir = runs_dir_, .trouble = {}}};
  Service service_{
      loop_,
      workers_,
      engine_,
      store_,
      credentials_,
      growth_,
      channels_,
      keeper_,
      {.runs_dir = runs_dir_, .stop = [](StopWhen) {}, .refresh = [] {}, .agent_connected = [] { return true; }}};
};

}  // namespace sennit::api
