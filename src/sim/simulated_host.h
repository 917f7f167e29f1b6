// A host and its agent, in virtual time: the Runner that the simulator gives to the real engine.
//
// It keeps what a real one keeps: running attempts live on while no server is connected, exits are kept until they are
// forgotten, and a new server is told of both. It also watches: a start that must not have happened (an attempt that is
// over, a GPU in use) is written down as a violation.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <queue>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "model/fact.h"
#include "model/order.h"
#include "runner/runner.h"
#include "sim/dice.h"

namespace sennit::sim {

// What an attempt does when it is started.
struct Script {
  Micros start_delay{};  // order to running
  Micros duration{};
  AttemptExit exit;  // times are filled in
};
// `turn`: how many attempts of the task came before this one, but for those that were taken back: what becomes of a
// task does not depend on them.
using Screenplay = std::function<Script(const StartOrder&, std::uint32_t turn)>;

struct ReportFaults {
  std::uint32_t duplicated_percent = 0;
  std::uint32_t delayed_percent = 0;  // behind later ones
};

class SimulatedHost final : public runner::Runner {
 public:
  SimulatedHost(HostId id, HostCapacity capacity, const Clock& clock, Screenplay screenplay);

  // The server is there (again): it is told what runs and what ended. Reports go to `sink` until `disconnect`.
  void connect(runner::FactSink& sink);
  // The server is gone. Tasks go on.
  void disconnect() { sink_ = nullptr; }
  // The agent and all tasks die at once; the exits it had kept stay on its disk. The server hears of it.
  void die();

  void set_faults(const ReportFaults& faults, std::uint64_t seed);

  // When something happens here next.
  std::optional<Instant> next_event() const;
  // Lets happen what is due by now.
  void advance();

  bool quiet() const { return attempts_.empty(); }
  bool stands_still(const AttemptId& attempt) const;
  bool knows_running(const AttemptId& attempt) const;
  std::uint64_t started() const { return started_; }
  std::uint64_t sent_ahead() const { return sent_ahead_; }  // of those, behind others
  std::uint64_t restarted() const { return restarted_; }    // commands that were started again in place
  const std::vector<std::string>& violations() const { return violations_; }

  void start(const StartOrder& order, const WorkflowContext& workflow) override;
  void restart(const StartOrder& order, const WorkflowContext& workflow) override;
  void stop(AttemptId attempt, StopReason reason, Micros grace, std::uint32_t incarnation) override;
  void pause(AttemptId attempt) override;
  void resume(AttemptId attempt) override;
  void release(AttemptId attempt) override;
  void forget(AttemptId attempt) override;
  void finish_workflow(WorkflowKey /*workflow*/) override {}
  void measure() override;

 private:
  enum class Phase : std::uint8_t { kBehind, kPreparing, kParked, kRunning, kExited };
  struct Attempt {
    StartOrder order;
    Script script;
    Phase phase = Phase::kPreparing;
    Instant started_at;
    std::uint32_t pid = 0;
    bool paused = false;
    bool stopped = false;
    bool would_have_ended = false;  // while it was paused
  };
  struct Happening {
    Instant at;
    std::uint64_t order = 0;
    AttemptId attempt;
    std::uint32_t incarnation = 0;
    Phase into = Phase::kRunning;
    bool operator>(const Happening& other) const { return std::tie(at, order) > std::tie(other.at, other.order); }
  };

  void schedule(const Attempt& attempt, Micros delay, Phase into);
  bool is_unfinished(const AttemptId& attempt) const;
  void begin(Attempt& attempt);
  Script script_of(const StartOrder& order) const;
  void report_again(const Attempt& attempt);
  void happen(const Happening& happening);
  void run(const AttemptId& id, Attempt& attempt);
  void exit(const AttemptId& id, Attempt& attempt);
  void report(Fact fact);
  void claim_gpus(const Attempt& attempt);
  void free_gpus(const Attempt& attempt);

  HostId id_;
  HostCapacity capacity_;
  const Clock& clock_;
  Screenplay screenplay_;
  runner::FactSink* sink_ = nullptr;
  std::map<AttemptId, Attempt> attempts_;  // known: not forgotten yet
  std::map<AttemptId, Attempt> stale_;     // exits that a restart made void: they lie on the disk all the same
  std::set<std::pair<AttemptId, std::uint32_t>> over_;  // commands that exited once; must never be started again
  std::map<std::pair<WorkflowKey, TaskIndex>, std::uint32_t> taken_back_;  // attempts of each task
  struct GpuInUse {
    std::uint64_t share = 0;   // thousandths
    std::uint64_t memory = 0;  // bytes
  };
  std::map<unsigned, GpuInUse> gpus_in_use_;
  std::priority_queue<Happening, std::vector<Happening>, std::greater<>> happenings_;
  std::vector<Fact> held_back_;
  std::uint64_t order_ = 0;
  std::uint64_t started_ = 0;
  std::uint64_t sent_ahead_ = 0;
  std::uint64_t restarted_ = 0;
  std::uint32_t next_pid_ = 1000;
  ReportFaults faults_;
  Dice dice_{0};
  std::vector<std::string> violations_;
};

}  // namespace sennit::sim
