#include "agent/usage_sampler.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "agent/nvml_fixture.h"
#include "progress/series_file.h"

namespace sennit::agent {
namespace {

class Sampling : public NvmlFixture {
 protected:
  Sampling() { std::filesystem::create_directories(dir_); }
  ~Sampling() override { std::filesystem::remove_all(dir_); }

  UsageSampler::Running running() {
    ++asked_;
    UsageSampler::Running running;
    if (!runs_) return running;
    running.targets.push_back({.attempt = {InstanceId(1), WorkflowKey(2), TaskIndex(3), 0},
                               .processes = {.leader = ::getpid()},
                               .memory_limit = gibibytes(1),
                               .gpus = GpuSet::first(1),
                               .usage_series = dir_ + "/usage.series",
                               .gpu_series = dir_ + "/gpus.series"});
    return running;
  }
  // Until so many reports have come.
  void look(std::size_t reports) {
    UsageSampler sampler(
        loop_, {.nvml = fake_nvml(), .period = std::chrono::milliseconds(20)}, [this] { return running(); },
        [this](const UsageReport& one) { reports_.push_back(one); });
    sampler.wake();
    loop::Timer limit(loop_);
    bool late = false;
    limit.arm_after(std::chrono::seconds(60), [&] { late = true; });
    while (reports_.size() < reports && !late) loop_.run_once();
    EXPECT_FALSE(late);
    limit.cancel();
    runs_ = false;
    loop::Timer end(loop_);
    bool over = false;
    end.arm_after(std::chrono::milliseconds(200), [&] { over = true; });
    while (!over) loop_.run_once();
  }

  const std::string dir_ = ::testing::TempDir() + "/sampling-" + std::to_string(::getpid());
  loop::Loop loop_;
  bool runs_ = true;
  int asked_ = 0;
  std::vector<UsageReport> reports_;
};

TEST_F(Sampling, TellsWhatIsUsedAndKeepsIt) {
  devices("GPU-a");
  memory("81920");
  loads("40 1024 1 " + std::to_string(::getpid()) + " 512\n");
  look(4);
  const UsageReport& report = reports_.back();
  EXPECT_EQ(report.attempt.workflow, WorkflowKey(2));
  EXPECT_GT(report.memory, mebibytes(1));
  EXPECT_EQ(report.memory_limit, gibibytes(1));
  ASSERT_EQ(report.gpus.size(), 1U);
  EXPECT_EQ(report.gpus[0].busy, 400U);
  EXPECT_EQ(report.gpus[0].memory, gibibytes(1));
  EXPECT_EQ(report.gpus[0].own_memory, mebibytes(512));
  EXPECT_FALSE(report.gpus[0].quiet_since.is_set());
  EXPECT_EQ(progress::read_series(dir_ + "/usage.series").value().size(), 4U);
  EXPECT_EQ(progress::read_series(dir_ + "/gpus.series").value()[0].name, "gpu0.busy");
}

TEST_F(Sampling, SaysSinceWhenAGpuIdles) {
  devices("GPU-a");
  memory("81920");
  loads("4 0 0\n");
  look(5);
  ASSERT_EQ(reports_.back().gpus.size(), 1U);
  const Instant since = reports_.back().gpus[0].quiet_since;
  EXPECT_TRUE(since.is_set());
  EXPECT_LT(since, reports_.back().at);
}

TEST_F(Sampling, NobodyIsWokenWhileNothingRuns) {
  devices("GPU-a");
  look(1);
  const int asked = asked_;
  loop::Timer later(loop_);
  bool over = false;
  later.arm_after(std::chrono::milliseconds(200), [&] { over = true; });
  while (!over) loop_.run_once();
  EXPECT_EQ(asked_, asked);
}

}  // namespace
}  // namespace sennit::agent
