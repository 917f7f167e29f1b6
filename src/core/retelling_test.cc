// What a history tells of statuses: every move of tasks, groups and the workflow, each from where the last one led.
#include "core/retelling.h"

#include <fmt/format.h>

#include <map>

#include "core/core_fixture.h"

namespace sennit::core {
namespace {

class Retell : public CoreTest {
 protected:
  // "lead SCHEDULING>INITIALIZING", in order, of the journal as it is.
  std::vector<std::string> told(WorkflowKey key = WorkflowKey(1)) {
    Retelling retelling(flow(key).spec);
    std::vector<std::string> lines;
    for (const Event& event : events_) {
      if (event.workflow != key) continue;
      for (const StatusMove& move : retelling.take(event)) {
        lines.push_back(std::visit([&](const auto& one) { return take(key, one); }, move));
      }
    }
    check_last(key);
    return lines;
  }
  // Of one task, group or "workflow" alone: "SUBMITTING>WAITING WAITING>PROCESSING".
  std::string told_of(const std::string& name, WorkflowKey key = WorkflowKey(1)) {
    std::string out;
    for (const std::string& line : told(key)) {
      const std::size_t space = line.find(' ');
      if (line.substr(0, space) == name) out += (out.empty() ? "" : " ") + line.substr(space + 1);
    }
    return out;
  }

 private:
  std::string take(WorkflowKey key, const TaskMove& move) {
    const std::string name(flow(key).spec->name_of(move.task));
    const std::string attempt = move.number == 0 ? name : fmt::format("{}/{}", name, move.number);
    return note("task " + attempt, attempt, to_string(move.from), to_string(move.to));
  }
  std::string take(WorkflowKey key, const GroupMove& move) {
    const std::string name = fmt::format("group:{}", flow(key).spec->name_of(move.group));
    return note(name, name, to_string(move.from), to_string(move.to));
  }
  std::string take(WorkflowKey, const WorkflowMove& move) {
    return note("workflow", "workflow", to_string(move.from), to_string(move.to));
  }
  // Rows that begin again begin as new ones.
  std::string note(const std::string& what, const std::string& shown, std::string_view from, std::string_view to) {
    const auto last = last_.find(what);
    if (last != last_.end() && from != "SUBMITTING") {
      EXPECT_EQ(last->second, from) << what;
    }
    last_[what] = to;
    return fmt::format("{} {}>{}", shown, from, to);
  }
  void check_last(WorkflowKey key) {
    const WorkflowState& workflow = flow(key);
    for (std::uint32_t t = 0; t < workflow.tasks.size(); ++t) {
      const TaskState& task = workflow.tasks[t];
      const std::string name(workflow.spec->name_of(TaskIndex(t)));
      const std::string what = "task " + (task.number == 0 ? name : fmt::format("{}/{}", name, task.number));
      EXPECT_EQ(last_[what], to_string(task.status)) << what;
    }
    for (std::uint32_t g = 0; g < workflow.groups.size(); ++g) {
      const std::string name = fmt::format("group:{}", workflow.spec->name_of(GroupIndex(g)));
      EXPECT_EQ(last_[name], to_string(workflow.groups[g].status)) << name;
    }
    if (last_.contains("workflow")) {
      EXPECT_EQ(last_["workflow"], to_string(workflow.status));
    }
    last_.clear();
  }

  std::map<std::string, std::string> last_;
};

TEST_F(Retell, AGroupOfOneMovesWithItsTaskAndTheNextIsReleased) {
  join();
  submit(TestFlow().task("a").task("b", {"a"}).build());
  run("a");
  EXPECT_EQ(told_of("group:a-group"),
            "SUBMITTING>WAITING WAITING>PROCESSING PROCESSING>SCHEDULING SCHEDULING>INITIALIZING INITIALIZING>RUNNING "
            "RUNNING>COMPLETED");
  EXPECT_EQ(told_of("group:b-group"),
            "SUBMITTING>WAITING WAITING>PROCESSING PROCESSING>SCHEDULING SCHEDULING>INITIALIZING");
  EXPECT_EQ(told_of("workflow"), "PENDING>RUNNING");
}

TEST_F(Retell, AGangStartsWithTheFirstOfItsTasks) {
  join();
  submit(TestFlow().gang({}, {{.name = "lead"}, {.name = "side", .lead = false}}).build());
  reach_barrier("lead");
  reach_barrier("side");
  start("side");
  EXPECT_EQ(told_of("lead"), "SUBMITTING>WAITING WAITING>PROCESSING PROCESSING>SCHEDULING SCHEDULING>INITIALIZING");
  EXPECT_EQ(told_of("group:g-lead"),
            "SUBMITTING>WAITING WAITING>PROCESSING PROCESSING>SCHEDULING SCHEDULING>INITIALIZING "
            "INITIALIZING>RUNNING");
  start("lead");
  exit("lead", 0);
  exit("side", 143);
  EXPECT_EQ(status(), "COMPLETED");
  EXPECT_EQ(told().back(), "workflow RUNNING>COMPLETED");
}

TEST_F(Retell, ARetryIsARowOfItsOwn) {
  TestTask task{.name = "a", .resources = {}, .policy = {}};
  task.policy.max_retries = 1;
  task.policy.retry_delay = std::chrono::seconds(5);
  join();
  submit(TestFlow().task(task).build());
  run("a", 1);
  EXPECT_EQ(told().back(), "a/1 WAITING>PROCESSING");
  pass(std::chrono::minutes(10));
  EXPECT_EQ(told_of("a/1"), "SUBMITTING>WAITING WAITING>PROCESSING PROCESSING>SCHEDULING SCHEDULING>INITIALIZING");
  EXPECT_TRUE(told_of("a").ends_with("RUNNING>RESCHEDULED"));
}

TEST_F(Retell, APreemptedGroupStaysWhereItIsWhileItsTasksWait) {
  join();
  const WorkflowKey low = submit(TestFlow().task(needs_gpus("a", 4)).build(), Priority::kLow);
  start("a", low);
  const WorkflowKey high = submit(TestFlow().task(needs_gpus("a", 4)).build(), Priority::kHigh);
  exit("a", 143, low);
  EXPECT_TRUE(told_of("group:a-group", low).ends_with("INITIALIZING>RUNNING"));
  EXPECT_EQ(told_of("a/1", low), "SUBMITTING>WAITING WAITING>PROCESSING PROCESSING>SCHEDULING");
  run("a", 0, high);
  EXPECT_TRUE(told_of("a/1", low).ends_with("SCHEDULING>INITIALIZING"));
}

TEST_F(Retell, ACancelledWorkflow) {
  join();
  submit(TestFlow().task("a").task("b", {"a"}).build());
  start("a");
  happen(fact::Cancel{WorkflowKey(1), "ada", "wrong data"});
  exit("a", 143);
  EXPECT_EQ(told_of("b"), "SUBMITTING>WAITING WAITING>FAILED_CANCELED");
  EXPECT_EQ(told_of("group:b-group"), "SUBMITTING>WAITING WAITING>FAILED_CANCELED");
  EXPECT_EQ(told_of("workflow"), "PENDING>RUNNING RUNNING>FAILED_CANCELED");
}

TEST_F(Retell, AReopenedWorkflowIsPendingAgainAndItsRowsAreNew) {
  join();
  submit(TestFlow().task("a").build());
  run("a", 1);
  happen(fact::Reopen{WorkflowKey(1), "ada", ""});
  EXPECT_EQ(told_of("workflow"), "PENDING>RUNNING RUNNING>FAILED FAILED>PENDING");
  EXPECT_EQ(told_of("a/1"), "SUBMITTING>WAITING WAITING>PROCESSING PROCESSING>SCHEDULING SCHEDULING>INITIALIZING");
}

TEST_F(Retell, AfterWhatCannotFollowNothingMoves) {
  join();
  submit(TestFlow().task("a").build());
  run("a");
  Retelling retelling(flow().spec);
  EXPECT_FALSE(retelling.take(events_[0]).empty());
  EXPECT_TRUE(retelling.take({WorkflowKey(1), now_, event::TaskEnded{.task = TaskIndex(0), .number = 5}}).empty());
  EXPECT_TRUE(retelling.take(events_[1]).empty());
}

}  // namespace
}  // namespace sennit::core
