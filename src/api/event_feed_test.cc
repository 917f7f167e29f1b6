// The history of the whole server, as a stream.
#include "api/event_feed.h"

#include "api/service_fixture.h"
#include "http/sse.h"
#include "views/json_writer.h"

namespace sennit::api {
namespace {

class Feed : public ServiceTest {
 protected:
  // "demo-1:make ended", of what has come so far.
  std::vector<std::string> told(const Answer& answer) {
    std::vector<std::string> lines;
    loop::Callback<void(const http::SseEvent&)> keep = [&](const http::SseEvent& sse) {
      const views::EventView event = views::parse_event(sse.data).value();
      lines.push_back(event.workflow + ":" + event.task + " " + event.kind + " " + std::to_string(event.seq));
      times_.push_back(event.at);
    };
    EXPECT_TRUE(http::SseParser().feed(answer.body, keep).ok());
    return lines;
  }
  void turns() {
    loop_.post([] {});
    for (int i = 0; i < 5; ++i) {
      loop_.post([] {});
      loop_.run_once();
    }
  }
  void run_one() {
    submit(kTwoTasks);
    started(runner_.started.size() - 1);
    exited(runner_.started.size() - 1, 0);
  }
  std::vector<Instant> times_;
};

TEST_F(Feed, TellsAllWorkflowsByTimeAndEnds) {
  submit(kTwoTasks);
  submit(kTwoTasks);
  started(0);
  started(1);
  exited(1, 3);
  const auto answer = wait_for(ask("GET", "/v1/events?level=tasks"));
  const std::vector<std::string> lines = told(*answer);
  ASSERT_GT(lines.size(), 6U);
  EXPECT_EQ(lines.front(), "demo-1: submitted 1");
  EXPECT_EQ(lines.back(), ": end 0");
  EXPECT_TRUE(std::is_sorted(times_.begin(), times_.end() - 1));
  EXPECT_TRUE(std::any_of(lines.begin(), lines.end(), [](auto& line) { return line.starts_with("demo-2:"); }));
}

TEST_F(Feed, FollowingTellsTheSameAsListing) {
  submit(kTwoTasks);
  const auto followed = ask("GET", "/v1/events?follow=1");
  turns();
  run_one();
  turns();
  started(1);
  exited(1, 0);
  turns();
  std::vector<std::string> live = told(*followed);
  std::vector<std::string> listed = told(*wait_for(ask("GET", "/v1/events")));
  listed.pop_back();
  std::sort(live.begin(), live.end());
  std::sort(listed.begin(), listed.end());
  EXPECT_EQ(live, listed);
  EXPECT_FALSE(followed->complete);
}

TEST_F(Feed, WhatHappenedBeforeIsLeftOut) {
  run_one();
  const Instant since = engine_.now() + Micros(1);
  while (engine_.now() <= since) {
  }
  submit(kTwoTasks);
  const auto lines = told(*wait_for(ask("GET", "/v1/events?since=" + views::format_instant(since))));
  EXPECT_EQ(lines.front(), "demo-2: submitted 1");
  EXPECT_EQ(ask("GET", "/v1/events?since=yesterday")->status, 400);
}

// The same numbers must not be told twice when a finished workflow goes on.
TEST_F(Feed, AReopenedWorkflowGoesOnWhereItWas) {
  submit(kTwoTasks);
  started(0);
  const auto followed = ask("GET", "/v1/events?follow=1&level=workflow");
  exited(0, 3);
  turns();
  wait_for(ask("POST", "/v1/workflows/demo-1/resume", "{}"));
  turns();
  std::vector<std::string> lines = told(*followed);
  std::vector<std::string> distinct = lines;
  std::sort(distinct.begin(), distinct.end());
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  EXPECT_EQ(lines.size(), distinct.size());
  EXPECT_NE(std::find_if(lines.begin(), lines.end(), [](auto& l) { return l.find(" reopened ") != l.npos; }),
            lines.end());
}

}  // namespace
}  // namespace sennit::api
