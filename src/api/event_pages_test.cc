// Histories with the moves of statuses, as lists, page by page and as streams.
#include "api/event_pages.h"

#include "api/service_fixture.h"
#include "http/sse.h"

namespace sennit::api {
namespace {

class EventHistory : public ServiceTest {
 protected:
  std::vector<views::EventView> events(const std::string& query = "") {
    const auto answer = ask("GET", "/v1/workflows/last/events" + query);
    EXPECT_EQ(answer->status, 200) << answer->body;
    return views::parse_event_list(answer->body).value().events;
  }
  // "use: WAITING>PROCESSING (nothing upstream is left)"
  static std::vector<std::string> moves(const std::vector<views::EventView>& events, std::string_view of) {
    std::vector<std::string> lines;
    for (const views::EventView& event : events) {
      for (const views::MoveView& move : event.moves) {
        std::string names;
        for (const std::string& name : move.names) names += (names.empty() ? "" : ",") + name;
        if (move.of == of) lines.push_back(names + ": " + move.from + ">" + move.to + " (" + move.reason + ")");
      }
    }
    return lines;
  }
};

TEST_F(EventHistory, EveryMoveOfAGroupWithItsReason) {
  submit(kTwoTasks);
  started(0);
  exited(0, 0);
  started(1);
  exited(1, 3);
  EXPECT_EQ(moves(events("?task=use"), "group"),
            (std::vector<std::string>{"use-group: SUBMITTING>WAITING (submitted)",
                                      "use-group: WAITING>PROCESSING (nothing upstream is left)",
                                      "use-group: PROCESSING>SCHEDULING (waits for resources)",
                                      "use-group: SCHEDULING>INITIALIZING (its first task was placed)",
                                      "use-group: INITIALIZING>RUNNING (its first task runs)"}));
  EXPECT_EQ(moves(events(), "workflow"),
            (std::vector<std::string>{": PENDING>RUNNING (its first task runs)",
                                      ": RUNNING>FAILED (" + events().back().message + ")"}));
  EXPECT_EQ(moves(events("?task=make"), "task").back(), "make: RUNNING>COMPLETED (exit code 0)");
}

TEST_F(EventHistory, WhatMovesAlikeStandsTogether) {
  submit(kTwoTasks);
  const std::vector<std::string> told = moves(events(), "task");
  EXPECT_EQ(told.front(), "make,use: SUBMITTING>WAITING (submitted)");
  EXPECT_EQ(told[1], "make: WAITING>PROCESSING (nothing upstream is left)");
}

TEST_F(EventHistory, PagesAreTheWholeInParts) {
  submit(kTwoTasks);
  started(0);
  exited(0, 0);
  started(1);
  exited(1, 0);
  const std::vector<views::EventView> whole = events();
  std::vector<views::EventView> paged;
  while (true) {
    const std::uint64_t after = paged.empty() ? 0 : paged.back().seq;
    const std::vector<views::EventView> page = events("?limit=2&after=" + std::to_string(after));
    if (page.empty()) break;
    EXPECT_LE(page.size(), 2U);
    paged.insert(paged.end(), page.begin(), page.end());
  }
  EXPECT_EQ(paged, whole);
  // Not the next one after the last page: it is told from the beginning.
  const std::vector<views::EventView> middle = events("?limit=2&after=3");
  ASSERT_EQ(middle.size(), 2U);
  EXPECT_EQ(middle[0], whole[3]);
  EXPECT_EQ(middle[1], whole[4]);
}

TEST_F(EventHistory, AStreamTellsTheSameFromAnyCursor) {
  submit(kTwoTasks);
  started(0);
  const auto stream = ask("GET", "/v1/workflows/last/events?follow=1&after=2");
  exited(0, 0);
  started(1);
  exited(1, 0);
  ASSERT_TRUE(stream->complete);
  std::vector<views::EventView> followed;
  loop::Callback<void(const http::SseEvent&)> keep = [&](const http::SseEvent& e) {
    if (!e.id.empty()) followed.push_back(views::parse_event(e.data).value());
  };
  ASSERT_TRUE(http::SseParser().feed(stream->body, keep).ok());
  std::vector<views::EventView> listed = events();
  listed.erase(listed.begin(), listed.begin() + 2);
  EXPECT_EQ(followed, listed);
}

TEST_F(EventHistory, WhoWantsLessIsToldNoMoves) {
  submit(kTwoTasks);
  started(0);
  for (const views::EventView& event : events("?level=tasks")) EXPECT_TRUE(event.moves.empty());
}

}  // namespace
}  // namespace sennit::api
