#include "agent/container_table.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <deque>
#include <optional>
#include <unordered_map>
#include <utility>

#include "agent/attempt_exit.h"
#include "agent/attempt_table.h"
#include "agent/container_files.h"
#include "agent/ctrl_program.h"
#include "agent/message_log.h"
#include "launch/container.h"
#include "launch/engine/find_engine.h"
#include "launch/launch.h"
#include "logs/run_layout.h"
#include "loop/timer.h"
#include "loop/watch.h"
#include "model/demands.h"
#include "model/exit_codes.h"
#include "wire/connection.h"
#include "wire/messages.h"

namespace sennit::agent {
namespace {

constexpr Micros kLeaseRetry = std::chrono::seconds(1);
constexpr Micros kEngineAge = std::chrono::seconds(1);
// From the order to kill until a ctrl that does not get it done is ended itself.
constexpr Micros kCtrlPatience = std::chrono::seconds(60);
constexpr int kMostRevivals = 5;  // without a word of progress between them
constexpr Micros kFirstRevival = std::chrono::milliseconds(50);

enum class CtrlPhase : std::uint8_t {
  kWaitingForGpu,
  kMaking,  // its image, its container, its inputs
  kAtBarrier,
  kRunning,
};

struct Boxed {
  StartOrder order;                  // without body and credentials, which its files have
  std::unique_ptr<StartOrder> next;  // of the command that follows in place
  World world;
  CtrlPhase phase = CtrlPhase::kMaking;
  Stopped stopped = Stopped::kNo;
  bool paused = false;
  LogReader reader = LogReader::kNone;
  GpuLease lease;
  std::string files;
  std::optional<AttemptExit> exit;  // as its ctrl told it
  Instant started_at;
  std::uint32_t download_ms = 0;
  std::uint64_t log_size = 0;
  std::uint32_t container_pid = 0;  // of its first process; 0: not known, or it runs no more
  int revivals = 0;
  Micros grace{};  // of the stop

  const AttemptId& id() const { return order.attempt; }
  std::uint32_t incarnation() const { return next ? next->incarnation : order.incarnation; }
};

void forget_secrets(StartOrder& order) {
  order.body.clear();
  order.credentials.clear();
  order.registry.clear();
}

}  // namespace

class ContainerTable::Impl {
 public:
  Impl(loop::Loop& loop, ContainerTableOptions options, Confinement& confinement, GpuLocks& locks, ExitSpool& spool,
       ReportSink& sink, Over over, std::function<void()> measure)
      : loop_(loop),
        options_(std::move(options)),
        ctrl_(options_.ctrl, confinement),
        locks_(locks),
        spool_(spool),
        sink_(sink),
        over_(std::move(over)),
        measure_(std::move(measure)),
        files_(options_.instance, options_.fallback) {}

  void adopt();
  std::string obstacle();
  bool is_for_container(const launch::WorkflowWorld& world, const StartOrder& order);
  bool has(const AttemptId& id) const { return attempts_.contains(id); }
  void start(StartOrder order, World world);
  void report_again(const AttemptId& id);
  void restart(const AttemptId& id, StartOrder order);
  void stop(const AttemptId& id, Micros grace, std::uint32_t incarnation);
  void take_back(const AttemptId& id);
  void pause(const AttemptId& id);
  void resume(const AttemptId& id);
  void release(const AttemptId& id);
  void set_reader(const AttemptId& id, LogReader reader) { set_reader(*attempts_.at(id), reader); }
  void forget_readers() {
    for (const auto& [id, entry] : attempts_) set_reader(*entry, LogReader::kNone);
  }
  Result<WayIn> way_into(const AttemptId& id) const;
  void abandon(Micros grace);
  bool is_empty() const { return attempts_.empty(); }
  void add_running(UsageSampler::Running& running) const;
  void add_known(std::vector<fact::AttemptStarted>& running, std::vector<fact::AttemptAtBarrier>& at_barrier) const;

 private:
  // An attempt with its ctrl.
  struct Entry final : Boxed, wire::Connection::Handler {
    Entry(Impl& the_table, loop::Loop& loop) : table(the_table), timer(loop) {}
    void on_frame(wire::FrameType type, std::string_view payload) override { table.take(*this, type, payload); }
    void on_closed(Error /*error*/) override {
      link.reset();
      table.on_ctrl_change(*this);
    }
    bool has_begun() const { return phase == CtrlPhase::kRunning && !next; }

    Impl& table;
    Confined ctrl;
    loop::Watch watch;  // of its end
    bool ctrl_runs = false;
    std::unique_ptr<wire::Connection> link;
    loop::Timer timer;
  };

  enum class Files { kNew, kKept };
  void begin(Entry& entry, Files files);
  void begin_again(Entry& entry);
  void go(Entry& entry);
  Result<void> spawn(Entry& entry);
  void take(Entry& entry, wire::FrameType type, std::string_view payload);
  void on_ctrl_end(Entry& entry);
  void on_ctrl_change(Entry& entry);
  void revive(Entry& entry);
  void stop(Entry& entry, Micros grace, Stopped stopped);
  void tell_stop(Entry& entry, Micros grace);
  void set_reader(Entry& entry, LogReader reader);
  void end_unstarted(Entry& entry, std::int32_t code, std::string why);
  void end(Entry& entry, AttemptExit exit);
  void let_start(const std::string& network);
  void has_started(const Entry& entry);
  void sweep();
  template <class Message>
  void tell(Entry& entry, const Message& message) {
    if (entry.link) wire::send(*entry.link, message);
  }
  fact::AttemptStarted report_of(const Entry& entry) const;

  loop::Loop& loop_;
  ContainerTableOptions options_;
  CtrlProgram ctrl_;
  GpuLocks& locks_;
  ExitSpool& spool_;
  ReportSink& sink_;
  Over over_;
  std::function<void()> measure_;
  ContainerFiles files_;
  std::string engine_;  // its socket, as of engine_at_
  std::string obstacle_;
  Micros engine_at_{};
  bool looked_ = false;
  // By network of a group: who has been released, and starts when the one before has.
  std::unordered_map<std::string, std::deque<AttemptId>> starting_;
  Confined sweeper_;  // of what earlier agents left
  loop::Watch sweep_end_;
  std::unordered_map<AttemptId, std::unique_ptr<Entry>, AttemptHash> attempts_;
};

std::string ContainerTable::Impl::obstacle() {
  const Micros now = loop_.clock().boot();
  if (looked_ && now - engine_at_ < kEngineAge) return obstacle_;
  looked_ = true;
  engine_at_ = now;
  Result<std::string> found = launch::find_engine(launch::EngineHints::of_this_process());
  engine_ = found ? *found : std::string();
  obstacle_ = found ? std::string() : found.error().message();
  return obstacle_;
}

bool ContainerTable::Impl::is_for_container(const launch::WorkflowWorld& world, const StartOrder& order) {
  const Runtime wish = world.context().runtime;
  const bool has_image = !image_of(order.body).empty();
  if (!is_contained(wish, has_image, Containers::kThere)) return false;  // where nothing has to be asked for it
  return is_contained(wish, has_image, obstacle().empty() ? Containers::kThere : Containers::kNone);
}

void ContainerTable::Impl::adopt() {
  std::vector<ContainerFiles::Kept> kept = files_.all();
  for (ContainerFiles::Kept& one : kept) {
    StartOrder& order = one.frames.start;
    const fact::AttemptExited* exited = spool_.find(order.attempt);
    if (order.attempt.instance != options_.instance) continue;
    if (exited != nullptr && exited->incarnation >= order.incarnation) {
      ContainerFiles::remove(one.directory);
      continue;
    }
    say(Level::kInfo, "attempt={} is in a container, which is gone on with", to_string(order.attempt));
    auto entry = std::make_unique<Entry>(*this, loop_);
    entry->files = one.directory;
    entry->order = std::move(order);
    entry->order.behind.reset();
    forget_secrets(entry->order);
    entry->world = std::make_shared<const launch::WorkflowWorld>(std::move(one.frames.context));
    Entry& there = *attempts_.emplace(entry->id(), std::move(entry)).first->second;
    begin(there, Files::kKept);
  }
  if (files_.has_been_used() && obstacle().empty()) sweep();
}

void ContainerTable::Impl::start(StartOrder order, World world) {
  auto entry = std::make_unique<Entry>(*this, loop_);
  entry->order = std::move(order);
  entry->world = std::move(world);
  Entry& there = *attempts_.emplace(entry->id(), std::move(entry)).first->second;
  begin(there, Files::kNew);
}

void ContainerTable::Impl::begin(Entry& entry, Files files) {
  if (files == Files::kNew) {
    if (!entry.order.credential_problem.empty()) {
      return end_unstarted(entry, exit_codes::kCommandNotStarted, entry.order.credential_problem);
    }
    if (const std::string why = obstacle(); !why.empty()) {
      return end_unstarted(entry, exit_codes::kStartError, no_container_text(why));
    }
    const Result<TaskBody> body = decode_task_body(entry.order.body);
    const Result<void> possible = body ? launch::check_possible(*body, Place::kContainer) : Result<void>(body.error());
    if (!possible) return end_unstarted(entry, code_for(possible.error()), possible.error().message());
    Result<std::string> kept = files_.keep(entry.world->context(), entry.order, engine_);
    if (!kept) return end_unstarted(entry, exit_codes::kStartError, kept.error().message());
    entry.files = std::move(*kept);
    forget_secrets(entry.order);
  }
  go(entry);
}

// With its devices.
void ContainerTable::Impl::go(Entry& entry) {
  if (!options_.pretended_gpus && !entry.order.gpus.empty() && entry.lease.empty()) {
    Result<GpuLease> lease = locks_.lease(entry.order.gpus);
    if (!lease && lease.error().code() == ErrorCode::kUnavailable) {
      entry.phase = CtrlPhase::kWaitingForGpu;
      entry.timer.arm_after(kLeaseRetry, [this, &entry] { go(entry); });
      return;
    }
    if (!lease) return end_unstarted(entry, exit_codes::kStartError, lease.error().message());
    entry.lease = std::move(*lease);
  }
  entry.phase = CtrlPhase::kMaking;
  const Result<void> spawned = spawn(entry);
  if (!spawned) end_unstarted(entry, code_for(spawned.error()), spawned.error().message());
}

Result<void> ContainerTable::Impl::spawn(Entry& entry) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0) {
    return Error::from_errno("make a connection to a ctrl", errno);
  }
  UniqueFd ours(ends[0]);
  const UniqueFd theirs(ends[1]);
  std::vector<std::string> words = {"--container", entry.files,    "--agent", std::to_string(theirs.get()),
                                    "--inside",    options_.inside};
  if (options_.pretended_gpus) words.emplace_back("--pretended-gpus");
  const std::vector<int> kept = {theirs.get()};
  SENNIT_ASSIGN(entry.ctrl, ctrl_.start(entry.id(), std::move(words), kept));
  entry.ctrl_runs = true;
  SENNIT_ASSIGN(entry.watch, loop::Watch::add(loop_, entry.ctrl.pidfd(), loop::Interest::kRead,
                                              [this, &entry](loop::Ready /*its end*/) { on_ctrl_end(entry); }));
  entry.link = std::make_unique<wire::Connection>(loop_, std::move(ours), entry);
  if (entry.paused) tell(entry, wire::Pause{entry.id()});
  if (entry.reader == LogReader::kHolds) tell(entry, wire::Follow{entry.id(), true});
  if (entry.stopped != Stopped::kNo) tell_stop(entry, entry.grace);
  return {};
}

void ContainerTable::Impl::take(Entry& entry, wire::FrameType type, std::string_view payload) {
  Result<wire::Message> message = wire::decode_message(type, payload);
  if (!message) return say(Level::kError, "attempt={}: {}", to_string(entry.id()), message.error().message());
  if (auto* exited = std::get_if<wire::Exited>(&*message)) {
    entry.exit = std::move(exited->fact.exit);
    return has_started(entry);
  }
  entry.revivals = 0;
  if (const auto* started = std::get_if<wire::Started>(&*message)) {
    entry.phase = CtrlPhase::kRunning;
    entry.started_at = started->fact.at;
    entry.download_ms = started->fact.download_ms;
    has_started(entry);
    if (!entry.next) sink_.on_started(report_of(entry));
  } else if (std::holds_alternative<wire::AtBarrier>(*message)) {
    entry.phase = CtrlPhase::kAtBarrier;
    has_started(entry);  // one that was released before has died since
    if (!entry.next) sink_.on_barrier({entry.id(), entry.incarnation()});
  } else if (const auto* transferring = std::get_if<wire::Transferring>(&*message)) {
    sink_.on_transferring(transferring->report);
  } else if (const auto* progressed = std::get_if<wire::Progressed>(&*message)) {
    sink_.on_progress(progressed->report);
  } else if (const auto* contained = std::get_if<wire::Contained>(&*message)) {
    entry.container_pid = contained->pid;
    measure_();
  } else if (const auto* grew = std::get_if<wire::Grew>(&*message)) {
    entry.log_size = grew->size;
    if (entry.reader != LogReader::kNone) sink_.on_grew(entry.id(), grew->size);
  }
}

void ContainerTable::Impl::on_ctrl_end(Entry& entry) {
  if (!entry.ctrl.reap()) return;
  entry.watch.remove();
  entry.ctrl_runs = false;
  on_ctrl_change(entry);
}

// Its end and that of the connection come in either order; the last word is read before that of the connection.
void ContainerTable::Impl::on_ctrl_change(Entry& entry) {
  if (entry.ctrl_runs || entry.link) return;
  if (!entry.exit) return revive(entry);
  if (entry.next) return begin_again(entry);
  end(entry, std::move(*entry.exit));
}

// It died without saying how the attempt has ended: the container may well run.
void ContainerTable::Impl::revive(Entry& entry) {
  if (entry.revivals >= kMostRevivals) {
    AttemptExit exit;
    exit.at = loop_.clock().now();
    set_lost(exit, "its ctrl ends again and again without saying why; see agent.log");
    return end(entry, std::move(exit));
  }
  const Micros delay = kFirstRevival * (1 << entry.revivals++);
  say(Level::kWarn, "attempt={}: its ctrl has ended; the next one goes on", to_string(entry.id()));
  entry.timer.arm_after(delay, [this, &entry] { go(entry); });
}

void ContainerTable::Impl::begin_again(Entry& entry) {
  entry.order = std::move(*std::exchange(entry.next, nullptr));
  entry.exit.reset();
  entry.container_pid = 0;
  entry.revivals = 0;
  entry.timer.cancel();
  begin(entry, Files::kNew);
}

void ContainerTable::Impl::end_unstarted(Entry& entry, std::int32_t code, std::string why) {
  end(entry, not_started(code, std::move(why), loop_.clock().now()));
}

// `entry` is gone afterwards.
void ContainerTable::Impl::end(Entry& entry, AttemptExit exit) {
  if (entry.stopped == Stopped::kAbandoned) set_lost(exit, "the agent was told to end");
  shorten(exit.message);
  const fact::AttemptExited exited{entry.id(), std::move(exit), entry.incarnation()};
  const std::string files = std::move(entry.files);
  const logs::RunLayout layout =
      logs::run_layout(entry.world->context().runs_dir, entry.order.task, exited.attempt.number);
  has_started(entry);
  attempts_.erase(exited.attempt);
  if (const Result<void> kept = spool_.add(exited); !kept) {
    say(Level::kError, "attempt={} exit is kept in memory only: {}", to_string(exited.attempt), kept.error().message());
  }
  if (!files.empty()) ContainerFiles::remove(files);
  sink_.on_exited(exited);
  over_(exited.attempt, layout);
}

fact::AttemptStarted ContainerTable::Impl::report_of(const Entry& entry) const {
  const std::uint32_t pid = entry.has_begun() ? static_cast<std::uint32_t>(std::max<pid_t>(entry.ctrl.pid(), 1)) : 0;
  return {entry.id(), pid, entry.started_at, entry.incarnation(), entry.download_ms};
}

void ContainerTable::Impl::report_again(const AttemptId& id) {
  const Entry& entry = *attempts_.at(id);
  if (entry.next) return;  // it says so when it begins
  switch (entry.phase) {
    case CtrlPhase::kWaitingForGpu:
    case CtrlPhase::kMaking: return;
    case CtrlPhase::kAtBarrier: return sink_.on_barrier({id, entry.incarnation()});
    case CtrlPhase::kRunning: return sink_.on_started(report_of(entry));
  }
}

void ContainerTable::Impl::restart(const AttemptId& id, StartOrder order) {
  Entry& entry = *attempts_.at(id);
  if (entry.incarnation() >= order.incarnation) return report_again(id);
  if (entry.stopped != Stopped::kNo) return;  // its end is on its way
  entry.next = std::make_unique<StartOrder>(std::move(order));
  if (entry.phase == CtrlPhase::kWaitingForGpu) return begin_again(entry);
  tell(entry, wire::Stop{.attempt = id, .reason = {}, .grace = Micros::zero(), .incarnation = 0});
}

void ContainerTable::Impl::stop(const AttemptId& id, Micros grace, std::uint32_t incarnation) {
  Entry& entry = *attempts_.at(id);
  entry.order.incarnation = std::max(entry.incarnation(), incarnation);
  entry.next.reset();
  stop(entry, grace, Stopped::kOrdered);
}

void ContainerTable::Impl::stop(Entry& entry, Micros grace, Stopped stopped) {
  entry.stopped = stopped;
  entry.grace = grace;
  entry.paused = false;
  if (entry.phase == CtrlPhase::kWaitingForGpu && !entry.ctrl_runs) {
    return end_unstarted(entry, exit_codes::of_signal(SIGTERM), "stopped before it began");
  }
  tell_stop(entry, grace);
}

void ContainerTable::Impl::tell_stop(Entry& entry, Micros grace) {
  tell(entry, wire::Stop{.attempt = entry.id(), .reason = {}, .grace = grace, .incarnation = 0});
  if (!entry.ctrl_runs) return;  // the next one is told
  entry.timer.arm_after(grace + kCtrlPatience, [&entry] { entry.ctrl.kill(); });
}

void ContainerTable::Impl::take_back(const AttemptId& id) {
  const Entry& entry = *attempts_.at(id);
  entry.has_begun() ? report_again(id) : stop(id, Micros::zero(), 0);
}

void ContainerTable::Impl::pause(const AttemptId& id) {
  Entry& entry = *attempts_.at(id);
  if (entry.stopped == Stopped::kNo && !std::exchange(entry.paused, true)) tell(entry, wire::Pause{id});
}

void ContainerTable::Impl::resume(const AttemptId& id) {
  Entry& entry = *attempts_.at(id);
  if (std::exchange(entry.paused, false)) tell(entry, wire::Continue{id});
}

void ContainerTable::Impl::release(const AttemptId& id) {
  Entry& entry = *attempts_.at(id);
  if (entry.phase != CtrlPhase::kAtBarrier) return;
  std::deque<AttemptId>& starting = starting_[launch::group_network(entry.order)];
  if (std::ranges::find(starting, id) != starting.end()) return;
  starting.push_back(id);
  if (starting.size() == 1) tell(entry, wire::Release{id});
}

// In the order of their release, as processes of a group start: whoever is to be called is there a moment before its
// callers.
void ContainerTable::Impl::let_start(const std::string& network) {
  const auto starting = starting_.find(network);
  if (starting == starting_.end()) return;
  while (!starting->second.empty()) {
    const auto next = attempts_.find(starting->second.front());
    if (next != attempts_.end() && !next->second->exit) return tell(*next->second, wire::Release{next->first});
    starting->second.pop_front();
  }
  starting_.erase(starting);
}

void ContainerTable::Impl::has_started(const Entry& entry) {
  const std::string network = launch::group_network(entry.order);
  const auto starting = starting_.find(network);
  if (starting == starting_.end()) return;
  const bool was_first = !starting->second.empty() && starting->second.front() == entry.id();
  std::erase(starting->second, entry.id());
  if (was_first || starting->second.empty()) let_start(network);
}

// A ctrl always tells how the log grows, and is only told who holds it.
void ContainerTable::Impl::set_reader(Entry& entry, LogReader reader) {
  const LogReader before = std::exchange(entry.reader, reader);
  const bool held = reader == LogReader::kHolds;
  if (held != (before == LogReader::kHolds)) tell(entry, wire::Follow{entry.id(), held});
  if (reader != LogReader::kNone && entry.log_size > 0) sink_.on_grew(entry.id(), entry.log_size);
}

Result<WayIn> ContainerTable::Impl::way_into(const AttemptId& id) const {
  const Entry& entry = *attempts_.at(id);
  if (!entry.has_begun() || entry.exit) return Error(ErrorCode::kConflict, "the task's command does not run now");
  if (entry.paused) return Error(ErrorCode::kConflict, "the task is paused: everything in it stands still");
  return WayIn(IntoContainer{launch::socket_directory(entry.world->context(), entry.order) + "/data.sock"});
}

void ContainerTable::Impl::abandon(Micros grace) {
  std::vector<AttemptId> ids;
  for (const auto& [id, entry] : attempts_) ids.push_back(id);
  for (const AttemptId& id : ids) {
    const auto found = attempts_.find(id);
    if (found == attempts_.end()) continue;
    found->second->next.reset();
    stop(*found->second, grace, Stopped::kAbandoned);
  }
}

void ContainerTable::Impl::add_running(UsageSampler::Running& running) const {
  for (const auto& [id, entry] : attempts_) {
    if (entry->container_pid == 0 || entry->exit) continue;
    logs::RunLayout layout = logs::run_layout(entry->world->context().runs_dir, entry->order.task, id.number);
    running.targets.push_back({.attempt = id,
                               .processes = {.leader = static_cast<pid_t>(entry->container_pid)},
                               .memory_limit = entry->order.limits.memory,
                               .gpus = entry->order.gpus,
                               .usage_series = std::move(layout.usage),
                               .gpu_series = std::move(layout.gpus)});
  }
}

void ContainerTable::Impl::add_known(std::vector<fact::AttemptStarted>& running,
                                     std::vector<fact::AttemptAtBarrier>& at_barrier) const {
  for (const auto& [id, entry] : attempts_) {
    running.push_back(report_of(*entry));
    if (entry->phase == CtrlPhase::kAtBarrier && !entry->next) at_barrier.push_back({id, entry->incarnation()});
  }
}

// Containers of this instance that no attempt's files tell of any more, by a process that may take its time.
void ContainerTable::Impl::sweep() {
  Result<Confined> started = ctrl_.start(
      {.instance = options_.instance},
      {"--sweep", launch::instance_label(options_.instance), "--engine", engine_, "--fallback", options_.fallback});
  if (!started) return say(Level::kError, "look for containers that were left: {}", started.error().message());
  sweeper_ = std::move(*started);
  Result<loop::Watch> watch = loop::Watch::add(loop_, sweeper_.pidfd(), loop::Interest::kRead, [this](loop::Ready) {
    if (sweeper_.reap()) sweep_end_.remove();
  });
  if (watch) sweep_end_ = std::move(*watch);
}

ContainerTable::ContainerTable(loop::Loop& loop, ContainerTableOptions options, Confinement& confinement,
                               GpuLocks& locks, ExitSpool& spool, ReportSink& sink, Over over,
                               std::function<void()> measure)
    : impl_(std::make_unique<Impl>(loop, std::move(options), confinement, locks, spool, sink, std::move(over),
                                   std::move(measure))) {}
ContainerTable::~ContainerTable() = default;
void ContainerTable::adopt() { impl_->adopt(); }
std::string ContainerTable::obstacle() { return impl_->obstacle(); }
bool ContainerTable::is_for_container(const launch::WorkflowWorld& world, const StartOrder& order) {
  return impl_->is_for_container(world, order);
}
bool ContainerTable::has(const AttemptId& attempt) const { return impl_->has(attempt); }
void ContainerTable::start(StartOrder order, World world) { impl_->start(std::move(order), std::move(world)); }
void ContainerTable::report_again(const AttemptId& attempt) { impl_->report_again(attempt); }
void ContainerTable::restart(const AttemptId& attempt, StartOrder order) { impl_->restart(attempt, std::move(order)); }
void ContainerTable::stop(const AttemptId& attempt, Micros grace, std::uint32_t incarnation) {
  impl_->stop(attempt, grace, incarnation);
}
void ContainerTable::take_back(const AttemptId& attempt) { impl_->take_back(attempt); }
void ContainerTable::pause(const AttemptId& attempt) { impl_->pause(attempt); }
void ContainerTable::resume(const AttemptId& attempt) { impl_->resume(attempt); }
void ContainerTable::release(const AttemptId& attempt) { impl_->release(attempt); }
void ContainerTable::set_reader(const AttemptId& attempt, LogReader reader) { impl_->set_reader(attempt, reader); }
void ContainerTable::forget_readers() { impl_->forget_readers(); }
Result<WayIn> ContainerTable::way_into(const AttemptId& attempt) const { return impl_->way_into(attempt); }
void ContainerTable::abandon(Micros grace) { impl_->abandon(grace); }
bool ContainerTable::is_empty() const { return impl_->is_empty(); }
void ContainerTable::add_running(UsageSampler::Running& running) const { impl_->add_running(running); }
void ContainerTable::add_known(std::vector<fact::AttemptStarted>& running,
                               std::vector<fact::AttemptAtBarrier>& at_barrier) const {
  impl_->add_known(running, at_barrier);
}

}  // namespace sennit::agent
