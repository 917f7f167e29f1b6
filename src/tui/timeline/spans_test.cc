#include "tui/timeline/spans.h"

#include <gtest/gtest.h>

namespace sennit::tui {
namespace {

Instant at(int seconds) { return Instant() + std::chrono::seconds(1000 + seconds); }

TEST(Spans, EachPhaseFollowsTheOther) {
  views::TaskView task;
  task.processing_start_time = at(0);
  task.scheduling_start_time = at(1);
  task.initializing_start_time = at(2);
  task.input_download_start_time = at(3);
  task.input_download_end_time = at(5);
  task.start_time = at(6);
  task.output_upload_start_time = at(8);
  task.output_upload_end_time = at(9);
  task.end_time = at(10);
  EXPECT_EQ(spans_of(task), (std::vector<Span>{{Phase::kQueued, at(0), at(2)},
                                               {Phase::kStarting, at(2), at(3)},
                                               {Phase::kDownloading, at(3), at(5)},
                                               {Phase::kRunning, at(6), at(8)},
                                               {Phase::kUploading, at(8), at(9)}}));
}

TEST(Spans, WhatGoesOnHasNoEnd) {
  views::TaskView task;
  task.processing_start_time = at(0);
  task.start_time = at(6);
  EXPECT_EQ(spans_of(task), (std::vector<Span>{{Phase::kQueued, at(0), at(6)}, {Phase::kRunning, at(6), Instant()}}));
}

TEST(Spans, OneThatWasCanceledInTheQueueEndsThere) {
  views::TaskView task;
  task.processing_start_time = at(0);
  task.end_time = at(4);
  EXPECT_EQ(spans_of(task), (std::vector<Span>{{Phase::kQueued, at(0), at(4)}}));
  EXPECT_TRUE(spans_of({}).empty());
}

TEST(Timeline, ThoseThatHaveNotBegunComeLast) {
  views::WorkflowView workflow;
  workflow.groups.emplace_back();
  for (const auto& [name, begin] : {std::pair("never", 0), std::pair("second", 20), std::pair("first", 10)}) {
    views::TaskView& task = workflow.groups[0].tasks.emplace_back();
    task.name = name;
    if (begin > 0) task.start_time = at(begin);
  }
  Timeline timeline;
  add_rows(workflow, timeline);
  put_in_order(timeline);
  std::vector<std::string> names;
  for (const TimelineRow& row : timeline.rows) names.push_back(row.name);
  EXPECT_EQ(names, (std::vector<std::string>{"first", "second", "never"}));
}

TEST(TimeScale, ColumnsOnBothSides) {
  const TimeScale scale{.from = at(10), .column = std::chrono::seconds(2)};
  EXPECT_EQ(scale.column_of(at(10)), 0);
  EXPECT_EQ(scale.column_of(at(13)), 1);
  EXPECT_EQ(scale.column_of(at(9)), -1);
  EXPECT_EQ(scale.column_of(at(8)), -1);
  EXPECT_EQ(scale.at(3), at(16));
}

TEST(StepOfAxis, IsRoundAndFarEnough) {
  EXPECT_EQ(step_of_axis(std::chrono::milliseconds(100), 14), std::chrono::seconds(2));
  EXPECT_EQ(step_of_axis(std::chrono::minutes(1), 14), std::chrono::minutes(15));
  EXPECT_EQ(step_of_axis(std::chrono::hours(100'000), 2), std::chrono::hours(200'000));
}

}  // namespace
}  // namespace sennit::tui
