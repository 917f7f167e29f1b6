#include "cli/render/event_text.h"

#include <gtest/gtest.h>

namespace sennit::cli {
namespace {

// 20:06:41 UTC
views::EventView event_of(const std::string& kind) {
  return {.seq = 4,
          .at = Instant::from_unix_us(1'700'000'000'000'000 - 7'999'000'000),
          .kind = kind,
          .workflow = "digits-3"};
}

TEST(EventText, OneLine) {
  views::EventView event = event_of("ended");
  event.task = "train";
  event.retry_id = 1;
  event.status = "FAILED";
  event.exit_code = 7;
  event.message = "no\nsuch data";
  EXPECT_EQ(event_text(event, Style::plain()),
            "20:00:01.000  train (try 2)            ended            FAILED exit code 7 no\\nsuch data\n");
  event.moves = {{.of = "task", .names = {"train"}, .retry_id = 1, .from = "RUNNING", .to = "FAILED"},
                 {.of = "group", .names = {"train-group"}, .with_task = true, .from = "RUNNING", .to = "FAILED"}};
  EXPECT_EQ(event_text(event, Style::plain()),
            "20:00:01.000  train (try 2)            ended            RUNNING -> FAILED exit code 7 no\\nsuch data\n");
}

TEST(EventText, WhatFollowsFromItStandsBelow) {
  views::EventView event = event_of("group");
  event.group = "g";
  event.status = "COMPLETED";
  event.moves = {{.of = "group", .names = {"g"}, .from = "RUNNING", .to = "COMPLETED"},
                 {.of = "group", .names = {"h"}, .from = "WAITING", .to = "PROCESSING", .reason = "free"},
                 {.of = "group", .names = {"h"}, .from = "PROCESSING", .to = "SCHEDULING", .reason = "queued"},
                 {.of = "task",
                  .names = {"a", "b", "c", "d", "e", "f", "g", "h", "i"},
                  .more = 5,
                  .retry_id = 0,
                  .from = "WAITING",
                  .to = "PROCESSING",
                  .reason = "free"}};
  EXPECT_EQ(event_text(event, Style::plain()),
            "20:00:01.000  g                        group            RUNNING -> COMPLETED\n"
            "20:00:01.000    WAITING -> PROCESSING -> SCHEDULING: group h (queued)\n"
            "20:00:01.000    WAITING -> PROCESSING: tasks a, b, c, d, e, f, g, h and 6 more (free)\n");
}

TEST(EventText, TheNextAttemptIsNotTheEventsOwnMove) {
  views::EventView event = event_of("rescheduled");
  event.task = "train";
  event.retry_id = 0;
  event.status = "RESCHEDULED";
  event.moves = {{.of = "task", .names = {"train"}, .retry_id = 0, .from = "RUNNING", .to = "RESCHEDULED"},
                 {.of = "task",
                  .names = {"train"},
                  .retry_id = 1,
                  .from = "SUBMITTING",
                  .to = "WAITING",
                  .reason = "the next attempt"}};
  EXPECT_EQ(event_text(event, Style::plain()),
            "20:00:01.000  train                    rescheduled      RUNNING -> RESCHEDULED\n"
            "20:00:01.000    SUBMITTING -> WAITING: task train (try 2) (the next attempt)\n");
}

}  // namespace
}  // namespace sennit::cli
