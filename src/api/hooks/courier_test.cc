// Hooks told by real children, over the real engine and the store in memory.
#include "api/hooks/courier.h"

#include <poll.h>
#include <sys/syscall.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "api/service_fixture.h"
#include "catalog/credentials.h"

namespace sennit::api {
namespace {

using spec::HookOccasion;

class Courier : public ServiceTest {
 protected:
  Courier() {
    std::filesystem::create_directories(runs_dir_);
    notices_ = [this](std::span<const Event> events, const core::State& state) {
      return courier_ ? courier_->notices(events, state) : std::vector<store::Notice>();
    };
  }

  void begin(const spec::HooksConfig& hooks) {
    courier_.emplace(
        loop_, engine_, store_, credentials_, *spawner_,
        CourierOptions{.runs_dir = runs_dir_,
                       .surroundings = {.environment = {{"PATH", "/usr/bin:/bin"}}, .directory = runs_dir_},
                       .trouble = [this](const Error& error) { troubles_.push_back(error.message()); },
                       .pause = [](std::uint32_t) { return Micros(1000); }});
    courier_->set_hooks(hooks);
    EXPECT_TRUE(courier_->open().ok());
  }
  static spec::HookConfig hook(HookOccasion on, std::string run, std::uint32_t retries = 3) {
    return {.name = std::string(to_string(on)), .on = on, .run = std::move(run), .retries = retries};
  }
  static spec::HooksConfig only(spec::HookConfig hook) { return {{hook.on, {hook}}}; }

  void fail_a_workflow() {
    submit(kTwoTasks);
    started(runner_.started.size() - 1);
    exited(runner_.started.size() - 1, 3);
  }
  void until_quiet() {
    while (courier_->busy()) loop_.run_once();
  }
  std::string told(const std::string& file = "told") const {
    std::ifstream in(runs_dir_ + "/" + file);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  store::Delivery newest() { return store_.outbox().latest(1, std::nullopt).value().at(0); }

  static rlimit files() {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    return limit;
  }

  Result<proc::Spawner> spawner_ = proc::Spawner::open(files());
  std::optional<HookCourier> courier_;
  std::vector<std::string> troubles_;
};

TEST_F(Courier, TellsAFailureOnce) {
  begin(only(hook(HookOccasion::kFailure, "echo $SENNIT_EVENT $SENNIT_WORKFLOW $SENNIT_STATUS >> told; cat > event")));
  fail_a_workflow();
  EXPECT_TRUE(courier_->busy());
  until_quiet();
  EXPECT_EQ(told(), "failure demo-1 FAILED\n");
  EXPECT_NE(told("event").find("\"event\":\"failure\""), std::string::npos) << told("event");
  EXPECT_EQ(newest().state, store::DeliveryState::kDelivered);
  EXPECT_EQ(newest().tries, 1U);
  EXPECT_TRUE(troubles_.empty());
}

TEST_F(Courier, TriesAgainUntilItWorks) {
  begin(only(hook(HookOccasion::kFailure, "echo $SENNIT_TRY >> told; test $SENNIT_TRY = 3")));
  fail_a_workflow();
  until_quiet();
  EXPECT_EQ(told(), "1\n2\n3\n");
  EXPECT_EQ(newest().state, store::DeliveryState::kDelivered);
  EXPECT_EQ(troubles_.size(), 2U);
}

TEST_F(Courier, GivesUpAndSaysWhy) {
  begin(only(hook(HookOccasion::kFailure, "echo no luck; exit 4", 1)));
  fail_a_workflow();
  until_quiet();
  EXPECT_EQ(newest().state, store::DeliveryState::kGivenUp);
  EXPECT_EQ(newest().message, "exit code 4: no luck");
  ASSERT_EQ(troubles_.size(), 2U);
  EXPECT_EQ(troubles_[1], "hook on_failure of demo-1: exit code 4: no luck; given up after 2 tries");
}

TEST_F(Courier, ATimeLimitEndsItWithItsChildren) {
  spec::HookConfig slow = hook(HookOccasion::kFailure, "sleep 600 & echo $! > told; wait", 0);
  slow.timeout = std::chrono::milliseconds(300);
  begin(only(slow));
  fail_a_workflow();
  until_quiet();
  EXPECT_EQ(newest().message, "it took longer than 300ms") << newest().message;
  // It was killed before; the kernel may still be at it.
  const UniqueFd child(static_cast<int>(::syscall(SYS_pidfd_open, std::stoi(told()), 0)));
  pollfd ended{.fd = child.get(), .events = POLLIN, .revents = 0};
  EXPECT_TRUE(!child || ::poll(&ended, 1, 30'000) == 1);
}

// What was committed and not told is in the store, whatever became of the server.
TEST_F(Courier, WhatAnEarlierServerLeftIsToldByTheNext) {
  const spec::HooksConfig hooks = only(hook(HookOccasion::kFailure, "echo $SENNIT_TRY $SENNIT_DELIVERY >> told"));
  begin(only(hook(HookOccasion::kFailure, "sleep 600")));
  fail_a_workflow();
  while (newest().tries == 0) loop_.run_once();
  courier_.reset();
  begin(hooks);
  until_quiet();
  EXPECT_EQ(told(), "2 1\n");
}

TEST_F(Courier, AHookThatIsGoneIsNotRun) {
  begin(only(hook(HookOccasion::kFailure, "echo x >> told")));
  fail_a_workflow();
  courier_->set_hooks({});
  until_quiet();
  EXPECT_EQ(told(), "");
  EXPECT_EQ(newest().message, "there is no such hook any more");
}

TEST_F(Courier, SecretsAreMaskedInWhatAHookSays) {
  ASSERT_TRUE(credentials_.set("chat", CredentialType::kGeneric, {{"token", "hunter2hunter2"}}, engine_.now()).ok());
  spec::HookConfig leaky = hook(HookOccasion::kFailure, "echo $TOKEN; test $TOKEN = hunter2hunter2 && exit 5", 0);
  leaky.credentials = {{.credential = "chat", .mount_dir = {}, .env = {{"TOKEN", "token"}}}};
  begin(only(leaky));
  fail_a_workflow();
  until_quiet();
  EXPECT_EQ(newest().message, "exit code 5: [MASKED]");
}

TEST_F(Courier, ACredentialThatIsMissingIsAFailedTry) {
  spec::HookConfig lost = hook(HookOccasion::kFailure, "echo x >> told", 0);
  lost.credentials = {{.credential = "chat", .mount_dir = {}, .env = {{"TOKEN", "token"}}}};
  begin(only(lost));
  fail_a_workflow();
  until_quiet();
  EXPECT_EQ(newest().state, store::DeliveryState::kGivenUp);
  EXPECT_NE(newest().message.find("chat"), std::string::npos) << newest().message;
  EXPECT_EQ(told(), "");
}

TEST_F(Courier, AFewRunAtATime) {
  begin(only(hook(HookOccasion::kSubmit, "touch at.$$; ls | grep -c ^at >> told; sleep 0.1; rm at.$$")));
  for (int i = 0; i < 9; ++i) submit(kTwoTasks);
  until_quiet();
  EXPECT_EQ(told().size(), 18U);
  EXPECT_EQ(told().find_first_not_of("1234\n"), std::string::npos) << told();
}

TEST_F(Courier, AWorkflowThatWasDeletedIsNotTold) {
  begin(only(hook(HookOccasion::kFailure, "echo x >> told")));
  fail_a_workflow();
  ASSERT_TRUE(store_.remove(newest().workflow).ok());
  until_quiet();
  EXPECT_EQ(newest().state, store::DeliveryState::kGivenUp);
  EXPECT_EQ(told(), "");
}

TEST(HookPause, GrowsToTenMinutes) {
  EXPECT_EQ(pause_after(1), std::chrono::seconds(1));
  EXPECT_EQ(pause_after(3), std::chrono::seconds(16));
  EXPECT_EQ(pause_after(6), std::chrono::minutes(10));
  EXPECT_EQ(pause_after(100), std::chrono::minutes(10));
}

}  // namespace
}  // namespace sennit::api
