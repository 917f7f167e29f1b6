// What attempts say of their progress and what they use, from a process to the report.
#include <gtest/gtest.h>

#include "agent/table_fixture.h"
#include "progress/series_file.h"

namespace sennit::agent {
namespace {

class Measures : public TableFixture {
 protected:
  std::optional<double> told(std::string_view name) const { return value_of(reports_.progress.values, name); }
  StartOrder job(const std::string& script, const std::string& verb) const {
    TaskBody body;
    body.command = {"sh", "-c", script};
    body.verb = verb;
    StartOrder order = this->order("");
    order.body.clear();
    encode(body, order.body);
    return order;
  }
  std::vector<progress::Series> kept(const std::string& name) const {
    Result<std::vector<progress::Series>> series = progress::read_series(dir_ + "/runs/0/0/" + name);
    return series ? *series : std::vector<progress::Series>();
  }
};

TEST_F(Measures, WhatATaskPrintsIsReadOnBothStreams) {
  run("echo 'Step 3/10'; echo \"{'loss': 0.25, 'epoch': 1.5}\" >&2");
  EXPECT_EQ(told("step"), 3);
  EXPECT_EQ(told("total"), 10);
  EXPECT_EQ(told("loss"), 0.25);
  EXPECT_EQ(reports_.progress.attempt, id());
  EXPECT_EQ(kept("progress.series").size(), 4U);
}

TEST_F(Measures, TheVerbOfAJobChooses) {
  table_->start(job("echo 'Generated 10/40'; echo 'Step 1/2'", "infer"));
  wait_for_exit();
  EXPECT_EQ(told("step"), 10);
  EXPECT_EQ(told("total"), 40);
}

TEST_F(Measures, ProgressIsToldWhileATaskGoesOn) {
  start(
      "printf '\\r 10%%|#  | 1/10 [00:01<00:09]\\r 20%%|## | 2/10 [00:02<00:08]' >&2; touch wrote; "
      "while [ ! -e go ]; do sleep 0.01; done");
  run_until([&] { return told("step").has_value(); });
  EXPECT_GE(*told("step"), 1);
  touch("go");
  wait_for_exit();
  EXPECT_EQ(told("step"), 2) << "the last state of a bar needs no end of line";
}

TEST_F(Measures, WhatIsWrittenToTheFileIsReadAtOnceAndAtTheEnd) {
  start(
      "echo '{\"step\": 1, \"total\": 4, \"reward\": -2}' >>$SENNIT_PROGRESS; "
      "while [ ! -e go ]; do sleep 0.01; done; echo '{\"step\": 4}' >>$SENNIT_PROGRESS");
  run_until([&] { return told("step").has_value(); });
  EXPECT_EQ(told("reward"), -2);
  touch("go");
  wait_for_exit();
  EXPECT_EQ(told("step"), 4);
  EXPECT_EQ(told("total"), 4);
  EXPECT_TRUE(std::filesystem::is_empty(dir_ + "/progress"));
}

TEST_F(Measures, WhoSaysNothingLeavesNothing) {
  run("true");
  EXPECT_FALSE(exists("runs/0"));
  start("echo hello", 1);
  wait_for_exit(2);
  EXPECT_TRUE(reports_.progress.values.empty());
  EXPECT_FALSE(exists("runs/1/0/progress.series"));
}

TEST_F(Measures, OddFilesDoNoHarm) {
  std::uint32_t task = 0;
  for (const char* script :
       {"mkdir $SENNIT_PROGRESS; touch $SENNIT_PROGRESS/x", "ln -s /etc/passwd $SENNIT_PROGRESS",
        "mkfifo $SENNIT_PROGRESS; echo '{\"loss\": 1}' 1<>$SENNIT_PROGRESS",
        "head -c 3000000 /dev/urandom >$SENNIT_PROGRESS", "head -c 3000000 /dev/zero; echo; echo loss: 0.5"}) {
    start(script, task++);
    EXPECT_EQ(wait_for_exit(task).code, 0) << script;
  }
  EXPECT_EQ(told("loss"), 0.5);
}

TEST_F(Measures, WhatATaskUsesIsToldAndKept) {
  start("head -c 60000000 /dev/zero | tail | cat & i=0; while [ ! -e go ]; do i=$((i+1)); done");
  run_until([&] { return reports_.usage.cpu_thousandths > 100; });
  EXPECT_EQ(reports_.usage.attempt, id());
  EXPECT_GT(reports_.usage.memory, mebibytes(1));
  EXPECT_GT(reports_.usage.cpu_time, Micros::zero());
  touch("go");
  wait_for_exit();
  const std::vector<progress::Series> series = kept("usage.series");
  ASSERT_GE(series.size(), 4U);
  EXPECT_EQ(series[0].name, "memory");
  EXPECT_EQ(series[1].name, "cpu");
}

TEST_F(Measures, AShortTaskIsNotLookedAt) {
  run("sleep 0.3");
  EXPECT_FALSE(exists("runs/0/0/usage.series"));
}

}  // namespace
}  // namespace sennit::agent
