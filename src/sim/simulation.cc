#include "sim/simulation.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>

#include "core/apply.h"
#include "core/explain.h"
#include "core/invariants.h"
#include "core/pools.h"
#include "core/quota.h"
#include "core/snapshot.h"
#include "core/timing.h"
#include "sim/pause_watch.h"
#include "store/journal_codec.h"

namespace sennit::sim {
namespace {

constexpr InstanceId kInstance(0x5e1117);
constexpr HostId kHost(1);
constexpr std::uint64_t kMaxSteps = 200'000;
constexpr Micros kStartTimeout = std::chrono::seconds(1);
constexpr Micros kMostGrace = std::chrono::milliseconds(1);  // the host takes half of it

HostCapacity capacity_of(const SimulationOptions& options) {
  HostCapacity capacity;
  capacity.cpus = 8;
  capacity.memory = gibibytes(32);
  capacity.gpus = GpuSet::first(options.workload.gpus);
  capacity.storage = gibibytes(100);
  capacity.measures_gpus = true;
  // Of two kinds, so that what fits on one does not fit on every other.
  for (unsigned device = 0; device < options.workload.gpus; ++device) {
    capacity.devices.push_back({"simulated", device % 2 == 0 ? gibibytes(80) : gibibytes(41)});
  }
  return capacity;
}

// Whether a task beside a lead ended by itself or with the lead depends on the moment, but its status does not.
std::string describe(const Workflow& spec, const core::WorkflowState& workflow, TaskIndex task) {
  const core::TaskState& row = workflow.task(task);
  const bool beside = !spec.tasks[task.value()].lead;
  return fmt::format("{} {} {} {}", spec.name_of(task), to_string(row.status),
                     row.has_exit_code && !beside ? fmt::format("{}", row.exit_code) : "-", row.number);
}

}  // namespace

// One life of the server: everything in it is gone after a crash.
class Simulation::Server final : public runner::FactSink {
 public:
  Server(Simulation& world)
      : world_(world),
        memory_(world.disk_, [this](std::function<void()> work) { posted_.push_back(std::move(work)); }),
        store_(memory_, world.commits_, world.options_.faults.crash),
        engine_(store_, world.clock_,
                {.instance = kInstance,
                 .runs_dir = "/runs",
                 .start_timeout = world.options_.workload.timing ? kStartTimeout : Micros{},
                 .snapshot_every = world.options_.snapshot_every,
                 .wake = {}}) {}

  ~Server() override { engine_.remove_observer(watch_); }

  Result<engine::Recovered> recover() {
    Result<engine::Recovered> recovered = engine_.recover();
    watch_.read(engine_.state());
    engine_.add_observer(watch_);
    return recovered;
  }

  void post(Fact fact) override { waiting_.push_back(std::move(fact)); }

  // False: nothing to do, or the server died.
  bool step() {
    for (const auto& work : std::exchange(posted_, {})) work();
    const std::size_t count = world_.options_.one_fact_a_step ? 1 : waiting_.size();
    for (std::size_t i = 0; i < count && !waiting_.empty(); ++i) {
      engine_.post(std::move(waiting_.front()));
      waiting_.pop_front();
    }
    const bool more = engine_.step();
    return more || !waiting_.empty();
  }

  bool crashed() const { return store_.crashed(); }
  engine::Engine& engine() { return engine_; }
  store::MemoryStore& memory() { return memory_; }
  bool has_facts() const { return !waiting_.empty(); }
  bool is_joined() const {
    const auto& hosts = engine_.state().hosts;
    return hosts.contains(kHost) && hosts.at(kHost).joined;
  }
  bool knows_host() const { return has_facts() || is_joined(); }

 private:
  Simulation& world_;
  std::vector<std::function<void()>> posted_;
  std::deque<Fact> waiting_;
  store::MemoryStore memory_;
  CrashingStore store_;
  engine::Engine engine_;
  PauseWatch watch_{[this](std::string text) { world_.problem(std::move(text)); }};
};

namespace {

// Orders reach the host only from a server that is alive: one that died in a commit has told nobody.
class Wire final : public runner::Runner {
 public:
  Wire(SimulatedHost& host, std::function<bool()> alive) : host_(host), alive_(std::move(alive)) {}
  void start(const StartOrder& order, const WorkflowContext& workflow) override {
    if (alive_()) host_.start(order, workflow);
  }
  void restart(const StartOrder& order, const WorkflowContext& workflow) override {
    if (alive_()) host_.restart(order, workflow);
  }
  void stop(AttemptId attempt, StopReason reason, Micros grace, std::uint32_t incarnation) override {
    if (alive_()) host_.stop(attempt, reason, grace, incarnation);
  }
  void pause(AttemptId attempt) override {
    if (alive_()) host_.pause(attempt);
  }
  void resume(AttemptId attempt) override {
    if (alive_()) host_.resume(attempt);
  }
  void release(AttemptId attempt) override {
    if (alive_()) host_.release(attempt);
  }
  void forget(AttemptId attempt) override {
    if (alive_()) host_.forget(attempt);
  }
  void finish_workflow(WorkflowKey workflow) override {
    if (alive_()) host_.finish_workflow(workflow);
  }
  void measure() override {
    if (alive_()) host_.measure();
  }

 private:
  SimulatedHost& host_;
  std::function<bool()> alive_;
};

}  // namespace

Simulation::Simulation(SimulationOptions options, store::MemoryDisk disk)
    : options_(std::move(options)),
      dice_(options_.seed),
      disk_(std::move(disk)),
      host_(kHost, capacity_of(options_), clock_, random_screenplay(options_.seed, options_.workload)),
      replay_watch_(kInstance, [this](std::string text) { problem(std::move(text)); }) {
  host_.set_faults(options_.faults.reports, options_.seed + 1);
  for (std::uint32_t i = 0; i < options_.workflows; ++i) workload_.push_back(random_workflow(dice_, options_.workload));
  pools_.scheduler.preemption_protection = options_.preemption_protection;
  if (options_.pools) draw_pools();
  draw_submissions();
}

Simulation::~Simulation() = default;

void Simulation::problem(std::string text) {
  if (problems_.size() < 10) problems_.push_back(fmt::format("step {}: {}", steps_, text));
}

Instant Simulation::submission_time(std::uint32_t index) const {
  return VirtualClock::start() + Micros(index * 150'000);
}

void Simulation::start_server() {
  server_ = std::make_unique<Server>(*this);
  pending_ = 0;
  reopening_.clear();
  const Result<engine::Recovered> recovered = server_->recover();
  if (!recovered) return problem("recovery failed: " + recovered.error().message());
  for (const std::string& text : recovered->quarantined) problem("quarantined: " + text);
  // A submission whose commit survived although the answer did not is not made again.
  submitted_ = static_cast<std::uint32_t>(disk_.workflows.size());
  wire_ = std::make_unique<Wire>(host_, [this] { return !server_->crashed() && !host_down_; });
  server_->engine().post(pools_);
  server_->engine().attach(kHost, *wire_);
  if (!host_down_) host_.connect(*server_);
}

void Simulation::crash_server() {
  host_.disconnect();
  server_.reset();
  ++crashes_;
  start_server();
}

void Simulation::submit_some() {
  while (pending_ == 0 && submitted_ < workload_.size() && submission_time(submitted_) <= clock_.now()) {
    engine::NewRun run;
    run.workflow = workload_[submitted_];
    run.submission.user = "sim";
    run.submission.prices.per_hour = (submitted_ % 2) * kMillionths;
    run.submission.priority = submissions_[submitted_].priority;
    run.submission.pool = submissions_[submitted_].pool;
    run.submission.requeue = submissions_[submitted_].requeue;
    ++pending_;
    server_->engine().submit(std::move(run), [this](const Result<engine::Accepted>& accepted) {
      --pending_;
      if (accepted) ++submitted_;
    });
  }
}

// A commit that survived although its answer did not counts.
bool Simulation::is_to_reopen(const store::MemoryWorkflow& stored) {
  if (!stored.row.finished || !is_failed(stored.row.status) || options_.faults.reopenings == 0) return false;
  Reopenings& seen = reopenings_[stored.row.key];
  for (; seen.read < stored.journal.size(); ++seen.read) {
    const Result<Event> event = store::decode_event(stored.journal[seen.read]);
    if (event && std::holds_alternative<event::Reopened>(event->what)) ++seen.count;
  }
  return seen.count < options_.faults.reopenings;
}

bool Simulation::has_to_reopen() {
  return std::ranges::any_of(disk_.workflows, [this](const auto& entry) { return is_to_reopen(entry.second); });
}

void Simulation::reopen_some() {
  for (const auto& [key, stored] : disk_.workflows) {
    if (reopening_.contains(key) || !is_to_reopen(stored)) continue;
    if (!dice_.percent(options_.faults.reopen_percent)) continue;
    reopening_.insert(key);
    server_->engine().reopen({key, "sim", ""},
                             [this, key = key](const Result<engine::Reopened>&) { reopening_.erase(key); });
  }
}

void Simulation::inject_faults() {
  const FaultPlan& faults = options_.faults;
  // A new connection is made once the server has noticed the loss of the old one.
  if (host_down_ && !server_->knows_host() && dice_.percent(30)) {
    host_down_ = false;
    host_.connect(*server_);
  }
  if (!host_down_ && dice_.percent(faults.host_loss_percent)) {
    host_down_ = true;
    host_.die();
    host_.disconnect();
  }
  if (dice_.percent(faults.failed_commit_percent)) {
    server_->memory().fail_commits(dice_.between(1, 3), Error(ErrorCode::kExhausted, "disk full"));
  }
  const auto& live = server_->engine().state().workflows;
  if (!live.empty() && dice_.percent(faults.cancel_percent)) {
    const auto victim = std::next(live.begin(), dice_.below(static_cast<std::uint32_t>(live.size())));
    server_->engine().post(fact::Cancel{victim->first, "sim", ""});
  }
  if (faults.limit_percent > 0 && !live.empty() && dice_.percent(faults.limit_percent)) change_limits();
  inject_requests();
  if (dice_.percent(faults.crash_percent)) crash_server();
}

// The deadlines of a workflow, and of those that are in it.
std::vector<std::optional<core::Deadline>> deadlines_of(const core::State& state, const core::WorkflowState& workflow) {
  std::vector<std::optional<core::Deadline>> all{core::deadline_of(workflow)};
  for (std::uint32_t g = 0; g < workflow.groups.size(); ++g) {
    all.push_back(core::deadline_of(workflow, GroupIndex(g)));
  }
  for (std::uint32_t t = 0; t < workflow.tasks.size(); ++t) {
    all.push_back(core::deadline_of(state, workflow, TaskIndex(t)));
  }
  return all;
}

event::LimitSet random_limits(Dice& dice, const Workflow& spec) {
  const auto time = [&dice] { return Micros(dice.percent(20) ? 0 : dice.between(1, 40) * 100'000); };
  event::LimitSet set;
  set.user = "sim";
  if (dice.percent(70)) set.group = GroupIndex(dice.below(static_cast<std::uint32_t>(spec.groups.size())));
  if (dice.percent(60)) set.exec = time();
  if (dice.percent(40)) set.queue = time();
  if (dice.percent(20)) set.workflow = time();
  return set;
}

// A limit that is raised ends nothing earlier, and one that is lowered nothing later.
std::string shortened_by(const core::State& state, const core::WorkflowState& workflow, const event::LimitSet& set,
                         Instant now) {
  core::State scratch;
  scratch.instance = state.instance;
  scratch.start_timeout = state.start_timeout;
  core::WorkflowState own = workflow;
  core::derive(own);  // what it is listed in is not there
  core::adopt(scratch, std::move(own));
  core::WorkflowState& copy = *scratch.find(workflow.key);
  const auto before = deadlines_of(scratch, copy);
  const Micros old_exec = core::exec_time(*copy.spec, copy.limits, set.group.value_or(GroupIndex(0)));
  core::apply(scratch, {workflow.key, now, set});
  const auto after = deadlines_of(scratch, copy);
  for (std::string& broken : core::check_invariants(scratch)) return std::move(broken);
  if (!set.exec || set.queue || set.workflow || !set.group) return "";
  const bool raised = set.exec->count() == 0 || (old_exec.count() > 0 && *set.exec >= old_exec);
  for (std::size_t i = 0; i < after.size(); ++i) {
    if (raised && after[i] && (!before[i] || after[i]->at < before[i]->at))
      return "a raised limit ends something earlier";
    if (!raised && before[i] && (!after[i] || after[i]->at > before[i]->at))
      return "a lowered limit ends something later";
  }
  return "";
}

void Simulation::change_limits() {
  const core::State& state = server_->engine().state();
  const auto victim =
      std::next(state.workflows.begin(), dice_.below(static_cast<std::uint32_t>(state.workflows.size())));
  if (is_finished(victim->second.status)) return;
  const event::LimitSet set = random_limits(dice_, *victim->second.spec);
  const std::string trouble = shortened_by(state, victim->second, set, clock_.now());
  if (!trouble.empty()) problem(trouble);
  server_->engine().post(fact::SetLimits{victim->first, set});
  ++limits_changed_;
}

// Whatever is due has been seen to, or waits for a host to speak. Not where a step only stored what an earlier one had
// decided.
void Simulation::check_deadlines() {
  const core::State& state = server_->engine().state();
  for (const auto& [key, workflow] : state.workflows) {
    if (is_finished(workflow.status)) continue;
    for (const std::optional<core::Deadline>& deadline : deadlines_of(state, workflow)) {
      if (!deadline || deadline->at > clock_.now()) continue;
      const auto& postponed = state.postponed;
      if (std::find(postponed.begin(), postponed.end(), *deadline) != postponed.end()) continue;
      problem(fmt::format("{}: a deadline of kind {} has passed", workflow.submission.id,
                          static_cast<int>(deadline->kind)));
    }
  }
}

// In an undisturbed run nobody outlives a stop by more than the grace period, and so no limit either.
void Simulation::check_stops() {
  const core::State& state = server_->engine().state();
  for (const auto& [key, workflow] : state.workflows) {
    for (std::uint32_t t = 0; t < workflow.tasks.size(); ++t) {
      const core::TaskState& row = workflow.tasks[t];
      if (!core::is_active(row.status) || !core::is_final_stop(row.stopping)) continue;
      const AttemptId attempt = core::attempt_of(state, workflow, TaskIndex(t));
      const Instant since = stopping_since_.try_emplace(attempt, clock_.now()).first->second;
      if (clock_.now() - since > kMostGrace) problem(to_string(attempt) + " outlives its stop");
    }
  }
}

// What people ask, of workflows and of tasks.
void Simulation::inject_requests() {
  const FaultPlan& faults = options_.faults;
  engine::Engine& engine = server_->engine();
  const auto& live = engine.state().workflows;
  if (live.empty()) return;
  const auto pick = [&]() -> const core::WorkflowState& {
    return std::next(live.begin(), dice_.below(static_cast<std::uint32_t>(live.size())))->second;
  };
  const auto pick_task = [&](const core::WorkflowState& workflow) {
    return TaskIndex(dice_.below(static_cast<std::uint32_t>(workflow.tasks.size())));
  };
  if (dice_.percent(faults.cancel_task_percent)) {
    const core::WorkflowState& victim = pick();
    const StopForce force = dice_.percent(30) ? StopForce::kAtOnce : StopForce::kGrace;
    engine.post(fact::Cancel{victim.key, "sim", "", {pick_task(victim)}, force});
  }
  if (dice_.percent(faults.pause_percent)) {
    const core::WorkflowState& chosen = pick();
    fact::Pause pause{chosen.key, "sim", ""};
    if (dice_.percent(60)) pause.tasks = {pick_task(chosen), pick_task(chosen)};
    engine.post(std::move(pause));
    ++pauses_;
  }
  if (dice_.percent(faults.pause_percent)) {
    const core::WorkflowState& chosen = pick();
    fact::Resume resume{chosen.key, "sim"};
    if (dice_.percent(40)) resume.tasks = {pick_task(chosen)};
    engine.post(std::move(resume));
  }
}

// False: nothing was paused.
bool Simulation::resume_all() {
  bool any = false;
  for (const auto& [key, workflow] : server_->engine().state().workflows) {
    const bool paused = workflow.pause.is_on() || std::ranges::any_of(workflow.task_pauses, [](const auto& entry) {
                          return entry.second.is_on();
                        });
    if (paused) server_->engine().post(fact::Resume{key, "sim"});
    any = any || paused;
  }
  return any;
}

// The host does what it was told: exactly what is paused stands still there.
void Simulation::check_pauses() {
  if (!server_->is_joined() || server_->has_facts() || server_->engine().stall() || host_down_) return;
  const core::State& state = server_->engine().state();
  for (const auto& [key, workflow] : state.workflows) {
    for (const auto& [task, log] : workflow.task_pauses) {
      const core::TaskState& row = workflow.task(task);
      if (row.status != Status::kRunning || row.stopping != StopReason::kNone) continue;
      const AttemptId attempt = core::attempt_of(state, workflow, task);
      if (host_.knows_running(attempt) && host_.stands_still(attempt) != log.is_on()) {
        problem(fmt::format("{} {} on its host", to_string(attempt), log.is_on() ? "goes on" : "stands still"));
      }
    }
  }
}

void Simulation::step() {
  ++steps_;
  submit_some();
  reopen_some();
  const bool was_stalled = server_->engine().stall().has_value();
  server_->step();
  if (server_->crashed()) return crash_server();
  check();
  if (!was_stalled && !server_->engine().stall()) check_deadlines();
  inject_faults();
}

void Simulation::check() {
  for (std::string& text : core::check_invariants(server_->engine().state())) problem(std::move(text));
  for (const std::string& text : host_.violations()) problem(text);
  if (server_->engine().stall()) return;
  const FaultPlan& faults = options_.faults;
  const bool disturbed = faults.crash || faults.crash_percent > 0 || faults.host_loss_percent > 0 ||
                         faults.failed_commit_percent > 0 || faults.reports.delayed_percent > 0 ||
                         options_.one_fact_a_step;
  if (!disturbed) check_stops();
  check_pauses();
  if (options_.check_replay) replay_watch_.look(disk_, server_->engine().state());
  const core::State& state = server_->engine().state();
  if (options_.pools) check_quotas(state);
  if (options_.preemption_protection.count() == 0 && is_settled()) check_claims(state);
}

// Nothing is left to plan, so what waits does so for a reason.
bool Simulation::is_settled() const {
  const core::State& state = server_->engine().state();
  return !state.plan_again && state.unsettled.empty() && !server_->engine().stall() && !server_->has_facts() &&
         state.hosts.contains(kHost) && state.hosts.at(kHost).joined;
}

bool Simulation::over() {
  return submitted_ >= workload_.size() && pending_ == 0 && server_->engine().idle() && host_.quiet() &&
         !server_->has_facts() && !has_to_reopen();
}

// To the next moment at which something happens. False: nothing will.
bool Simulation::advance() {
  std::optional<Instant> next = server_->engine().next_deadline();
  const auto consider = [&next](std::optional<Instant> at) {
    if (at && (!next || *at < *next)) next = at;
  };
  consider(host_.next_event());
  const bool stalled = server_->engine().stall().has_value();
  if (!stalled && submitted_ < workload_.size() && pending_ == 0) consider(submission_time(submitted_));
  if (!stalled && (server_->has_facts() || pending_ > 0 || host_down_ || has_to_reopen())) consider(clock_.now());
  if (!next) return false;
  clock_.move_to(*next);
  host_.advance();
  return true;
}

// For a run that stands still: what is unfinished, in the engine's own words.
std::string Simulation::whats_left() const {
  const core::State& state = server_->engine().state();
  std::string text;
  for (const auto& [key, workflow] : state.workflows) {
    const core::Why why = core::explain_workflow(state, workflow, clock_.now());
    text += "; " + why.headline;
    for (const std::string& detail : why.details) text += " | " + detail;
  }
  return text;
}

bool Simulation::run() {
  start_server();
  while (!over() && problems_.empty()) {
    if (steps_ > kMaxSteps) {
      problem("the run does not end");
      break;
    }
    step();
    if (problems_.empty() && !over() && !advance() && !resume_all()) {
      problem("nothing will ever happen again" + whats_left());
    }
  }
  return problems_.empty();
}

std::size_t Simulation::ended() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(disk_.workflows, [](const auto& entry) { return entry.second.row.finished; }));
}

std::map<std::string, Outcome> Simulation::outcomes() const {
  std::map<std::string, Outcome> outcomes;
  for (const auto& [key, stored] : disk_.workflows) {
    Outcome& outcome = outcomes[stored.row.submission.id];
    outcome.status = stored.row.status;
    Result<Workflow> spec = decode_workflow(stored.spec);
    if (!spec) continue;
    const auto shared = std::make_shared<const Workflow>(std::move(*spec));
    const Result<core::WorkflowState> last = core::decode_snapshot(stored.snapshot, shared);
    if (!last) continue;
    for (const auto& [group, preemption] : last->preemptions) outcome.preemptions += preemption.count;
    for (std::uint32_t t = 0; t < last->tasks.size(); ++t) {
      outcome.tasks.push_back(describe(*shared, *last, TaskIndex(t)));
    }
  }
  return outcomes;
}

}  // namespace sennit::sim
