#include <fstream>

#include "api/service_fixture.h"
#include "http/sse.h"

namespace sennit::api {
namespace {

TEST_F(ServiceTest, SubmittedWorkflowIsAnsweredWithItsIdAndStarts) {
  const auto answer = submit(kTwoTasks);
  ASSERT_EQ(answer->status, 201) << answer->body;
  const auto reply = views::parse_submit_reply(answer->body).value();
  EXPECT_EQ(reply.name, "demo-1");
  EXPECT_EQ(reply.tasks, 2U);
  ASSERT_EQ(runner_.started.size(), 1U);
  EXPECT_EQ(runner_.started[0].task, "make");
  EXPECT_EQ(runner_.contexts.at(0).environment.at(0).first, "HOME");
}

TEST_F(ServiceTest, MistakesComeBackAllAtOnceWithTheirPlaces) {
  const auto answer = submit("workflow:\n  name: demo\n  tasks:\n  - name: a\n    imge: x\n    command: run\n");
  EXPECT_EQ(answer->status, 400);
  const auto error = views::parse_error(answer->body).value();
  EXPECT_EQ(error.code, "invalid");
  ASSERT_EQ(error.diagnostics.size(), 2U);  // an unknown field, a command that is no list
  EXPECT_EQ(error.diagnostics.at(0).line, 5U);
  EXPECT_EQ(error.diagnostics.at(0).suggestion, "image");
}

TEST_F(ServiceTest, MoreGpusThanThereAreIsRefusedWithTheNumbers) {
  const auto answer = submit(
      "workflow:\n  name: demo\n  resources: {default: {gpu: 9}}\n  tasks:\n"
      "  - {name: a, image: x, command: [run]}\n");
  EXPECT_EQ(answer->status, 400);
  EXPECT_NE(answer->body.find("'a' asks for 9 GPUs"), std::string::npos) << answer->body;
}

TEST_F(ServiceTest, StatusFollowsTheWorkflow) {
  submit(kTwoTasks);
  started(0);
  const auto view = views::parse_workflow(ask("GET", "/v1/workflows/last")->body).value();
  EXPECT_EQ(view.name, "demo-1");
  EXPECT_EQ(view.status, "RUNNING");
  EXPECT_EQ(view.counts.running, 1U);
  EXPECT_EQ(view.groups.at(1).tasks.at(0).status, "WAITING");
  EXPECT_EQ(view.groups.at(1).remaining_upstream_groups.at(0), "make-group");
}

TEST_F(ServiceTest, EveryStepOfTasksAndGroupsHasItsTime) {
  submit(kTwoTasks);
  started(0);
  const auto view = views::parse_workflow(ask("GET", "/v1/workflows/last")->body).value();
  const views::GroupView& group = view.groups.at(0);
  EXPECT_TRUE(group.scheduling_start_time.is_set() && group.initializing_start_time.is_set());
  EXPECT_EQ(group.tasks.at(0).processing_start_time, group.processing_start_time);
  EXPECT_FALSE(view.groups.at(1).scheduling_start_time.is_set());
}

TEST_F(ServiceTest, FinishedWorkflowIsShownFromTheStore) {
  submit(kTwoTasks);
  started(0);
  exited(0, 3);
  const auto view = views::parse_workflow(ask("GET", "/v1/workflows/demo-1")->body).value();
  EXPECT_EQ(view.status, "FAILED");
  EXPECT_EQ(view.groups.at(0).tasks.at(0).exit_code, 3);
  EXPECT_EQ(view.groups.at(1).tasks.at(0).status, "FAILED_UPSTREAM");
  EXPECT_TRUE(view.end_time.is_set());
}

TEST_F(ServiceTest, EventStreamEndsWithTheWorkflow) {
  submit(kTwoTasks);
  const auto stream = ask("GET", "/v1/workflows/last/events?follow=1&level=tasks");
  started(0);
  exited(0, 1);
  EXPECT_TRUE(stream->complete);
  std::vector<std::string> kinds;
  loop::Callback<void(const http::SseEvent&)> keep = [&](const http::SseEvent& e) {
    if (e.type != "progress") kinds.push_back(e.type);
  };
  ASSERT_TRUE(http::SseParser().feed(stream->body, keep).ok());
  EXPECT_EQ(kinds.front(), "submitted");
  EXPECT_EQ(kinds.back(), "end");
}

TEST_F(ServiceTest, EventsOfOneTask) {
  submit(kTwoTasks);
  started(0);
  const auto kinds = [](const std::string& body) {
    std::vector<std::string> list;
    for (const views::EventView& event : views::parse_event_list(body).value().events) list.push_back(event.kind);
    return list;
  };
  EXPECT_EQ(kinds(ask("GET", "/v1/workflows/last/events?task=make")->body),
            (std::vector<std::string>{"submitted", "placed", "started"}));
  EXPECT_EQ(kinds(ask("GET", "/v1/workflows/last/events?task=use")->body), std::vector<std::string>{"submitted"});
  EXPECT_TRUE(kinds(ask("GET", "/v1/workflows/last/events?task=use&level=failures")->body).empty());
  for (const char* form : {"", "&follow=1"}) {
    const auto answer = ask("GET", std::string("/v1/workflows/last/events?task=mak") + form);
    EXPECT_EQ(answer->status, 404);
    EXPECT_NE(answer->body.find("demo-1 has no task 'mak'; it has: make, use"), std::string::npos) << answer->body;
  }
  const auto stream = ask("GET", "/v1/workflows/last/events?follow=1&task=use");
  exited(0, 1);
  EXPECT_TRUE(stream->complete);
  EXPECT_EQ(stream->body.find("event: placed"), std::string::npos);
  EXPECT_NE(stream->body.find("event: ended"), std::string::npos) << "it never ran, and that is its end";
}

TEST_F(ServiceTest, SlowFollowerMissesNothing) {
  submit(kTwoTasks);
  const auto stream = ask("GET", "/v1/workflows/last/events?follow=1");
  stream->buffered = http::Responder::kHighWater + 1;
  const std::size_t before = stream->body.size();
  started(0);
  exited(0, 1);
  EXPECT_EQ(stream->body.size(), before);
  EXPECT_FALSE(stream->complete);
  stream->buffered = 0;
  stream->drained();
  EXPECT_TRUE(stream->complete);
  std::uint64_t last = 0;
  loop::Callback<void(const http::SseEvent&)> check = [&](const http::SseEvent& e) {
    if (e.id.empty()) return;
    EXPECT_EQ(std::stoull(e.id), last + 1);
    last = std::stoull(e.id);
  };
  ASSERT_TRUE(http::SseParser().feed(stream->body, check).ok());
  EXPECT_GE(last, 6U);
}

TEST_F(ServiceTest, AnEndThatIsNotStoredIsNotTold) {
  submit(kTwoTasks);
  started(0);
  store_.fail_commits(1, Error(ErrorCode::kExhausted, "full"));
  exited(0, 1);
  ASSERT_TRUE(engine_.stall());
  const auto stream = ask("GET", "/v1/workflows/last/events?follow=1&level=workflow");
  EXPECT_FALSE(stream->complete);
  EXPECT_EQ(stream->body.find("event: end"), std::string::npos);
  while (engine_.stall()) settle();
  EXPECT_TRUE(stream->complete);
  EXPECT_NE(stream->body.find("event: end"), std::string::npos);
}

TEST_F(ServiceTest, CancelStopsWhatRuns) {
  submit(kTwoTasks);
  started(0);
  const auto answer = ask("POST", "/v1/workflows/last/cancel", R"({"user":"ann"})");
  settle();
  EXPECT_EQ(answer->status, 202);
  ASSERT_EQ(runner_.stopped.size(), 1U);
  exited(0, 143);
  const auto view = views::parse_workflow(ask("GET", "/v1/workflows/last")->body).value();
  EXPECT_EQ(view.status, "FAILED_CANCELED");
  EXPECT_EQ(ask("POST", "/v1/workflows/last/cancel")->status, 409);
}

TEST_F(ServiceTest, RestartRunsWhatDidNotComplete) {
  submit(kTwoTasks);
  started(0);
  exited(0, 0);
  started(1);
  exited(1, 1);
  const auto answer = wait_for(ask("POST", "/v1/workflows/demo-1/restart"));
  ASSERT_EQ(answer->status, 201) << answer->body;
  ASSERT_EQ(runner_.started.size(), 3U);
  EXPECT_EQ(runner_.started[2].task, "use");
  EXPECT_EQ(runner_.started[2].input_dirs.at(0), runs_dir_ + "/demo-1/make/0/output");
}

TEST_F(ServiceTest, RestartOfARunningWorkflowIsAConflict) {
  submit(kTwoTasks);
  EXPECT_EQ(ask("POST", "/v1/workflows/demo-1/restart")->status, 409);
}

// Its journal could not be read back and it never had a snapshot: only its file is left.
TEST_F(ServiceTest, AQuarantinedWorkflowIsShownAndRestarted) {
  submit(kTwoTasks);
  exited(0, 1);
  store::MemoryWorkflow& stored = disk_.workflows.begin()->second;
  stored.snapshot.clear();
  stored.row.status = WorkflowStatus::kFailedServerError;
  const auto view = views::parse_workflow(ask("GET", "/v1/workflows/demo-1")->body).value();
  EXPECT_EQ(view.groups.at(1).tasks.at(0).status, "FAILED_SERVER_ERROR");
  EXPECT_NE(ask("GET", "/v1/workflows/demo-1/why?task=use")->body.find("cannot be read"), std::string::npos);
  EXPECT_EQ(ask("GET", "/v1/workflows/demo-1/logs?task=use")->status, 200);
  EXPECT_EQ(wait_for(ask("POST", "/v1/workflows/demo-1/restart"))->status, 201);
  EXPECT_EQ(runner_.started.back().task, "make");
}

TEST_F(ServiceTest, UnknownTaskNamesTheKnownOnes) {
  submit(kTwoTasks);
  const auto answer = ask("GET", "/v1/workflows/last/logs?task=mak");
  EXPECT_EQ(answer->status, 404);
  EXPECT_NE(answer->body.find("it has: make, use"), std::string::npos);
}

TEST_F(ServiceTest, FollowedLogEndsWithItsTask) {
  submit(kTwoTasks);
  started(0);
  const auto stream = ask("GET", "/v1/workflows/last/logs?task=make&follow=1");
  EXPECT_EQ(growth_.followed.size(), 1U);
  EXPECT_FALSE(stream->complete);
  exited(0, 0);
  wait_for(stream);
  EXPECT_TRUE(growth_.followed.empty());
}

TEST_F(ServiceTest, ManyLogsAreGoneThroughInSeveralTurns) {
  std::string text = "workflow:\n  name: wide\n  tasks:\n";
  for (int i = 0; i < 1000; ++i) text += "  - {name: t" + std::to_string(i) + ", image: x, command: [run]}\n";
  submit(text);
  for (std::size_t i = 0; i < runner_.started.size(); ++i) exited(i, 0);
  std::filesystem::create_directories(runs_dir_ + "/wide-1/t999/0");
  std::ofstream(runs_dir_ + "/wide-1/t999/0/log") << "the last one\n";
  const auto stream = ask("GET", "/v1/workflows/last/logs");
  EXPECT_FALSE(stream->complete) << "others have their turn";
  wait_for(stream);
  EXPECT_EQ(stream->body, "[t999] the last one\n");
}

TEST_F(ServiceTest, ListShowsTheNewestFirstAndWhetherThereAreMore) {
  submit(kTwoTasks);
  submit(kTwoTasks);
  const auto list = views::parse_workflow_list(ask("GET", "/v1/workflows?limit=1")->body).value();
  ASSERT_EQ(list.workflows.size(), 1U);
  EXPECT_EQ(list.workflows[0].name, "demo-2");
  EXPECT_TRUE(list.more_entries);
}

TEST_F(ServiceTest, SpecIsTheSubmittedText) {
  submit(kTwoTasks);
  EXPECT_EQ(ask("GET", "/v1/workflows/last/spec?kind=source")->body, kTwoTasks);
}

TEST_F(ServiceTest, WrongRequestsSayWhatWasExpected) {
  EXPECT_EQ(ask("GET", "/v1/nothing")->status, 404);
  EXPECT_EQ(ask("DELETE", "/v1/workflows")->status, 405);
  EXPECT_EQ(ask("POST", "/v1/workflows", "{")->status, 400);
  EXPECT_NE(ask("GET", "/v1/workflows?limit=x")->body.find("a whole number was expected"), std::string::npos);
  EXPECT_EQ(ask("GET", "/v1/workflows?offset=4294967296")->status, 400);
}

TEST_F(ServiceTest, WhatAWorkflowDoesNotHaveIsNotThere) {
  submit(kTwoTasks);
  EXPECT_EQ(ask("GET", "/v1/workflows/last/logs?attempt=4294967296")->status, 400);
  EXPECT_EQ(ask("GET", "/v1/workflows/last/logs?attempt=7")->status, 404);
  EXPECT_EQ(ask("GET", "/v1/workflows/last/logs?task=make&attempt=7")->status, 404);
  EXPECT_EQ(ask("GET", "/v1/workflows/last/events?after=2")->status, 200);
  for (const char* after : {"1000", "18446744073709551615"}) {
    EXPECT_EQ(ask("GET", std::string("/v1/workflows/last/events?follow=1&after=") + after)->status, 400) << after;
  }
}

}  // namespace
}  // namespace sennit::api
