#include "cli/render/metrics_text.h"

#include <gtest/gtest.h>

namespace sennit::cli {
namespace {

const Instant kAt = Instant::from_unix_us(1'795'291'600'000'000);

views::MetricsView two_tasks() {
  views::TaskMetricsView train{.name = "train", .retry_id = 1, .status = "RUNNING"};
  views::ProgressView progress{.text = "step 100/1000 10% loss 0.25", .percent = 10, .step = 100, .total = 1000};
  progress.metrics = {{"loss", 0.25}};
  progress.learning_rate = 2e-05;
  progress.at = kAt;
  train.progress = progress;
  train.flags = {"GPU 0 has been idle for 12 min"};
  const views::SeriesPointView first{.at = kAt, .step = 1, .value = 2, .mean = 2, .min = 2, .max = 2, .count = 1};
  const views::SeriesPointView second{.at = kAt + std::chrono::seconds(1), .step = 2, .value = {}, .count = 3};
  train.series = {
      {.name = "loss", .last = 0.25, .mean = 1, .min = 0.25, .max = 2, .count = 4, .points = {first, second}}};
  train.usage = {{.name = "cpu", .last = 1.5, .mean = 1.25, .min = 1, .max = 1.9, .count = 9},
                 {.name = "memory", .last = 1 << 20, .mean = 1 << 20, .min = 1 << 20, .max = 1 << 21, .count = 9},
                 {.name = "gpu0.busy", .last = 0.5, .mean = 0.25, .min = 0, .max = 1, .count = 9}};
  return {.workflow = "flow-1", .tasks = {train, {.name = "a,b", .status = "COMPLETED"}}};
}

TEST(MetricsText, ARowForEachTaskAndWhatIsOddBelow) {
  const std::string text = metrics_text(two_tasks(), Style::plain());
  for (const char* part : {"train", "100/1000 10%", "0.25", "2e-05", "1.25 (peak 1.90)", "1 MiB (peak 2 MiB)", "25%",
                           "train: GPU 0 has been idle for 12 min"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
  }
}

TEST(MetricsText, OfOneTaskEveryNumber) {
  views::MetricsView one = two_tasks();
  one.tasks.pop_back();
  const std::string text = metrics_text(one, Style::plain());
  EXPECT_TRUE(text.starts_with("flow-1/train: RUNNING\nstep 100/1000 10% loss 0.25, at ")) << text;
  EXPECT_NE(text.find("gpu0.busy   50%"), std::string::npos) << text;
  one.tasks[0] = {.name = "x", .status = "COMPLETED"};
  EXPECT_NE(metrics_text(one, Style::plain()).find("told nothing"), std::string::npos);
}

TEST(MetricsText, CsvHasEveryPoint) {
  views::MetricsView metrics = two_tasks();
  metrics.tasks[0].name = "a,\"b\"";
  EXPECT_EQ(metrics_csv(metrics),
            "workflow,task,attempt,source,name,time,step,value,mean,min,max,count\n"
            "flow-1,\"a,\"\"b\"\"\",1,task,loss,2026-11-21T20:06:40.000000Z,1,2,2,2,2,1\n"
            "flow-1,\"a,\"\"b\"\"\",1,task,loss,2026-11-21T20:06:41.000000Z,2,,,,,3\n");
}

TEST(MetricsText, ChartsAreOfWhatIsThere) {
  const std::string drawn = metrics_charts(two_tasks(), "", 60, drawing::Strokes::kAscii);
  EXPECT_TRUE(drawn.starts_with("train: loss\n")) << drawn;
  EXPECT_NE(drawn.find("step 1"), std::string::npos) << drawn;
  EXPECT_EQ(metrics_charts(two_tasks(), "nothing", 60, drawing::Strokes::kAscii), "");
}

}  // namespace
}  // namespace sennit::cli
