// What earlier runs, prices and logs add to what the API says.
#include <gmock/gmock.h>

#include <fstream>

#include "api/service_fixture.h"
#include "logs/run_layout.h"

namespace sennit::api {
namespace {

constexpr const char* kPriced =
    "name: fit\n"
    "resources: {gpus: [0, 1], cost_per_gpu_hour: 3600}\n"
    "jobs:\n"
    "- {name: train, verb: train, config: 'x://a', resources: {gpu: 0}}\n"
    "- {name: eval, verb: eval, config: 'x://a', resources: {gpu: 0}, depends_on: [train]}\n";

class Insight : public ServiceTest {
 protected:
  views::WhyView why(const std::string& target) { return views::parse_why(wait_for(ask("GET", target))->body).value(); }
  views::WorkflowView status(const std::string& target) {
    return views::parse_workflow(wait_for(ask("GET", target))->body).value();
  }
  // Both tasks of the workflow that was submitted last run and complete.
  void complete() {
    for (int task = 0; task < 2; ++task) {
      const std::size_t order = runner_.started.size() - 1;
      started(order);
      exited(order, 0);
    }
  }
};

TEST_F(Insight, WhyHasTheLastWordsOfTheLog) {
  submit(kTwoTasks);
  started(0);
  const logs::RunLayout layout = logs::run_layout(runs_dir_ + "/demo-1", "make", 0);
  std::filesystem::create_directories(layout.dir);
  std::ofstream(layout.log) << "first\nout of memory\n";
  exited(0, 1);
  for (const char* task : {"", "?task=make", "?task=use"}) {
    const views::WhyView view = why(std::string("/v1/workflows/demo-1/why") + task);
    EXPECT_EQ(view.log_task, "make") << task;
    EXPECT_EQ(view.log_lines, (std::vector<std::string>{"first", "out of memory"})) << task;
  }
}

TEST_F(Insight, AVerboseStatusHasTheSameAnswers) {
  submit(kTwoTasks);
  started(0);
  const views::WorkflowView view = status("/v1/workflows/demo-1?verbose=1");
  EXPECT_EQ(view.why->headline, why("/v1/workflows/demo-1/why").headline);
  const views::TaskView& use = view.groups.at(1).tasks.at(0);
  EXPECT_EQ(use.why->headline, use.reason);
  EXPECT_EQ(use.why->cause, "upstream");
  EXPECT_FALSE(status("/v1/workflows/demo-1").why);
}

TEST_F(Insight, EarlierRunsTellHowLongItWillTake) {
  submit(kTwoTasks);
  complete();
  const auto second = submit(kTwoTasks);
  EXPECT_TRUE(views::parse_submit_reply(second->body).value().expected_end_time.is_set() == false ||
              views::parse_submit_reply(second->body).value().expected_end_time >=
                  loop_.clock().now() - Micros(5'000'000));
  started(2);
  EXPECT_THAT(why("/v1/workflows/demo-2/why?task=make").details, testing::Contains(testing::HasSubstr("(from 1 run)")));
  EXPECT_THAT(why("/v1/workflows/demo-1/why").details,
              testing::Not(testing::Contains(testing::HasSubstr("from 1 run"))));
}

TEST_F(Insight, CostsAreCounted) {
  ASSERT_EQ(submit(kPriced)->status, 201);
  const views::WorkflowView before = status("/v1/workflows/fit-1");
  EXPECT_EQ(before.cost->per_gpu_hour, 3600.0);
  EXPECT_FALSE(before.cost->estimated) << "nothing has run before";
  complete();
  const views::WorkflowView after = status("/v1/workflows/fit-1");
  EXPECT_EQ(after.status, "COMPLETED");
  EXPECT_GT(*after.cost->actual, 0);
  EXPECT_NEAR(*after.cost->actual, after.cost->gpu_hours * 3600, 1e-9);
  const auto reply = views::parse_submit_reply(submit(kPriced)->body).value();
  ASSERT_TRUE(reply.cost);
  EXPECT_TRUE(reply.cost->estimated) << "there is an earlier run now";
  EXPECT_EQ(reply.cost->estimate_runs, 1U);
}

TEST_F(Insight, WithoutGpusThereIsNoCost) {
  const auto reply = submit(kTwoTasks);
  EXPECT_FALSE(views::parse_submit_reply(reply->body).value().cost);
  EXPECT_FALSE(status("/v1/workflows/demo-1").cost);
}

TEST_F(Insight, AnAttemptThatAnotherOneFollowedKeepsItsTimes) {
  submit(
      "name: fit\njobs:\n"
      "- {name: train, verb: train, config: 'x://a', max_retries: 1, retry_delay: 0}\n");
  started(0);
  exited(0, 1);
  const views::WorkflowView view = status("/v1/workflows/fit-1?verbose=1");
  const views::TaskView& first = view.groups.at(0).tasks.at(0);
  const views::TaskView& second = view.groups.at(0).tasks.at(1);
  EXPECT_EQ(first.status, "RESCHEDULED");
  EXPECT_TRUE(first.processing_start_time.is_set() && first.scheduling_start_time.is_set() &&
              first.initializing_start_time.is_set() && first.start_time.is_set() && first.end_time.is_set());
  EXPECT_EQ(second.processing_start_time, first.end_time);
}

}  // namespace
}  // namespace sennit::api
