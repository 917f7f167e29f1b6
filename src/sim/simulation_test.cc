// Properties over random workloads and faults. A failure prints its seed; SENNIT_SIM_SEED=<n> replays that one alone,
// SENNIT_SIM_TIMES=<n> tries n times as many seeds. Each suite's own number is what sanitizers have the time for; the
// many are tried by `make simulate`, with the code as it is released.
#include "sim/simulation.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <string>

namespace sennit::sim {
namespace {

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// Calls `run` for each seed to try; it returns what went wrong.
template <class Run>
void for_each_seed(std::uint64_t runs, Run run) {
  const bool one = std::getenv("SENNIT_SIM_SEED") != nullptr;
  const std::uint64_t first = from_environment("SENNIT_SIM_SEED", 1);
  const std::uint64_t count = one ? 1 : runs * from_environment("SENNIT_SIM_TIMES", 1);
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    const std::string trouble = run(seed);
    ASSERT_EQ(trouble, "") << "replay with SENNIT_SIM_SEED=" << seed;
  }
}

// Says at the program's end how many workflows it has brought to theirs.
class Tally final : public ::testing::Environment {
 public:
  void add(std::size_t ended) { ended_ += ended; }
  void TearDown() override { std::printf("simulated %zu workflows\n", ended_); }

 private:
  std::size_t ended_ = 0;
};

Tally& tally() {
  static auto* const tally = static_cast<Tally*>(::testing::AddGlobalTestEnvironment(new Tally));  // gtest owns it
  return *tally;
}

[[maybe_unused]] const Tally& registered = tally();  // before gtest begins

bool run(Simulation& simulation) {
  const bool well = simulation.run();
  tally().add(simulation.ended());
  return well;
}

std::string run_to_end(Simulation& simulation) {
  if (run(simulation)) return "";
  std::string text;
  for (const std::string& problem : simulation.problems()) text += problem + "\n";
  return text;
}

std::string run_to_end(const SimulationOptions& options) {
  Simulation simulation(options);
  return run_to_end(simulation);
}

TEST(Simulation, EveryRunEndsAndReplays) {
  for_each_seed(25, [](std::uint64_t seed) {
    SimulationOptions options;
    options.seed = seed;
    return run_to_end(options);
  });
}

TEST(Simulation, TimeoutsAndCancellationsEnd) {
  for_each_seed(25, [](std::uint64_t seed) {
    SimulationOptions options;
    options.seed = seed;
    options.workload.timing = true;
    options.faults.cancel_percent = 2;
    return run_to_end(options);
  });
}

// Undisturbed, so that it is also checked that nothing outlives its limit by more than the grace period.
TEST(Simulation, LimitsAreKeptHoweverTheyAreChanged) {
  std::uint64_t changed = 0;
  for_each_seed(25, [&changed](std::uint64_t seed) {
    SimulationOptions options;
    options.seed = seed;
    options.workload.timing = true;
    options.faults.limit_percent = 15;
    Simulation simulation(options);
    const std::string trouble = run_to_end(simulation);
    changed += simulation.limits_changed();
    return trouble;
  });
  EXPECT_GT(changed, 0U);
}

TEST(Simulation, SnapshotsReplayToTheSameState) {
  for_each_seed(12, [](std::uint64_t seed) {
    SimulationOptions options;
    options.seed = seed;
    options.workload.timing = true;
    options.snapshot_every = 1;
    return run_to_end(options);
  });
}

TEST(Simulation, LateAndRepeatedReportsAreHarmless) {
  for_each_seed(20, [](std::uint64_t seed) {
    SimulationOptions options;
    options.seed = seed;
    options.faults.reports = {.duplicated_percent = 30, .delayed_percent = 20};
    return run_to_end(options);
  });
}

TEST(Simulation, AFullDiskLosesNothing) {
  for_each_seed(12, [](std::uint64_t seed) {
    SimulationOptions options;
    options.seed = seed;
    options.faults.failed_commit_percent = 10;
    return run_to_end(options);
  });
}

TEST(Simulation, EverythingAtOnce) {
  for_each_seed(25, [](std::uint64_t seed) {
    SimulationOptions options;
    options.seed = seed;
    options.workload.timing = true;
    options.snapshot_every = 20;
    options.faults.crash_percent = 5;
    options.faults.host_loss_percent = 2;
    options.faults.failed_commit_percent = 3;
    options.faults.cancel_percent = 1;
    options.faults.limit_percent = 3;
    options.faults.reports = {.duplicated_percent = 10, .delayed_percent = 10};
    return run_to_end(options);
  });
}

// Some of them wait on the host behind others, whatever happens to those, to the server or to the host.
TEST(Simulation, AttemptsThatAreSentAheadEndLikeTheOthers) {
  std::uint64_t sent_ahead = 0;
  for_each_seed(15, [&sent_ahead](std::uint64_t seed) {
    SimulationOptions options;
    options.seed = seed;
    options.workload.quick = true;
    options.workload.timing = seed % 2 == 0;
    options.snapshot_every = seed % 3 == 0 ? 20 : 10'000;
    options.faults.crash_percent = 2;
    options.faults.host_loss_percent = 1;
    options.faults.failed_commit_percent = 2;
    options.faults.cancel_percent = seed % 4 == 0 ? 1 : 0;
    options.faults.reports = {.duplicated_percent = 10, .delayed_percent = 10};
    Simulation simulation(options);
    const std::string trouble = run_to_end(simulation);
    sent_ahead += simulation.sent_ahead();
    return trouble;
  });
  EXPECT_GT(sent_ahead, 0U);
}

// What failed or was cancelled goes on, whenever somebody says so.
TEST(Simulation, WhatIsReopenedEndsAndReplays) {
  for_each_seed(20, [](std::uint64_t seed) {
    SimulationOptions options;
    options.seed = seed;
    options.workload.timing = seed % 2 == 0;
    options.workload.quick = seed % 5 == 0;
    options.snapshot_every = seed % 3 == 0 ? 20 : 10'000;
    options.faults.reopenings = 3;
    options.faults.reopen_percent = 20;
    options.faults.cancel_percent = seed % 2;
    options.faults.crash_percent = 3;
    options.faults.host_loss_percent = 1;
    options.faults.failed_commit_percent = 3;
    options.faults.reports = {.duplicated_percent = 10, .delayed_percent = 10};
    return run_to_end(options);
  });
}

// Groups of several in which everybody fails, is restarted in place and rescheduled, whatever happens to the server and
// the host meanwhile.
TEST(Simulation, GroupsThatStartAgainEnd) {
  std::uint64_t restarted = 0;
  for_each_seed(40, [&restarted](std::uint64_t seed) {
    SimulationOptions options;
    options.seed = seed;
    options.workload.timing = true;
    options.workload.gangs_percent = 90;
    options.workload.unlucky = true;
    options.workload.max_groups = 6;
    options.snapshot_every = seed % 3 == 0 ? 5 : 10'000;
    options.one_fact_a_step = seed % 2 == 0;
    options.faults.crash_percent = seed % 4 == 0 ? 5 : 0;
    options.faults.host_loss_percent = seed % 5 == 0 ? 2 : 0;
    options.faults.failed_commit_percent = seed % 7 == 0 ? 3 : 0;
    options.faults.cancel_percent = seed % 6 == 0 ? 1 : 0;
    options.faults.reports = {.duplicated_percent = 10, .delayed_percent = 10};
    Simulation simulation(options);
    const std::string trouble = run_to_end(simulation);
    restarted += simulation.restarted();
    return trouble;
  });
  EXPECT_GT(restarted, 25U);
}

// Nothing starts while it is paused, whatever happens; everything ends once it is resumed.
TEST(Simulation, WhatIsPausedWaitsAndEndsAfterwards) {
  std::uint64_t pauses = 0;
  for_each_seed(25, [&pauses](std::uint64_t seed) {
    SimulationOptions options;
    options.seed = seed;
    options.workload.timing = seed % 2 == 0;
    options.workload.quick = seed % 5 == 0;
    options.snapshot_every = seed % 3 == 0 ? 20 : 10'000;
    options.faults.crash_percent = 3;
    options.faults.host_loss_percent = seed % 4 == 0 ? 1 : 0;
    options.faults.failed_commit_percent = 2;
    options.faults.cancel_percent = seed % 7 == 0 ? 1 : 0;
    options.faults.cancel_task_percent = 2;
    options.faults.pause_percent = 10;
    options.faults.reports = {.duplicated_percent = 10, .delayed_percent = 10};
    Simulation simulation(options);
    const std::string trouble = run_to_end(simulation);
    pauses += simulation.pauses();
    return trouble;
  });
  EXPECT_GT(pauses, 0U);
}

// Pauses and the time that they take change when things happen, not what comes of them. Where some are preempted it
// depends on the moment who is, and with that how often a task begins.
TEST(Simulation, PausesChangeNoOutcome) {
  for_each_seed(15, [](std::uint64_t seed) -> std::string {
    SimulationOptions options;
    options.seed = seed;
    options.priorities = false;
    Simulation calm(options);
    if (const std::string trouble = run_to_end(calm); !trouble.empty()) return trouble;
    options.faults.pause_percent = 15;
    Simulation paused(options);
    if (const std::string trouble = run_to_end(paused); !trouble.empty()) return trouble;
    for (const auto& [id, outcome] : calm.outcomes()) {
      if (paused.outcomes().at(id).status != outcome.status) return id + " ended differently";
    }
    return "";
  });
}

std::uint64_t preemptions_of(const Simulation& simulation) {
  std::uint64_t count = 0;
  for (const auto& [id, outcome] : simulation.outcomes()) count += outcome.preemptions;
  return count;
}

TEST(Simulation, QuotasHoldAndEverythingEnds) {
  std::uint64_t preempted = 0;
  for_each_seed(12, [&preempted](std::uint64_t seed) {
    SimulationOptions options;
    options.seed = seed;
    options.workflows = 6;
    options.workload.gpus = 2 + static_cast<std::uint32_t>(seed % 7);
    options.workload.timing = seed % 3 == 0;
    options.pools = true;
    Simulation simulation(options);
    const std::string trouble = run_to_end(simulation);
    preempted += preemptions_of(simulation);
    return trouble;
  });
  EXPECT_GT(preempted, 0U);
}

TEST(Simulation, WhoeverIsEntitledHasOthersStoppedAtOnce) {
  std::uint64_t preempted = 0;
  for_each_seed(15, [&preempted](std::uint64_t seed) {
    SimulationOptions options;
    options.seed = seed;
    options.workflows = 6;
    options.workload.timing = seed % 2 == 0;
    options.preemption_protection = Micros(0);
    Simulation simulation(options);
    const std::string trouble = run_to_end(simulation);
    preempted += preemptions_of(simulation);
    return trouble;
  });
  EXPECT_GT(preempted, 0U);
}

TEST(Simulation, PreemptedGroupsSurviveFaults) {
  for_each_seed(12, [](std::uint64_t seed) {
    SimulationOptions options;
    options.seed = seed;
    options.workflows = 6;
    options.workload.timing = true;
    options.workload.quick = seed % 5 == 0;
    options.pools = true;
    options.snapshot_every = 20;
    options.faults.crash_percent = 4;
    options.faults.host_loss_percent = 2;
    options.faults.failed_commit_percent = 2;
    options.faults.cancel_percent = 1;
    options.faults.reports = {.duplicated_percent = 10, .delayed_percent = 10};
    return run_to_end(options);
  });
}

using Outcomes = std::map<std::string, Outcome>;

// The first thing that differs, or nothing.
std::string difference_of(const Outcomes& calm, const Outcomes& crashed) {
  for (const auto& [id, outcome] : calm) {
    const auto other = crashed.find(id);
    if (other == crashed.end()) return id + " is missing";
    if (other->second.status != outcome.status) return id + " ended differently";
    for (std::size_t i = 0; i < outcome.tasks.size(); ++i) {
      if (i >= other->second.tasks.size()) return id + " has fewer tasks";
      if (other->second.tasks[i] == outcome.tasks[i]) continue;
      return id + ": '" + outcome.tasks[i] + "' became '" + other->second.tasks[i] + "'";
    }
  }
  return calm.size() == crashed.size() ? "" : "more workflows";
}

// Runs once undisturbed, then once for each commit with a crash there, and compares how everything ended.
std::string crash_everywhere(std::uint64_t seed, Crash::When when) {
  SimulationOptions options;
  options.faults.reopenings = 1;
  options.seed = seed;
  options.workflows = 2;
  options.workload.max_groups = 5;
  options.one_fact_a_step = true;
  options.check_replay = false;
  Simulation calm(options);
  if (!run(calm)) return "undisturbed: " + calm.problems().front();
  for (std::uint64_t commit = 1; commit <= calm.commits(); ++commit) {
    options.faults.crash = Crash{commit, when};
    Simulation crashed(options);
    if (!run(crashed)) return "crash at commit " + std::to_string(commit) + ": " + crashed.problems().front();
    const std::string difference = difference_of(calm.outcomes(), crashed.outcomes());
    if (!difference.empty()) return "crash at commit " + std::to_string(commit) + ": " + difference;
  }
  return "";
}

TEST(Simulation, ACrashAfterAnyCommitChangesNothing) {
  for_each_seed(3, [](std::uint64_t seed) { return crash_everywhere(seed, Crash::When::kAfterCommit); });
}

TEST(Simulation, ACrashBeforeAnyCommitChangesNothing) {
  for_each_seed(3, [](std::uint64_t seed) { return crash_everywhere(seed, Crash::When::kBeforeCommit); });
}

// The disk as it was when `workflow` had only its first `events` events.
store::MemoryDisk cut(const store::MemoryDisk& disk, WorkflowKey workflow, std::size_t events) {
  store::MemoryDisk image;
  image.last_key = disk.last_key;
  image.last_n = disk.last_n;
  store::MemoryWorkflow& stored = image.workflows[workflow] = disk.workflows.at(workflow);
  stored.journal.resize(events);
  stored.snapshot.clear();
  stored.snapshot_seq = 0;
  stored.row.finished = false;
  return image;
}

// Batches are stored whole, so no crash leaves such a journal; but nothing should depend on where a batch ended.
TEST(Simulation, AJournalThatEndsAnywhereIsGoneOnWith) {
  for_each_seed(2, [](std::uint64_t seed) -> std::string {
    SimulationOptions options;
    options.seed = seed;
    options.workload.timing = true;
    options.workload.max_groups = 6;
    options.faults.reopenings = 1;
    options.check_replay = false;
    Simulation whole(options);
    if (!run(whole)) return whole.problems().front();
    options.workflows = 0;
    options.faults.reopenings = 0;
    options.check_replay = true;
    for (const auto& [key, stored] : whole.disk().workflows) {
      for (std::size_t events = 1; events < stored.journal.size(); ++events) {
        Simulation rest(options, cut(whole.disk(), key, events));
        if (!run(rest)) return "cut after " + std::to_string(events) + ": " + rest.problems().front();
      }
    }
    return "";
  });
}

TEST(Simulation, TheSameSeedGivesTheSameRun) {
  SimulationOptions options;
  options.seed = 7;
  options.workload.timing = true;
  Simulation first(options);
  Simulation second(options);
  ASSERT_TRUE(run(first));
  ASSERT_TRUE(run(second));
  EXPECT_EQ(first.outcomes(), second.outcomes());
  EXPECT_EQ(first.commits(), second.commits());
}

}  // namespace
}  // namespace sennit::sim
