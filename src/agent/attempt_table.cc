#include "agent/attempt_table.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <optional>
#include <unordered_map>
#include <utility>

#include "agent/attempt.h"
#include "agent/attempt_exit.h"
#include "agent/attempt_start.h"
#include "agent/channel_table.h"
#include "agent/confinement.h"
#include "agent/container_table.h"
#include "agent/gpu_locks.h"
#include "agent/log_pump.h"
#include "agent/memory_watch.h"
#include "agent/message_log.h"
#include "agent/sandbox_end.h"
#include "agent/scratch.h"
#include "launch/sandbox_tools.h"
#include "launch/world.h"
#include "loop/timer.h"
#include "loop/watch.h"
#include "model/exit_codes.h"

namespace sennit::agent {
namespace {

constexpr Micros kLeaseRetry = std::chrono::seconds(1);

void note(LogPump& pump, const Attempt& attempt, std::string_view line) {
  pump.note(attempt.capture, std::string("[sennit] ").append(line).append("\n"));
}

void go_on(Attempt& attempt) {
  if (!std::exchange(attempt.paused, false)) return;
  if (attempt.phase == Phase::kRunning) Confinement::resume(attempt.id(), attempt.processes);
}

}  // namespace

class AttemptTable::Impl final : public LogPump::Sink {
 public:
  Impl(loop::Loop& loop, AttemptTableOptions options, ReportSink& sink, ExitSpool spool, const Worlds& worlds,
       LogPacking& packing)
      : loop_(loop),
        options_(std::move(options)),
        worlds_(worlds),
        sink_(sink),
        spool_(std::move(spool)),
        gpu_locks_(options_.gpu_locks),
        sandbox_(options_.inside, std::getenv("PATH")),
        scratch_(loop),
        transfers_(loop, Containers::kNone),
        packing_(packing),
        pump_(loop, *this, options_.progress_dir),
        sampler_(
            loop, {.nvml = options_.nvml, .period = options_.usage_period},
            [this] {
              UsageSampler::Running running;
              const Micros now = loop_.clock().boot();
              for (const auto& [id, attempt] : attempts_) add_running(*attempt, now, running);
              containers_->add_running(running);
              return running;
            },
            [this](const UsageReport& report) { sink_.on_usage(report); }) {}
  Result<void> open();

  ExitSpool& spool() { return spool_; }

  void start(StartOrder order);
  void restart(StartOrder order);
  void stop(const AttemptId& id, Micros grace, std::uint32_t incarnation);
  void take_back(const AttemptId& id);
  void pause(const AttemptId& id);
  void resume(const AttemptId& id);
  void release(const AttemptId& id);
  void set_reader(const AttemptId& id, LogReader reader);
  void forget_readers();
  void open_channel(const AttemptId& id, std::unique_ptr<wire::Connection> caller) {
    channels_->open(std::move(caller), id, containers_->has(id) ? containers_->way_into(id) : way_into(find(id)));
  }
  void abandon(Micros grace);
  bool is_empty() const { return attempts_.empty() && containers_->is_empty(); }
  Known known() const;
  Lacks lacks() const { return {confinement_->limit_problems(), {sandbox_.obstacle(), containers_->obstacle()}}; }

  void on_capture_finished(CaptureId id, const logs::LogSummary& summary) override;
  void on_capture_ended(CaptureId id) override;
  void on_capture_grew(CaptureId id, std::uint64_t size) override;
  void on_capture_progress(CaptureId id, const std::vector<NamedValue>& values) override;

 private:
  Attempt* find(const AttemptId& id);
  Attempt* find(CaptureId id);
  void bring_inputs(Attempt& attempt);
  void on_transferred(Attempt& attempt, const Result<void>& result);
  void close_log(Attempt& attempt);
  void begin(Attempt& attempt);
  void begin_again(Attempt& attempt);
  void restart(Attempt& attempt, StartOrder order);
  void run(Attempt& attempt);
  void step_up(Attempt& attempt);
  void let_next_go(const AttemptId& ended);
  Result<void> spawn(Attempt& attempt);
  void on_process_end(Attempt& attempt);
  void stop(Attempt& attempt, Micros grace, Stopped stopped);
  void kill(Attempt& attempt);
  void finish(Attempt& attempt);
  void complete(Attempt& attempt, const logs::LogSummary& summary);
  void end_unstarted(Attempt& attempt, std::int32_t code, std::string why);
  void end(Attempt& attempt);

  loop::Loop& loop_;
  AttemptTableOptions options_;
  const Worlds& worlds_;
  ReportSink& sink_;
  ExitSpool spool_;
  GpuLocks gpu_locks_;
  launch::SandboxTools sandbox_;
  Scratch scratch_;
  TransferMaker transfers_;
  LogPacking& packing_;
  LogPump pump_;
  UsageSampler sampler_;
  std::unique_ptr<Confinement> confinement_;  // there once open() has succeeded, as are the next two
  std::unique_ptr<ChannelTable> channels_;
  std::unique_ptr<MemoryWatch> memory_;
  std::unordered_map<CaptureId, AttemptId> captures_;
  std::unordered_map<AttemptId, AttemptId, AttemptHash> behind_;                   // who waits, by whom it waits for
  std::unordered_map<AttemptId, std::unique_ptr<Attempt>, AttemptHash> attempts_;  // early to go: the tasks
  std::unique_ptr<ContainerTable> containers_;                                     // there once open() has succeeded
};

Result<void> AttemptTable::Impl::open() {
  const auto is_over = [this](const AttemptId& id) {
    const Attempt* attempt = find(id);
    return attempt == nullptr || attempt->phase == Phase::kDraining || attempt->phase == Phase::kUploading;
  };
  SENNIT_ASSIGN(confinement_, Confinement::open(loop_, {.instance = options_.instance,
                                                        .guard = options_.guard,
                                                        .cgroup = options_.cgroup,
                                                        .is_over = is_over}));
  channels_ = std::make_unique<ChannelTable>(loop_, *confinement_, options_.inside);
  memory_ = std::make_unique<MemoryWatch>(loop_);
  containers_ = std::make_unique<ContainerTable>(
      loop_,
      ContainerTableOptions{.instance = options_.instance,
                            .ctrl = options_.ctrl,
                            .inside = options_.inside,
                            .fallback = options_.spool_dir,
                            .pretended_gpus = options_.gpu_locks.empty()},
      *confinement_, gpu_locks_, spool_, sink_,
      [this](const AttemptId& over, const logs::RunLayout& layout) {
        packing_.ended(over, layout);
        let_next_go(over);
      },
      [this] { sampler_.wake(); });
  containers_->adopt();
  return {};
}

Attempt* AttemptTable::Impl::find(const AttemptId& id) {
  const auto it = attempts_.find(id);
  return it == attempts_.end() ? nullptr : it->second.get();
}

Attempt* AttemptTable::Impl::find(CaptureId id) {
  const auto it = captures_.find(id);
  return it == captures_.end() ? nullptr : find(it->second);
}

void AttemptTable::Impl::start(StartOrder order) {
  const AttemptId id = order.attempt;
  if (Attempt* attempt = find(id)) {
    if (attempt->phase == Phase::kBehind && !order.behind) return step_up(*attempt);
    return tell_again(*attempt, sink_);
  }
  if (containers_->has(id)) return containers_->report_again(id);
  if (const fact::AttemptExited* exited = spool_.find(id)) return sink_.on_exited(*exited);
  const World world = worlds_.find(id.workflow);
  if (!world) return say(Level::kError, "attempt={} is of an unknown workflow", to_string(id));
  const bool contained = containers_->is_for_container(*world, order);
  const std::optional<AttemptId> ahead = order.behind;
  const bool is_there = ahead && (find(*ahead) != nullptr || containers_->has(*ahead));
  const bool waits = is_there && behind_.emplace(*ahead, id).second;
  if (contained && !waits) return containers_->start(std::move(order), world);
  Attempt& attempt = *attempts_.emplace(id, std::make_unique<Attempt>()).first->second;
  attempt.order = std::move(order);
  attempt.world = world;
  attempt.contained = contained;
  if (waits) {
    attempt.phase = Phase::kBehind;
    if (contained || has_transfers(attempt.order.body)) return;
    ignore(prepare(attempt, sandbox_, pump_, loop_.clock()), "it is tried again, and reported, when its turn has come");
    return;
  }
  bring_inputs(attempt);
}

// First of all its inputs. Most attempts have none that must be brought.
void AttemptTable::Impl::bring_inputs(Attempt& attempt) {
  if (!has_transfers(attempt.order.body)) return begin(attempt);
  attempt.started_boot = loop_.clock().boot();
  attempt.phase = Phase::kDownloading;
  if (const Result<void> opened = open_transfers(attempt, transfers_, pump_); !opened) {
    return end_unstarted(attempt, code_for(opened.error()), opened.error().message());
  }
  captures_.emplace(attempt.capture, attempt.id());
  attempt.transfers->tell({.line = [this, raw = &attempt](std::string_view line) { note(pump_, *raw, line); },
                           .progress =
                               [this, id = attempt.id()](TransferWay way, const TransferProgress& progress) {
                                 sink_.on_transferring({id, way, progress});
                               },
                           .done = [this, raw = &attempt](const Result<void>& done) { on_transferred(*raw, done); }});
  attempt.transfers->download();
}

void AttemptTable::Impl::on_transferred(Attempt& attempt, const Result<void>& result) {
  if (attempt.phase == Phase::kUploading) {
    if (!result && !attempt.next) add_upload_failure(attempt.exit, result.error());
    // Its end is that of its upload: it did not end by itself before it was stopped.
    if (attempt.stopped != Stopped::kNo && !result) attempt.exit.at = loop_.clock().now();
    attempt.phase = Phase::kDraining;
    return close_log(attempt);
  }
  if (attempt.stopped != Stopped::kNo) {
    return end_unstarted(attempt, exit_codes::of_signal(SIGTERM), "stopped while its inputs were downloaded");
  }
  if (!result) return end_unstarted(attempt, attempt.transfers->exit_code(), describe_download_failure(result.error()));
  attempt.download_ms = whole_ms(loop_.clock().boot() - attempt.started_boot);
  begin(attempt);
}

// A command's way begins: at the barrier, if its group has one.
void AttemptTable::Impl::begin(Attempt& attempt) {
  if (!attempt.order.barrier) return run(attempt);
  attempt.phase = Phase::kAtBarrier;
  sink_.on_barrier({attempt.id(), attempt.incarnation()});
}

void AttemptTable::Impl::restart(StartOrder order) {
  const AttemptId id = order.attempt;
  if (Attempt* attempt = find(id)) return restart(*attempt, std::move(order));
  if (containers_->has(id)) return containers_->restart(id, std::move(order));
  const fact::AttemptExited* exited = spool_.find(id);
  // The end of the command before, which came to nothing more than this. What it left must not meet the next one.
  if (exited != nullptr && exited->incarnation < order.incarnation) {
    spool_.forget(id);
    packing_.goes_on(id);
    Confined none;
    confinement_->end_rest(id, none, Confinement::When::kNow);
  }
  start(std::move(order));
}

void AttemptTable::Impl::restart(Attempt& attempt, StartOrder order) {
  if (attempt.incarnation() >= order.incarnation) return tell_again(attempt, sink_);
  if (attempt.stopped != Stopped::kNo) return;  // its end is on its way
  switch (attempt.phase) {
    case Phase::kBehind:
    case Phase::kDownloading: attempt.order.incarnation = order.incarnation; return;
    case Phase::kAtBarrier:
    case Phase::kWaitingForGpu:  // nothing of it has run
      attempt.order.incarnation = order.incarnation;
      if (!attempt.order.barrier) return;
      attempt.timer.reset();
      return begin(attempt);
    case Phase::kRunning:
    case Phase::kLingering:
    case Phase::kUploading:
    case Phase::kDraining: attempt.next = std::make_unique<StartOrder>(std::move(order)); return kill(attempt);
  }
}

// In the place of the command that is over.
void AttemptTable::Impl::begin_again(Attempt& attempt) {
  attempt.order = std::move(*std::exchange(attempt.next, nullptr));
  if (attempt.transfers) use_own_inputs(attempt.order);
  attempt.exit = {};
  attempt.capture = {};
  attempt.ended_boot = {};
  attempt.download_ms = 0;  // its inputs are there
  confinement_->end_rest(attempt.id(), attempt.processes, Confinement::When::kNow);
  attempt.processes = Confined();
  begin(attempt);
}

// It waits behind nobody any more.
void AttemptTable::Impl::step_up(Attempt& attempt) {
  behind_.erase(*attempt.order.behind);
  if (attempt.contained) {  // whose ctrl brings its inputs
    StartOrder order = std::move(attempt.order);
    World world = std::move(attempt.world);
    attempts_.erase(order.attempt);
    return containers_->start(std::move(order), std::move(world));
  }
  if (has_transfers(attempt.order.body)) return bring_inputs(attempt);
  run(attempt);
}

void AttemptTable::Impl::let_next_go(const AttemptId& ended) {
  const auto next = behind_.find(ended);
  if (next != behind_.end()) step_up(*find(next->second));
}

void AttemptTable::Impl::release(const AttemptId& id) {
  if (containers_->has(id)) return containers_->release(id);
  Attempt* attempt = find(id);
  if (attempt != nullptr && attempt->phase == Phase::kAtBarrier) run(*attempt);
}

void AttemptTable::Impl::run(Attempt& attempt) {
  if (!options_.gpu_locks.empty() && !attempt.order.gpus.empty() && attempt.lease.empty()) {
    Result<GpuLease> lease = gpu_locks_.lease(attempt.order.gpus);
    if (!lease && lease.error().code() == ErrorCode::kUnavailable) {
      if (attempt.phase != Phase::kWaitingForGpu) {
        say(Level::kWarn, "attempt={} waits: {}", to_string(attempt.id()), lease.error().message());
      }
      attempt.phase = Phase::kWaitingForGpu;
      return arm(loop_, attempt, kLeaseRetry, [this, &attempt] { run(attempt); });
    }
    if (!lease) return end_unstarted(attempt, exit_codes::kStartError, lease.error().message());
    attempt.lease = std::move(lease).value();
  }
  const Result<void> spawned = spawn(attempt);
  if (!spawned) end_unstarted(attempt, code_for(spawned.error()), spawned.error().message());
}

Result<void> AttemptTable::Impl::spawn(Attempt& attempt) {
  if (!attempt.prepared) SENNIT_TRY(prepare(attempt, sandbox_, pump_, loop_.clock()));
  auto& [process, capture] = *attempt.prepared;
  std::vector<const char*> argv;
  std::vector<int> keep;
  const proc::SpawnRequest request = request_of(*attempt.prepared, argv, keep);
  SENNIT_ASSIGN(attempt.processes, confinement_->start(request, limits_for(attempt.order, process)));
  Result<loop::Watch> watch =
      loop::Watch::add(loop_, attempt.processes.pidfd(), loop::Interest::kRead,
                       [this, attempt_ptr = &attempt](loop::Ready /*its end*/) { on_process_end(*attempt_ptr); });
  if (!watch) {
    attempt.processes = Confined();
    return std::move(watch).error();
  }
  attempt.watch = std::move(watch).value();
  attempt.capture = capture.id;
  captures_.emplace(capture.id, attempt.id());
  attempt.sandbox = std::exchange(process.sandbox, std::nullopt);
  attempt.prepared.reset();
  attempt.phase = Phase::kRunning;
  attempt.started_at = loop_.clock().now();
  attempt.started_boot = loop_.clock().boot();
  attempt.ooms_before = memory_->kills();
  attempt.timer.reset();
  if (attempt.transfers) attempt.transfers->start_checkpoints();
  if (attempt.paused) Confinement::pause(attempt.id(), attempt.processes);
  sampler_.wake();
  sink_.on_started(report_of(attempt));
  return {};
}

void AttemptTable::Impl::on_process_end(Attempt& attempt) {
  const std::optional<proc::ProcessEnd> process_end = attempt.processes.reap();
  if (!process_end) return;
  attempt.watch.remove();
  attempt.exit.at = loop_.clock().now();
  attempt.ended_boot = loop_.clock().boot();
  attempt.exit.ran_us = (attempt.ended_boot - attempt.started_boot).count();
  take_end(*process_end, attempt.exit);
  if (attempt.sandbox) take_sandbox_end(*attempt.sandbox, attempt.started_boot, attempt.exit);
  if (attempt.processes.group_is_gone()) return finish(attempt);
  attempt.phase = Phase::kLingering;
  if (attempt.stopped != Stopped::kNo || attempt.next) return kill(attempt);
  pump_.let_go(attempt.capture);
  arm(loop_, attempt, kLinger, [this, &attempt] { finish(attempt); });
}

// Everybody who could write to the pipes is gone, or has had its time.
void AttemptTable::Impl::on_capture_ended(CaptureId id) {
  Attempt* attempt = find(id);
  if (attempt != nullptr && attempt->phase == Phase::kLingering) finish(*attempt);
}

void AttemptTable::Impl::finish(Attempt& attempt) {
  if (attempt.phase == Phase::kLingering) attempt.processes.kill();
  attempt.phase = Phase::kDraining;
  channels_->end(attempt.id());
  memory_->take_record(attempt);
  // Its devices must be free for the next one.
  const auto when = attempt.order.gpus.empty() ? Confinement::When::kSoon : Confinement::When::kNow;
  confinement_->end_rest(attempt.id(), attempt.processes, when);
  attempt.timer.reset();
  if (begin_upload(attempt)) return;
  close_log(attempt);
}

void AttemptTable::Impl::close_log(Attempt& attempt) {
  const std::optional<logs::LogSummary> summary = pump_.finish(attempt.capture);
  if (!attempt.next) let_next_go(attempt.id());  // its place is free, though there may be output to carry
  if (summary) complete(attempt, *summary);
}

void AttemptTable::Impl::on_capture_finished(CaptureId id, const logs::LogSummary& summary) {
  if (Attempt* attempt = find(id)) complete(*attempt, summary);
}

void AttemptTable::Impl::complete(Attempt& attempt, const logs::LogSummary& summary) {
  captures_.erase(attempt.capture);
  if (attempt.sandbox) scratch_.remove(std::exchange(attempt.sandbox, std::nullopt)->scratch);
  if (attempt.next) return begin_again(attempt);
  if (std::string loss = describe_loss(summary); !loss.empty()) add_failure(attempt.exit, std::move(loss));
  if (attempt.ended_boot.count() != 0) attempt.exit.upload_ms = whole_ms(loop_.clock().boot() - attempt.ended_boot);
  packing_.ended(attempt.id(),
                 logs::run_layout(attempt.world->context().runs_dir, attempt.order.task, attempt.id().number),
                 summary.size);
  end(attempt);
}

void AttemptTable::Impl::end_unstarted(Attempt& attempt, std::int32_t code, std::string why) {
  drop_prepared(attempt, pump_);
  attempt.exit = not_started(code, std::move(why), loop_.clock().now());
  if (attempt.capture == CaptureId()) return end(attempt);
  // Its transfers have written to its log.
  attempt.phase = Phase::kDraining;
  note(pump_, attempt, attempt.exit.message);
  close_log(attempt);
}

// The attempt becomes an exit. `attempt` is gone afterwards.
void AttemptTable::Impl::end(Attempt& attempt) {
  if (attempt.stopped == Stopped::kAbandoned) set_lost(attempt.exit, "the agent was told to end");
  if (attempt.mask) attempt.exit.message = attempt.mask->mask(attempt.exit.message);
  shorten(attempt.exit.message);
  const fact::AttemptExited exited{attempt.id(), std::move(attempt.exit), attempt.incarnation()};
  attempts_.erase(exited.attempt);
  if (const Result<void> kept = spool_.add(exited); !kept) {
    say(Level::kError, "attempt={} exit is kept in memory only: {}", to_string(exited.attempt), kept.error().message());
  }
  sink_.on_exited(exited);
  let_next_go(exited.attempt);
}

void AttemptTable::Impl::take_back(const AttemptId& id) {
  if (containers_->has(id)) return containers_->take_back(id);
  const Attempt* attempt = find(id);
  const bool begun = attempt != nullptr && attempt->phase >= Phase::kRunning;
  return begun ? tell_again(*attempt, sink_) : stop(id, Micros::zero(), 0);
}

void AttemptTable::Impl::pause(const AttemptId& id) {
  if (containers_->has(id)) return containers_->pause(id);
  Attempt* attempt = find(id);
  if (attempt == nullptr || attempt->stopped != Stopped::kNo || std::exchange(attempt->paused, true)) return;
  if (attempt->phase == Phase::kRunning) Confinement::pause(id, attempt->processes);
}

void AttemptTable::Impl::resume(const AttemptId& id) {
  if (containers_->has(id)) return containers_->resume(id);
  if (Attempt* attempt = find(id)) go_on(*attempt);
}

// An order to restart that was given before the stop, and did not come here or is not carried out yet, is void.
void AttemptTable::Impl::stop(const AttemptId& id, Micros grace, std::uint32_t incarnation) {
  if (Attempt* attempt = find(id)) {
    attempt->order.incarnation = std::max(attempt->incarnation(), incarnation);
    attempt->next.reset();
    return stop(*attempt, grace, Stopped::kOrdered);
  }
  if (containers_->has(id)) return containers_->stop(id, grace, incarnation);
  if (const fact::AttemptExited* exited = spool_.find(id)) {
    fact::AttemptExited last = *exited;
    last.incarnation = std::max(last.incarnation, incarnation);
    return sink_.on_exited(last);
  }
  // Not kept: an attempt that was never here has nothing to keep, and one that was forgotten is known to have ended.
  fact::AttemptExited unknown{id, {}, incarnation};
  set_lost(unknown.exit, "the agent does not know the attempt");
  unknown.exit.at = loop_.clock().now();
  sink_.on_exited(unknown);
}

void AttemptTable::Impl::stop(Attempt& attempt, Micros grace, Stopped stopped) {
  switch (attempt.phase) {
    case Phase::kBehind: behind_.erase(*attempt.order.behind); [[fallthrough]];
    case Phase::kAtBarrier:
    case Phase::kWaitingForGpu:
      attempt.stopped = stopped;
      return end_unstarted(attempt, exit_codes::of_signal(SIGTERM), "stopped before it began");
    case Phase::kDownloading:
    case Phase::kUploading: attempt.stopped = stopped; return attempt.transfers->cancel();
    case Phase::kRunning:
      attempt.stopped = stopped;
      pump_.let_flow(attempt.capture);
      if (grace <= Micros::zero() || (attempt.sandbox && !has_begun(*attempt.sandbox))) return kill(attempt);
      attempt.processes.terminate();
      go_on(attempt);  // to take the SIGTERM
      return arm(loop_, attempt, grace, [this, &attempt] { kill(attempt); });
    case Phase::kLingering: return finish(attempt);  // it has ended by itself; that is its end
    case Phase::kDraining: return;
  }
}

void AttemptTable::Impl::kill(Attempt& attempt) {
  if (attempt.phase == Phase::kUploading) return attempt.transfers->cancel();
  if (attempt.phase != Phase::kDraining) attempt.processes.kill();
  if (attempt.phase == Phase::kLingering) finish(attempt);
}

void AttemptTable::Impl::abandon(Micros grace) {
  containers_->abandon(grace);
  std::vector<AttemptId> ids;
  for (const auto& [id, attempt] : attempts_) ids.push_back(id);
  for (const AttemptId& id : ids) {
    Attempt* attempt = find(id);
    if (attempt == nullptr) continue;
    attempt->next.reset();
    stop(*attempt, grace, Stopped::kAbandoned);
  }
}

void AttemptTable::Impl::set_reader(const AttemptId& id, LogReader reader) {
  if (containers_->has(id)) return containers_->set_reader(id, reader);
  const Attempt* attempt = find(id);
  const std::uint64_t size = attempt == nullptr ? 0 : pump_.set_reader(attempt->capture, reader);
  if (size > 0) sink_.on_grew(id, size);
}

void AttemptTable::Impl::forget_readers() {
  for (const auto& [id, attempt] : attempts_) pump_.set_reader(attempt->capture, LogReader::kNone);
  containers_->forget_readers();
}

void AttemptTable::Impl::on_capture_grew(CaptureId id, std::uint64_t size) {
  if (Attempt* attempt = find(id)) sink_.on_grew(attempt->id(), size);
}

void AttemptTable::Impl::on_capture_progress(CaptureId id, const std::vector<NamedValue>& values) {
  if (const Attempt* attempt = find(id)) sink_.on_progress({attempt->id(), loop_.clock().now(), values});
}

AttemptTable::Known AttemptTable::Impl::known() const {
  Known known;
  for (const auto& [id, attempt] : attempts_) {
    if (attempt->phase == Phase::kBehind) continue;  // has nothing to tell; the order for it is repeated
    known.running.push_back(report_of(*attempt));
    if (attempt->phase == Phase::kAtBarrier) known.at_barrier.push_back({id, attempt->incarnation()});
  }
  containers_->add_known(known.running, known.at_barrier);
  for (const auto& [id, exited] : spool_.kept()) known.exited.push_back(exited);
  return known;
}

Result<std::unique_ptr<AttemptTable>> AttemptTable::open(loop::Loop& loop, AttemptTableOptions options,
                                                         ReportSink& sink) {
  SENNIT_ASSIGN(ExitSpool spool, ExitSpool::open(options.spool_dir));
  auto worlds = std::make_unique<Worlds>(options.progress_dir);
  auto packing = std::make_unique<LogPacking>(
      loop, [&sink](const AttemptId& id, std::uint64_t freed) { sink.on_packed(id, freed); });
  auto impl = std::make_unique<Impl>(loop, std::move(options), sink, std::move(spool), *worlds, *packing);
  SENNIT_TRY(impl->open());
  return std::unique_ptr<AttemptTable>(new AttemptTable(std::move(worlds), std::move(packing), std::move(impl)));
}

AttemptTable::AttemptTable(std::unique_ptr<Worlds> worlds, std::unique_ptr<LogPacking> packing,
                           std::unique_ptr<Impl> impl)
    : worlds_(std::move(worlds)), packing_(std::move(packing)), impl_(std::move(impl)) {}
AttemptTable::~AttemptTable() = default;
void AttemptTable::add_workflow(WorkflowContext context) { worlds_->add(std::move(context)); }
void AttemptTable::finish_workflow(WorkflowKey workflow) { worlds_->finish(workflow); }
void AttemptTable::forget_workflows() { worlds_->forget(); }
void AttemptTable::start(StartOrder order) { impl_->start(std::move(order)); }
void AttemptTable::restart(StartOrder order) { impl_->restart(std::move(order)); }
void AttemptTable::stop(const AttemptId& attempt, Micros grace, std::uint32_t incarnation) {
  impl_->stop(attempt, grace, incarnation);
}
void AttemptTable::take_back(const AttemptId& attempt) { impl_->take_back(attempt); }
void AttemptTable::pause(const AttemptId& attempt) { impl_->pause(attempt); }
void AttemptTable::resume(const AttemptId& attempt) { impl_->resume(attempt); }
void AttemptTable::release(const AttemptId& attempt) { impl_->release(attempt); }
void AttemptTable::forget(const AttemptId& attempt) {
  impl_->spool().forget(attempt);
  packing_->forgotten(attempt);
}
void AttemptTable::set_reader(const AttemptId& attempt, LogReader reader) { impl_->set_reader(attempt, reader); }
void AttemptTable::forget_readers() { impl_->forget_readers(); }
void AttemptTable::open_channel(const AttemptId& attempt, std::unique_ptr<wire::Connection> caller) {
  impl_->open_channel(attempt, std::move(caller));
}
void AttemptTable::abandon(Micros grace) { impl_->abandon(grace); }
bool AttemptTable::is_empty() const { return impl_->is_empty(); }
bool AttemptTable::is_packing() const { return packing_->is_busy(); }
std::size_t AttemptTable::kept_exits() const { return impl_->spool().kept().size(); }
AttemptTable::Known AttemptTable::known() const { return impl_->known(); }
AttemptTable::Lacks AttemptTable::lacks() const { return impl_->lacks(); }

}  // namespace sennit::agent
