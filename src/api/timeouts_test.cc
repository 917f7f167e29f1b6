#include "api/timeouts.h"

#include "api/service_fixture.h"

namespace sennit::api {
namespace {

class TimeoutsTest : public ServiceTest {
 protected:
  std::shared_ptr<Answer> set(std::string body) {
    auto answer = ask("POST", "/v1/workflows/last/timeouts", std::move(body));
    settle();
    return answer;
  }
  views::WorkflowView flow() { return views::parse_workflow(ask("GET", "/v1/workflows/last")->body).value(); }
};

TEST_F(TimeoutsTest, ALimitOfOneGroupIsInForceAtOnce) {
  submit(kTwoTasks);
  started(0);
  const auto answer = set(R"({"user":"ann","target":"make","exec_timeout":3600})");
  ASSERT_EQ(answer->status, 200) << answer->body;
  const auto reply = views::parse_timeouts_reply(answer->body).value();
  EXPECT_EQ(reply.group, "make-group");
  EXPECT_EQ(reply.exec_timeout, 3600.0);
  EXPECT_TRUE(reply.ends_now.empty());
  const views::WorkflowView view = flow();
  EXPECT_EQ(view.groups.at(0).exec_timeout, 3600.0);
  EXPECT_GT(view.groups.at(0).time_left.value_or(0), 3500.0);
  EXPECT_FALSE(view.groups.at(1).exec_timeout);
  const auto events = ask("GET", "/v1/workflows/last/events")->body;
  EXPECT_NE(events.find("exec timeout set to 1h by ann"), std::string::npos) << events;
}

TEST_F(TimeoutsTest, ADryRunSaysWhatWouldEndAndChangesNothing) {
  submit(kTwoTasks);
  started(0);
  const auto reply =
      views::parse_timeouts_reply(set(R"({"exec_timeout":0.000001,"workflow_timeout":0.000001,"dry_run":true})")->body);
  ASSERT_TRUE(reply.ok());
  EXPECT_EQ(reply->ends_now, std::vector<std::string>{"make"});
  EXPECT_TRUE(reply->workflow_ends_now);
  EXPECT_TRUE(runner_.stopped.empty());
  EXPECT_FALSE(flow().timeout);
}

TEST_F(TimeoutsTest, ALimitThatHasPassedStopsWhatRuns) {
  submit(kTwoTasks);
  started(0);
  EXPECT_EQ(set(R"({"exec_timeout":0.000001})")->status, 200);
  EXPECT_EQ(runner_.stopped.size(), 1U);
}

TEST_F(TimeoutsTest, WhatCannotBeIsRefused) {
  submit(kTwoTasks);
  started(0);
  EXPECT_EQ(set("{}")->status, 400);
  EXPECT_EQ(set(R"({"exec_timeout":-1})")->status, 400);
  EXPECT_EQ(set(R"({"exec_timeout":1e300})")->status, 400);
  EXPECT_EQ(set(R"({"target":"make","workflow_timeout":1})")->status, 400);
  EXPECT_EQ(set(R"({"target":"mk","exec_timeout":1})")->status, 404);
  EXPECT_EQ(set(R"({"target":"make","queue_timeout":1})")->status, 409);
  exited(0, 0);
  EXPECT_EQ(set(R"({"target":"make","exec_timeout":1})")->status, 409);
}

TEST_F(TimeoutsTest, AFinishedWorkflowIsAConflict) {
  submit(kTwoTasks);
  started(0);
  exited(0, 1);
  const auto answer = set(R"({"exec_timeout":1})");
  EXPECT_EQ(answer->status, 409);
  EXPECT_NE(answer->body.find("demo-1 is FAILED already"), std::string::npos) << answer->body;
}

TEST_F(TimeoutsTest, APoolsMaximumHolds) {
  submit(kTwoTasks);
  const core::WorkflowState& workflow = engine_.state().workflows.begin()->second;
  const TimeoutCaps caps{.exec = std::chrono::hours(2)};
  EXPECT_TRUE(new_timeouts(workflow, {.exec_timeout = 7200}, caps, engine_.now()).ok());
  EXPECT_EQ(new_timeouts(workflow, {.exec_timeout = 7201}, caps, engine_.now()).error().message(),
            "2h1s is more than the pool local allows: 2h (max_exec_timeout)");
  EXPECT_EQ(new_timeouts(workflow, {.exec_timeout = 0}, caps, engine_.now()).error().code(), ErrorCode::kInvalid);
}

}  // namespace
}  // namespace sennit::api
