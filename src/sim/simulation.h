// A run of the real engine in a world of which every moment is chosen by a seed: (seed, workload, faults) -> outcome.
//
// After each step it checks the core's invariants, what the host saw, and that the journal replays to the same state.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/engine.h"
#include "sim/crashing_store.h"
#include "sim/replay_watch.h"
#include "sim/simulated_host.h"
#include "sim/virtual_clock.h"
#include "sim/workload.h"
#include "store/memory_store.h"

namespace sennit::sim {

struct FaultPlan {
  std::optional<Crash> crash;           // of the server
  std::uint32_t crash_percent = 0;      // a server crash after a step
  std::uint32_t host_loss_percent = 0;  // the agent dies after a step
  std::uint32_t failed_commit_percent = 0;
  std::uint32_t reopenings = 0;        // somebody lets each workflow that failed go on, so often
  std::uint32_t reopen_percent = 100;  // ... after a step
  std::uint32_t limit_percent = 0;     // somebody changes a time limit
  std::uint32_t cancel_percent = 0;    // somebody cancels something
  std::uint32_t cancel_task_percent = 0;
  std::uint32_t pause_percent = 0;  // somebody pauses a workflow or tasks of it, and resumes others
  ReportFaults reports;
};

struct SimulationOptions {
  std::uint64_t seed = 0;
  std::uint32_t workflows = 3;
  WorkloadOptions workload;
  FaultPlan faults;
  bool priorities = true;  // HIGH, NORMAL and LOW in turn; else all NORMAL: nobody is preempted
  bool pools = false;      // several, with random devices, quotas and rules for preemption
  Micros preemption_protection = SchedulerSettings().preemption_protection;  // without `pools`
  std::uint32_t snapshot_every = 10'000;
  // One posted fact a step: many small commits, so many moments to crash at.
  bool one_fact_a_step = false;
  bool check_replay = true;
};

// How a workflow ended: enough to compare two runs.
struct Outcome {
  WorkflowStatus status = WorkflowStatus::kPending;
  std::vector<std::string> tasks;  // "name status code attempts"
  std::uint32_t preemptions = 0;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

class Simulation {
 public:
  // Begins with what `disk` holds, if given: a server that finds it after a crash.
  explicit Simulation(SimulationOptions options, store::MemoryDisk disk = {});
  ~Simulation();

  // Runs until every workflow has ended. False: something is wrong; `problems` says what.
  bool run();

  const std::vector<std::string>& problems() const { return problems_; }
  // By id.
  std::map<std::string, Outcome> outcomes() const;
  std::size_t ended() const;  // workflows
  std::uint64_t commits() const { return commits_; }
  std::uint64_t crashes() const { return crashes_; }
  std::uint64_t limits_changed() const { return limits_changed_; }
  std::uint64_t pauses() const { return pauses_; }
  std::uint64_t sent_ahead() const { return host_.sent_ahead(); }
  std::uint64_t restarted() const { return host_.restarted(); }
  const store::MemoryDisk& disk() const { return disk_; }

 private:
  class Server;

  void submit_some();
  void start_server();
  void step();
  void reopen_some();
  bool is_to_reopen(const store::MemoryWorkflow& stored);
  bool has_to_reopen();
  void inject_faults();
  void change_limits();
  void check_deadlines();
  void check_stops();
  void inject_requests();
  bool resume_all();
  void check_pauses();
  void check();
  void check_quotas(const core::State& state);
  void check_claims(const core::State& state);
  bool is_settled() const;
  void draw_pools();
  void draw_submissions();
  bool is_possible(const Workflow& workflow, const PoolSettings& pool, Priority priority) const;
  bool over();
  std::string whats_left() const;
  bool advance();
  void crash_server();
  void problem(std::string text);
  Instant submission_time(std::uint32_t index) const;

  SimulationOptions options_;
  Dice dice_;
  VirtualClock clock_;
  store::MemoryDisk disk_;
  SimulatedHost host_;
  std::unique_ptr<runner::Runner> wire_;  // from the present server to the host
  std::unique_ptr<Server> server_;
  std::vector<std::shared_ptr<const Workflow>> workload_;
  fact::PoolsConfigured pools_;
  std::vector<Submission> submissions_;  // for each of the workload: pool and priority
  std::uint32_t submitted_ = 0;          // accepted by a server
  std::uint32_t pending_ = 0;            // handed to this server, not answered
  // Reopenings in a workflow's journal, as far as it was read.
  struct Reopenings {
    std::size_t read = 0;
    std::uint32_t count = 0;
  };
  std::map<WorkflowKey, Reopenings> reopenings_;
  std::set<WorkflowKey> reopening_;  // asked of this server, not answered
  bool host_down_ = false;
  std::uint64_t commits_ = 0;
  std::uint64_t crashes_ = 0;
  std::uint64_t pauses_ = 0;
  std::uint64_t steps_ = 0;
  std::uint64_t limits_changed_ = 0;
  std::map<AttemptId, Instant> stopping_since_;
  std::vector<std::string> problems_;
  ReplayWatch replay_watch_;
};

}  // namespace sennit::sim
