#include "sim/simulated_host.h"

#include <algorithm>
#include <utility>

#include "model/exit_codes.h"

namespace sennit::sim {
namespace {

// Told of every attempt: they must come through snapshots and journals.
constexpr std::uint32_t kDownloadMs = 7;
constexpr std::uint32_t kUploadMs = 11;

}  // namespace

SimulatedHost::SimulatedHost(HostId id, HostCapacity capacity, const Clock& clock, Screenplay screenplay)
    : id_(id), capacity_(std::move(capacity)), clock_(clock), screenplay_(std::move(screenplay)) {}

void SimulatedHost::set_faults(const ReportFaults& faults, std::uint64_t seed) {
  faults_ = faults;
  dice_ = Dice(seed);
}

void SimulatedHost::connect(runner::FactSink& sink) {
  sink_ = &sink;
  held_back_.clear();
  fact::HostJoined joined;
  joined.host = id_;
  joined.name = "simulated";
  joined.capacity = capacity_;
  for (const auto& [id, attempt] : attempts_) {
    const std::uint32_t incarnation = attempt.order.incarnation;
    if (attempt.phase == Phase::kExited) joined.exited.push_back({id, attempt.script.exit, incarnation});
    if (attempt.phase == Phase::kRunning) joined.running.push_back({id, attempt.pid, attempt.started_at, incarnation});
    if (attempt.phase == Phase::kPreparing || attempt.phase == Phase::kParked) {
      joined.running.push_back({id, 0, {}, incarnation});
    }
  }
  sink_->post(std::move(joined));
  for (const auto& [id, attempt] : attempts_) {
    if (attempt.phase == Phase::kParked) report(fact::AttemptAtBarrier{id, attempt.order.incarnation});
  }
}

void SimulatedHost::die() {
  // They are not `over_`: an attempt of which the server never heard may be started once more by the next agent.
  std::erase_if(attempts_, [](const auto& entry) { return entry.second.phase != Phase::kExited; });
  attempts_.merge(stale_);
  stale_.clear();
  gpus_in_use_.clear();
  held_back_.clear();
  if (sink_ != nullptr) sink_->post(fact::HostLost{id_, "the agent died"});
}

void SimulatedHost::schedule(const Attempt& attempt, Micros delay, Phase into) {
  happenings_.push({clock_.now() + delay, order_++, attempt.order.attempt, attempt.order.incarnation, into});
}

std::optional<Instant> SimulatedHost::next_event() const {
  if (!held_back_.empty()) return clock_.now();
  if (happenings_.empty()) return std::nullopt;
  return happenings_.top().at;
}

void SimulatedHost::advance() {
  while (!happenings_.empty() && happenings_.top().at <= clock_.now()) {
    const Happening happening = happenings_.top();
    happenings_.pop();
    happen(happening);
  }
  for (Fact& fact : std::exchange(held_back_, {})) {
    if (sink_ != nullptr) sink_->post(std::move(fact));
  }
}

void SimulatedHost::happen(const Happening& happening) {
  const auto it = attempts_.find(happening.attempt);
  if (it == attempts_.end() || it->second.phase == Phase::kExited) return;
  Attempt& attempt = it->second;
  if (happening.incarnation != attempt.order.incarnation) return;
  switch (happening.into) {
    case Phase::kBehind:
    case Phase::kPreparing: return;
    case Phase::kParked:
      if (attempt.phase != Phase::kPreparing || attempt.stopped) return;
      attempt.phase = Phase::kParked;
      return report(fact::AttemptAtBarrier{happening.attempt, happening.incarnation});
    case Phase::kRunning:
      if (attempt.stopped) return;
      if (attempt.phase == Phase::kPreparing || attempt.phase == Phase::kParked) run(happening.attempt, attempt);
      return;
    case Phase::kExited:
      attempt.would_have_ended = attempt.paused && !attempt.stopped;
      if (!attempt.would_have_ended) exit(happening.attempt, attempt);
      return;
  }
}

void SimulatedHost::claim_gpus(const Attempt& attempt) {
  const StartOrder& order = attempt.order;
  if (!capacity_.gpus.contains(order.gpus)) {
    violations_.push_back("a GPU that is not there: " + to_string(order.attempt));
  }
  const bool whole = order.gpu_share == 0;
  for (unsigned device = 0; device < GpuSet::kMaxDevices; ++device) {
    if (!order.gpus.contains(device)) continue;
    const std::uint64_t memory = capacity_.gpu_memory(device).count();
    GpuInUse& use = gpus_in_use_[device];
    use.share += whole ? kWholeGpu : order.gpu_share;
    use.memory += whole ? memory : order.gpu_memory.count();
    if (use.share > kWholeGpu) violations_.push_back("more than all of a GPU is used: " + to_string(order.attempt));
    if (use.memory > memory) violations_.push_back("more memory than a GPU has: " + to_string(order.attempt));
  }
}

void SimulatedHost::free_gpus(const Attempt& attempt) {
  const StartOrder& order = attempt.order;
  const bool whole = order.gpu_share == 0;
  for (unsigned device = 0; device < GpuSet::kMaxDevices; ++device) {
    if (!order.gpus.contains(device)) continue;
    gpus_in_use_[device].share -= whole ? kWholeGpu : order.gpu_share;
    gpus_in_use_[device].memory -= whole ? capacity_.gpu_memory(device).count() : order.gpu_memory.count();
  }
}

void SimulatedHost::measure() {
  fact::HostMeasured measured;
  measured.host = id_;
  for (unsigned device = 0; device < GpuSet::kMaxDevices; ++device) {
    if (!capacity_.gpus.contains(device) || dice_.percent(10)) continue;
    GpuLoad load;
    load.device = device;
    load.busy = 10 * dice_.below(101);
    load.memory_used = Bytes(dice_.below(1U << 30));
    load.processes = dice_.below(2);
    measured.gpus.push_back(load);
  }
  report(std::move(measured));
}

void SimulatedHost::run(const AttemptId& id, Attempt& attempt) {
  if (attempt.script.exit.how == AttemptExit::How::kNotStarted) return exit(id, attempt);
  attempt.phase = Phase::kRunning;
  attempt.started_at = clock_.now();
  attempt.pid = next_pid_++;
  schedule(attempt, attempt.script.duration, Phase::kExited);
  report(fact::AttemptStarted{id, attempt.pid, attempt.started_at, attempt.order.incarnation, kDownloadMs});
}

void SimulatedHost::exit(const AttemptId& id, Attempt& attempt) {
  attempt.script.exit.at = clock_.now();
  attempt.script.exit.upload_ms = kUploadMs;
  attempt.script.exit.ran_us = attempt.started_at.is_set() ? (clock_.now() - attempt.started_at).count() : 0;
  attempt.phase = Phase::kExited;
  free_gpus(attempt);
  over_.emplace(id, attempt.order.incarnation);
  report(fact::AttemptExited{id, attempt.script.exit, attempt.order.incarnation});
  for (auto& [other, waiting] : attempts_) {
    if (waiting.phase == Phase::kBehind && waiting.order.behind == id) begin(waiting);
  }
}

bool SimulatedHost::is_unfinished(const AttemptId& attempt) const {
  const auto known = attempts_.find(attempt);
  return known != attempts_.end() && known->second.phase != Phase::kExited;
}

Script SimulatedHost::script_of(const StartOrder& order) const {
  const auto taken_back = taken_back_.find({order.attempt.workflow, order.attempt.task});
  return screenplay_(order, order.attempt.number - (taken_back == taken_back_.end() ? 0 : taken_back->second));
}

void SimulatedHost::begin(Attempt& attempt) {
  attempt.phase = Phase::kPreparing;
  schedule(attempt, attempt.script.start_delay, attempt.order.barrier ? Phase::kParked : Phase::kRunning);
}

void SimulatedHost::report(Fact fact) {
  if (sink_ == nullptr) return;
  if (dice_.percent(faults_.delayed_percent)) {
    held_back_.push_back(std::move(fact));
    return;
  }
  if (dice_.percent(faults_.duplicated_percent)) sink_->post(fact);
  sink_->post(std::move(fact));
}

void SimulatedHost::start(const StartOrder& order, const WorkflowContext& workflow) {
  if (order.attempt.workflow != workflow.key) {
    violations_.push_back("a start with another workflow's context: " + to_string(order.attempt));
  }
  const auto known = attempts_.find(order.attempt);
  if (known != attempts_.end()) {
    if (known->second.phase == Phase::kBehind && !order.behind) return begin(known->second);
    return report_again(known->second);
  }
  if (over_.contains({order.attempt, order.incarnation})) {
    violations_.push_back("a command runs twice: " + to_string(order.attempt));
    return;
  }
  Attempt& attempt = attempts_[order.attempt];
  attempt.order = order;
  attempt.script = script_of(order);
  ++started_;
  claim_gpus(attempt);
  if (order.behind && is_unfinished(*order.behind)) {
    attempt.phase = Phase::kBehind;
    ++sent_ahead_;
  } else {
    begin(attempt);
  }
}

// What matters: an exit whose report was lost.
void SimulatedHost::report_again(const Attempt& attempt) {
  if (attempt.phase != Phase::kExited) return;
  report(fact::AttemptExited{attempt.order.attempt, attempt.script.exit, attempt.order.incarnation});
}

void SimulatedHost::restart(const StartOrder& order, const WorkflowContext& workflow) {
  const auto known = attempts_.find(order.attempt);
  if (known == attempts_.end()) return start(order, workflow);
  Attempt& attempt = known->second;
  if (attempt.order.incarnation >= order.incarnation) return report_again(attempt);
  if (attempt.phase == Phase::kExited) {
    stale_.insert_or_assign(order.attempt, attempt);
    claim_gpus(attempt);
  }
  attempt.order = order;
  attempt.script = script_of(order);
  attempt.started_at = {};
  attempt.pid = 0;
  attempt.would_have_ended = false;
  ++restarted_;
  begin(attempt);
}

bool SimulatedHost::stands_still(const AttemptId& attempt) const {
  const auto known = attempts_.find(attempt);
  return known != attempts_.end() && known->second.paused;
}

bool SimulatedHost::knows_running(const AttemptId& attempt) const {
  const auto known = attempts_.find(attempt);
  return known != attempts_.end() && known->second.phase == Phase::kRunning;
}

void SimulatedHost::pause(AttemptId id) {
  const auto known = attempts_.find(id);
  if (known != attempts_.end() && known->second.phase == Phase::kRunning) known->second.paused = true;
}

void SimulatedHost::resume(AttemptId id) {
  const auto known = attempts_.find(id);
  if (known == attempts_.end()) return;
  known->second.paused = false;
  if (std::exchange(known->second.would_have_ended, false)) schedule(known->second, Micros(1), Phase::kExited);
}

void SimulatedHost::stop(AttemptId id, StopReason reason, Micros /*grace*/, std::uint32_t incarnation) {
  const auto known = attempts_.find(id);
  if (known == attempts_.end()) {
    AttemptExit lost;
    lost.how = AttemptExit::How::kLost;
    lost.code = exit_codes::kLost;
    return report(fact::AttemptExited{id, lost, incarnation});
  }
  Attempt& attempt = known->second;
  const bool begun = attempt.phase == Phase::kRunning;
  if (begun && reason == StopReason::kTakenBack) return;
  attempt.order.incarnation = std::max(attempt.order.incarnation, incarnation);
  if (attempt.phase == Phase::kExited) return report_again(attempt);
  if (reason == StopReason::kTakenBack && !attempt.stopped) ++taken_back_[{id.workflow, id.task}];
  attempt.stopped = true;
  attempt.script.exit = {};
  attempt.script.exit.how = begun ? AttemptExit::How::kSignaled : AttemptExit::How::kNotStarted;
  attempt.script.exit.code = 15;
  schedule(attempt, Micros(500), Phase::kExited);
}

void SimulatedHost::release(AttemptId id) {
  const auto known = attempts_.find(id);
  if (known == attempts_.end() || known->second.phase != Phase::kParked) return;
  schedule(known->second, Micros(50), Phase::kRunning);
}

void SimulatedHost::forget(AttemptId id) {
  stale_.erase(id);
  const auto known = attempts_.find(id);
  if (known == attempts_.end()) return;
  if (known->second.phase != Phase::kExited) {
    violations_.push_back("forgotten before its end: " + to_string(id));
    return;
  }
  attempts_.erase(known);
}

}  // namespace sennit::sim
