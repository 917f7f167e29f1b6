// For this room's tests: workflows in a few words, and a world with one host in which facts are reacted to.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/apply.h"
#include "core/effects.h"
#include "core/incarnation.h"
#include "core/invariants.h"
#include "core/plan.h"
#include "core/react.h"
#include "core/snapshot.h"
#include "model/workflow_builder.h"

namespace sennit::core {

struct TestTask {
  std::string name;
  ResourceRequest resources;
  TaskPolicy policy;
  bool lead = true;
  TaskBody body = {};
};

// Groups by name of their first task; edges by name.
class TestFlow {
 public:
  TestFlow() { builder_.header().name = "flow"; }
  Workflow& header() { return builder_.header(); }

  TestFlow& task(TestTask task, const std::vector<std::string>& after = {}) {
    return gang({}, {std::move(task)}, after);
  }
  TestFlow& task(const std::string& name, const std::vector<std::string>& after = {}) {
    return task(TestTask{.name = name, .resources = {}, .policy = {}}, after);
  }
  TestFlow& gang(const GroupSpec& options, const std::vector<TestTask>& tasks,
                 const std::vector<std::string>& after = {}) {
    const GroupIndex group = builder_.begin_group(tasks.size() > 1 ? "g-" + tasks.front().name : "", options);
    for (const TestTask& task : tasks) {
      builder_.add_task(task.name, task.body, task.resources, task.policy, task.lead);
      groups_[task.name] = group;
    }
    for (const std::string& up : after) builder_.add_edge(group, groups_.at(up));
    return *this;
  }
  std::shared_ptr<const Workflow> build() {
    Result<Workflow> workflow = std::move(builder_).finish();
    return std::make_shared<const Workflow>(std::move(workflow).value());
  }

 private:
  WorkflowBuilder builder_;
  std::map<std::string, GroupIndex> groups_;
};

inline TestTask needs_gpus(const std::string& name, std::uint32_t count) {
  TestTask task{.name = name, .resources = {}, .policy = {}};
  task.resources.gpu_count = count;
  return task;
}

inline TestTask needs_cpus(const std::string& name, std::uint32_t count) {
  TestTask task{.name = name, .resources = {}, .policy = {}};
  task.resources.cpus = count;
  return task;
}

class CoreTest : public ::testing::Test, public EventSink {
 protected:
  static constexpr HostId kHost{1};

  CoreTest() { state_.instance = InstanceId(0xabc); }

  void join(HostCapacity capacity = {.cpus = 4, .memory = gibibytes(16), .gpus = GpuSet::first(4)}) {
    fact::HostJoined joined;
    joined.host = kHost;
    joined.name = "here";
    joined.capacity = capacity;
    happen(joined);
  }

  // How a submission differs from a plain one of priority NORMAL in the pool "local".
  struct In {
    Priority priority = Priority::kNormal;
    std::string pool = "local";
    bool requeue = true;
  };
  WorkflowKey submit(std::shared_ptr<const Workflow> workflow, Priority priority = Priority::kNormal) {
    return submit(std::move(workflow), In{.priority = priority});
  }
  WorkflowKey submit(std::shared_ptr<const Workflow> workflow, const In& in) {
    const WorkflowKey key(++keys_);
    Submission submission;
    submission.pool = in.pool;
    submission.requeue = in.requeue;
    submission.id = workflow->name + "-" + std::to_string(keys_);
    submission.priority = in.priority;
    submission.submitted_at = now_;
    happen(fact::Submit{key, std::move(workflow), submission});
    return key;
  }

  void configure(std::vector<PoolSettings> pools, const SchedulerSettings& scheduler = {}) {
    happen(fact::PoolsConfigured{std::move(pools), scheduler});
  }

  // Reacts, plans until nothing is left, checks the invariants.
  void happen(Fact fact) {
    react(state_, fact, now_, *this);
    settle_down();
  }
  void settle_down() {
    do {
      plan(state_, now_, *this);
    } while (state_.plan_again);
    EXPECT_EQ(check_invariants(state_), std::vector<std::string>{});
  }
  void pass(Micros time) {
    now_ = now_ + time;
    settle_down();
  }

  void emit(Event event) override {
    effects_of(state_, event, effects_);
    events_.push_back(std::move(event));
  }
  void answer(const Effect& effect) override { effects_.push_back(effect); }

  const WorkflowState& flow(WorkflowKey key = WorkflowKey(1)) const { return state_.workflows.at(key); }
  TaskIndex index(const std::string& name, WorkflowKey key = WorkflowKey(1)) const {
    return *find_task(*flow(key).spec, name);
  }
  const TaskState& row(const std::string& name, WorkflowKey key = WorkflowKey(1)) const {
    return flow(key).task(index(name, key));
  }
  std::string status(const std::string& name, WorkflowKey key = WorkflowKey(1)) const {
    return std::string(to_string(row(name, key).status));
  }
  std::string status(WorkflowKey key = WorkflowKey(1)) const { return std::string(to_string(flow(key).status)); }
  std::string message(const std::string& name) const { return std::string(flow().message_of(row(name))); }

  AttemptId attempt(const std::string& name, WorkflowKey key = WorkflowKey(1)) const {
    return attempt_of(state_, flow(key), index(name, key));
  }
  std::uint32_t incarnation(const std::string& name, WorkflowKey key = WorkflowKey(1)) const {
    return incarnation_of(flow(key), index(name, key));
  }
  void reach_barrier(const std::string& name, WorkflowKey key = WorkflowKey(1)) {
    happen(fact::AttemptAtBarrier{attempt(name, key), incarnation(name, key)});
  }
  void start(const std::string& name, WorkflowKey key = WorkflowKey(1)) {
    happen(fact::AttemptStarted{attempt(name, key), 100, now_, incarnation(name, key)});
  }
  void exit(const std::string& name, std::int32_t code, WorkflowKey key = WorkflowKey(1)) {
    AttemptExit exit;
    exit.code = code;
    exit.at = now_;
    happen(fact::AttemptExited{attempt(name, key), exit, incarnation(name, key)});
  }
  void run(const std::string& name, std::int32_t code = 0, WorkflowKey key = WorkflowKey(1)) {
    start(name, key);
    exit(name, code, key);
  }
  // The effects of one kind since the last call of forget_effects.
  template <class Kind>
  std::vector<Kind> effects() const {
    std::vector<Kind> found;
    for (const Effect& effect : effects_) {
      if (const Kind* one = std::get_if<Kind>(&effect)) found.push_back(*one);
    }
    return found;
  }
  void forget_effects() { effects_.clear(); }

  State state_;
  Instant now_ = Instant::from_unix_us(1'700'000'000'000'000);
  std::vector<Event> events_;
  std::vector<Effect> effects_;
  std::uint64_t keys_ = 0;
};

}  // namespace sennit::core
