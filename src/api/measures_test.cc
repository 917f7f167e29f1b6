// What is told of running tasks, what lies on disk of them, and what they have left.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmath>
#include <fstream>

#include "api/artifact_search.h"
#include "api/service_fixture.h"
#include "logs/run_layout.h"
#include "progress/series_file.h"

namespace sennit::api {
namespace {

class MeasuresTest : public ServiceTest {
 protected:
  views::TaskView first_task(const std::string& query = "") {
    const auto answer = wait_for(ask("GET", "/v1/workflows/last" + query));
    return views::parse_workflow(answer->body).value().groups.at(0).tasks.at(0);
  }
  views::MetricsView metrics(const std::string& query = "") {
    const auto answer = wait_for(ask("GET", "/v1/workflows/last/metrics" + query));
    EXPECT_EQ(answer->status, 200) << answer->body;
    return views::parse_metrics(answer->body).value();
  }
  AttemptId attempt() const { return runner_.started.at(0).attempt; }
};

TEST_F(MeasuresTest, StatusTellsHowFarARunningTaskIs) {
  submit(kTwoTasks);
  started(0);
  EXPECT_FALSE(first_task().progress);
  service_.parts().boards.measures.put(
      ProgressReport{attempt(), engine_.now(), {{"step", 100}, {"total", 1000}, {"loss", 0.25}}});
  const views::TaskView task = first_task();
  ASSERT_TRUE(task.progress);
  EXPECT_EQ(task.progress->text, "step 100/1000 10% loss 0.25");
  EXPECT_EQ(task.reason, task.progress->text);
  EXPECT_EQ(task.progress->percent, 10);
  EXPECT_EQ(task.progress->metrics.at("loss"), 0.25);
  EXPECT_EQ(metrics().tasks.at(0).progress->step, 100);
}

TEST_F(MeasuresTest, WhatIsToldOfAnotherAttemptOrAnUnknownTaskIsDropped) {
  submit(kTwoTasks);
  started(0);
  AttemptId other = attempt();
  other.number = 1;
  service_.parts().boards.measures.put(ProgressReport{other, engine_.now(), {{"step", 1}}});
  other.task = TaskIndex(1000);
  service_.parts().boards.measures.put(ProgressReport{other, engine_.now(), {{"step", 1}}});
  other.workflow = WorkflowKey(1000);
  service_.parts().boards.measures.put(UsageReport{.attempt = other});
  EXPECT_FALSE(first_task().progress);
}

TEST_F(MeasuresTest, OddUseIsFlagged) {
  submit(kTwoTasks);
  started(0);
  UsageReport usage{.attempt = attempt(), .at = engine_.now(), .cpu_thousandths = 1500, .memory = mebibytes(95)};
  usage.memory_limit = mebibytes(100);
  usage.gpus = {{.device = 3, .busy = 10, .quiet_since = engine_.now() - std::chrono::minutes(12)},
                {.device = 4, .busy = 10, .quiet_since = engine_.now() - std::chrono::minutes(9)}};
  service_.parts().boards.measures.put(usage);
  service_.parts().boards.measures.put(ProgressReport{attempt(), engine_.now(), {{"loss", std::nan("")}}});
  const views::TaskView task = first_task("?verbose=1");
  EXPECT_EQ(task.flags, (std::vector<std::string>{"GPU 3 has been idle for 12 min", "memory is at 95% of its limit",
                                                  "loss is nan"}));
  EXPECT_EQ(task.load->cpus, 1.5);
  EXPECT_EQ(task.progress->metrics.at("loss"), std::nullopt);
  ASSERT_TRUE(task.why);
  EXPECT_EQ(task.why->details.back(), "loss is nan");
}

TEST_F(MeasuresTest, SeriesAreReadFromDisk) {
  submit(kTwoTasks);
  started(0);
  const logs::RunLayout layout = logs::run_layout(runs_dir_ + "/demo-1", "make", 0);
  progress::NamedPoint point{"loss", {}};
  point.point.add(0.5, 1, engine_.now());
  progress::SeriesFile(layout.progress).append({point});
  point.name = "memory";
  progress::SeriesFile(layout.usage).append({point});
  const views::TaskMetricsView task = metrics().tasks.at(0);
  EXPECT_EQ(task.name, "make");
  ASSERT_EQ(task.series.size(), 1U);
  EXPECT_EQ(task.series[0].last, 0.5);
  EXPECT_TRUE(task.series[0].points.empty());
  EXPECT_EQ(task.usage.at(0).name, "memory");
  EXPECT_EQ(task.progress->loss, 0.5);
  EXPECT_EQ(metrics("?points=1&task=make").tasks.at(0).series.at(0).points.size(), 1U);
  EXPECT_TRUE(metrics("?task=use").tasks.at(0).series.empty()) << "one that is named is shown though it has not begun";
  EXPECT_EQ(wait_for(ask("GET", "/v1/workflows/last/metrics?task=nobody"))->status, 404);
  EXPECT_EQ(wait_for(ask("GET", "/v1/workflows/last/metrics?task=make&attempt=7"))->status, 404);
}

class ArtifactSearch : public ::testing::Test {
 protected:
  ArtifactSearch() { std::filesystem::remove_all(dir_); }
  ~ArtifactSearch() override { std::filesystem::remove_all(dir_); }
  void file(const std::string& name, std::size_t size, std::time_t modified = 1'700'000'000) {
    const std::filesystem::path path = std::filesystem::path(dir_) / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << std::string(size, 'x');
    touch(path, modified);
  }
  static void touch(const std::filesystem::path& path, std::time_t modified) {
    const timespec times[2] = {{modified, 0}, {modified, 0}};
    ::utimensat(AT_FDCWD, path.c_str(), times, 0);
  }
  views::ArtifactList find(const ArtifactBounds& bounds = {}) {
    views::ArtifactList list;
    find_artifacts({"t", 0, dir_}, list, bounds);
    return list;
  }
  const std::string dir_ = ::testing::TempDir() + "/artifacts-" + std::to_string(::getpid());
};

TEST_F(ArtifactSearch, OfEachTypeTheFirstPatternAndItsNewestAreChosen) {
  file("a/model.safetensors", 10, 1'700'000'009);
  file("a/checkpoint-1/weights", 7);
  file("b/checkpoint-2/weights", 5);
  touch(dir_ + "/a/checkpoint-1", 1'700'000'001);
  touch(dir_ + "/b/checkpoint-2", 1'700'000'002);
  file("results.json", 3);
  file("tokenizer.json", 3);
  file("notes.txt", 3);
  const views::ArtifactList list = find();
  std::vector<std::string> chosen;
  for (const views::ArtifactView& one : list.artifacts) {
    if (one.chosen) chosen.push_back(one.type + " " + one.path.substr(dir_.size()) + " " + std::to_string(one.size));
  }
  EXPECT_EQ(chosen, (std::vector<std::string>{"checkpoint /b/checkpoint-2 5", "metrics /results.json 3",
                                              "tokenizer /tokenizer.json 3"}));
  EXPECT_EQ(list.artifacts.size(), 5U);
  EXPECT_TRUE(list.unsearched.empty());
}

TEST_F(ArtifactSearch, OddTreesDoNoHarm) {
  EXPECT_TRUE(find().artifacts.empty()) << "there is no such directory";
  file("config.json", 1);
  std::filesystem::create_symlink(".", dir_ + "/checkpoint-loop");
  std::filesystem::create_symlink("/etc/passwd", dir_ + "/metrics.json");
  ::mkfifo((dir_ + "/training.log").c_str(), 0600);
  std::filesystem::create_directories(dir_ + "/closed/checkpoint-3");
  ::chmod((dir_ + "/closed").c_str(), 0);
  const views::ArtifactList list = find();
  ::chmod((dir_ + "/closed").c_str(), 0700);
  ASSERT_FALSE(list.artifacts.empty());
  EXPECT_EQ(list.artifacts.back().type, "config");
  EXPECT_LE(list.artifacts.size(), 2U);
}

TEST_F(ArtifactSearch, ATreeThatIsTooLargeIsToldAsSuch) {
  for (int i = 0; i < 50; ++i) file(std::to_string(i) + "/x.yaml", 1);
  EXPECT_EQ(find({.entries = 10}).unsearched.size(), 1U);
  EXPECT_EQ(find({.found = 10}).artifacts.size(), 10U);
  std::string deep = dir_;
  for (int i = 0; i < 40; ++i) deep += "/d";
  std::filesystem::create_directories(deep);
  EXPECT_EQ(find({.depth = 8}).unsearched.size(), 1U);
  EXPECT_EQ(find().artifacts.size(), 50U);
}

TEST_F(ArtifactSearch, PatternsAreThoseOfTheReference) {
  EXPECT_EQ(artifact_patterns().size(), 14U);
  EXPECT_EQ(artifact_patterns().front().pattern, "checkpoint-*");
}

}  // namespace
}  // namespace sennit::api
