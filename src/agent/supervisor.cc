#include "agent/supervisor.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <list>
#include <map>
#include <optional>
#include <utility>

#include "agent/gpu_meter.h"
#include "agent/message_log.h"
#include "loop/timer.h"
#include "wire/connection.h"
#include "wire/listener.h"
#include "wire/messages.h"

namespace sennit::agent {
namespace {

// About how many bytes of attempts one HostInfo carries: far under the largest frame.
constexpr std::size_t kChunk = 1024 * 1024;
constexpr std::size_t kAttemptBytes = 64;  // of one, without its message
// What tasks get between SIGTERM and SIGKILL when the agent itself is told to end.
constexpr Micros kLastGrace = std::chrono::seconds(5);

// When the server is asked for while it does not come: at once, then after these.
constexpr std::array<Micros, 5> kPatience = {std::chrono::milliseconds(500), std::chrono::seconds(2),
                                             std::chrono::seconds(5), std::chrono::seconds(15),
                                             std::chrono::seconds(60)};
// With nothing but exits to tell, the agent gives up after this many times: they stay in the spool.
constexpr std::size_t kEnoughAsked = 10;

// What the agent is about to do.
enum class Mode : std::uint8_t {
  kServing,
  kLeft,    // the server took its leave: end when nothing runs, do not ask for it
  kEnding,  // end when nothing runs, start nothing
};

}  // namespace

class Supervisor::Impl final : public wire::Connection::Handler, public ReportSink {
 public:
  Impl(loop::Loop& loop, SupervisorOptions options)
      : loop_(loop),
        options_(std::move(options)),
        patience_(loop),
        tend_at_turn_end_(loop, [this] { tend(); }),
        meter_(loop, options_.capacity.gpus, options_.nvml) {}

  Result<void> open();
  void shut_down();

  // Of the server's connection.
  void on_frame(wire::FrameType type, std::string_view payload) override;
  void on_closed(Error error) override;

  // Nobody waits for a start, and most no-op tasks have ended before it has to leave: one report then serves for both.
  void on_started(const fact::AttemptStarted& started) override {
    report(wire::Started{started}, wire::Connection::Urgency::kMayWait);
  }
  void on_barrier(const fact::AttemptAtBarrier& barrier) override {
    report(wire::AtBarrier{barrier.attempt, barrier.incarnation});
  }
  void on_exited(const fact::AttemptExited& exited) override {
    progress_.erase(exited.attempt);
    report(wire::Exited{exited});
    tend_at_turn_end_.request();
  }
  void on_grew(const AttemptId& attempt, std::uint64_t size) override;
  // The next one makes up for one that is left out.
  void on_transferring(const TransferReport& transfer) override {
    if (introduced_ && connection_->buffered() <= wire::Connection::kHighWater) report(wire::Transferring{transfer});
  }
  void on_packed(const AttemptId& attempt, std::uint64_t freed) override {
    if (freed > 0) report(wire::Packed{attempt, freed});
    tend_at_turn_end_.request();
  }
  void on_progress(const ProgressReport& progress) override {
    progress_.insert_or_assign(progress.attempt, progress);
    if (introduced_ && connection_->buffered() <= wire::Connection::kHighWater) report(wire::Progressed{progress});
  }
  // The next one makes up for one that is left out.
  void on_usage(const UsageReport& usage) override {
    if (introduced_ && connection_->buffered() <= wire::Connection::kHighWater) report(wire::Used{usage});
  }
  void on_drained() override;

  // One for each message; those that come from an agent mean nothing here.
  void operator()(const wire::ServerInfo& info);
  void operator()(wire::AddWorkflow& add) { table_->add_workflow(std::move(add.context)); }
  void operator()(const wire::FinishWorkflow& finish) { table_->finish_workflow(finish.workflow); }
  void operator()(wire::Start& start) {
    if (mode_ != Mode::kEnding) table_->start(std::move(start.order));
  }
  void operator()(wire::Restart& restart) {
    if (mode_ != Mode::kEnding) table_->restart(std::move(restart.order));
  }
  void operator()(const wire::Stop& stop) {
    if (stop.reason == StopReason::kTakenBack) return table_->take_back(stop.attempt);
    table_->stop(stop.attempt, stop.grace, stop.incarnation);
  }
  void operator()(const wire::Pause& pause) { table_->pause(pause.attempt); }
  void operator()(const wire::Continue& order) { table_->resume(order.attempt); }
  void operator()(const wire::Release& release) { table_->release(release.attempt); }
  void operator()(const wire::Forget& forget) {
    table_->forget(forget.attempt);
    if (mode_ != Mode::kServing) tend_at_turn_end_.request();
  }
  void operator()(const wire::Follow& follow) {
    table_->set_reader(follow.attempt, follow.held ? LogReader::kHolds : LogReader::kFollows);
  }
  void operator()(const wire::Unfollow& unfollow) { table_->set_reader(unfollow.attempt, LogReader::kNone); }
  void operator()(const wire::Measure& /*nothing to add*/) {
    if (!options_.capacity.measures_gpus) return report(wire::Measured{});
    meter_.measure([this](std::vector<GpuLoad> loads) { report(wire::Measured{std::move(loads)}); });
  }
  void operator()(const wire::Shutdown& shutdown);
  template <class Other>
  void operator()(const Other& /*not for us*/) {}

 private:
  // A connection of which it is not known yet what it is for: its first message says so.
  struct Caller final : wire::Connection::Handler {
    explicit Caller(Impl& the_supervisor) : supervisor(the_supervisor) {}
    void on_frame(wire::FrameType type, std::string_view payload) override { supervisor.greet(*this, type, payload); }
    void on_closed(Error /*error*/) override { supervisor.callers_.erase(self); }

    Impl& supervisor;
    std::list<Caller>::iterator self;
    std::unique_ptr<wire::Connection> connection;
  };

  void accept(UniqueFd socket);
  void greet(Caller& caller, wire::FrameType type, std::string_view payload);
  void introduce();
  void report(const wire::Message& message, wire::Connection::Urgency urgency = wire::Connection::Urgency::kThisTurn) {
    if (introduced_) wire::send(*connection_, message, urgency);
  }
  void drop_connection();
  bool may_go() const;
  void tend();
  void ask_for_server();
  bool has_work() const { return !table_->is_empty() || table_->kept_exits() > 0; }

  loop::Loop& loop_;
  SupervisorOptions options_;
  std::optional<wire::Listener> listener_;
  std::list<Caller> callers_;
  std::unique_ptr<wire::Connection> connection_;
  std::map<AttemptId, std::uint64_t> held_back_;  // logs that grew while the server did not read
  std::map<AttemptId, ProgressReport> progress_;  // the latest of what runs, for a server that comes
  bool introduced_ = false;                       // the server has said who it is, and has been told what there is
  Mode mode_ = Mode::kServing;
  std::size_t asked_ = 0;  // for the server, since the last one went
  loop::Timer patience_;   // until the server is asked for again, or the agent ends
  loop::TurnEnd tend_at_turn_end_;
  GpuMeter meter_;
  std::unique_ptr<AttemptTable> table_;  // first to go: it reports to us
};

Result<void> Supervisor::Impl::open() {
  SENNIT_ASSIGN(table_, AttemptTable::open(loop_, options_.table, *this));
  SENNIT_ASSIGN(listener_,
                wire::Listener::open(loop_, options_.socket, [this](UniqueFd socket) { accept(std::move(socket)); }));
  tend();
  return {};
}

void Supervisor::Impl::accept(UniqueFd socket) {
  Caller& caller = callers_.emplace_back(*this);
  caller.self = std::prev(callers_.end());
  caller.connection = std::make_unique<wire::Connection>(loop_, std::move(socket), caller);
}

// `caller` is gone afterwards.
void Supervisor::Impl::greet(Caller& caller, wire::FrameType type, std::string_view payload) {
  const Result<wire::Message> message = wire::decode_message(type, payload);
  std::unique_ptr<wire::Connection> connection = std::move(caller.connection);
  callers_.erase(caller.self);
  if (!message) return;
  if (const auto* open = std::get_if<wire::OpenChannel>(&*message)) {
    return table_->open_channel(open->attempt, std::move(connection));
  }
  const auto* info = std::get_if<wire::ServerInfo>(&*message);
  if (info == nullptr) return;
  drop_connection();
  patience_.cancel();
  connection_ = std::move(connection);
  connection_->hand_over(*this);
  (*this)(*info);
}

// A server that does not read is not to be told of every line: one size for each log is kept for it.
void Supervisor::Impl::on_grew(const AttemptId& attempt, std::uint64_t size) {
  if (!introduced_) return;
  if (connection_->buffered() > wire::Connection::kHighWater) {
    held_back_[attempt] = size;
  } else {
    report(wire::Grew{attempt, size});
  }
}

void Supervisor::Impl::on_drained() {
  for (const auto& [attempt, size] : std::exchange(held_back_, {})) report(wire::Grew{attempt, size});
}

void Supervisor::Impl::drop_connection() {
  introduced_ = false;
  held_back_.clear();
  connection_.reset();
  table_->forget_readers();
}

void Supervisor::Impl::on_closed(Error error) {
  say(Level::kInfo, "server gone: {}", error.message());
  drop_connection();
  asked_ = 0;
  tend();
}

void Supervisor::Impl::on_frame(wire::FrameType type, std::string_view payload) {
  Result<wire::Message> message = wire::decode_message(type, payload);
  if (!message) return on_closed(std::move(message).error());
  std::visit(*this, *message);
}

void Supervisor::Impl::operator()(const wire::ServerInfo& info) {
  if (info.instance != options_.table.instance) {
    say(Level::kError, "server pid={} is of another instance; the state directory was replaced", info.pid);
    return on_closed(Error(ErrorCode::kConflict, "another instance"));
  }
  say(Level::kInfo, "server pid={} version={}", info.pid, info.version);
  if (mode_ == Mode::kLeft) mode_ = Mode::kServing;
  table_->forget_workflows();
  introduce();
}

void Supervisor::Impl::introduce() {
  AttemptTable::Known known = table_->known();
  wire::HostInfo info;
  info.more = true;
  std::size_t size = 0;
  const auto flush = [&] {
    wire::send(*connection_, info);
    info.running.clear();
    info.exited.clear();
    size = 0;
  };
  for (fact::AttemptStarted& running : known.running) {
    info.running.push_back(running);
    if ((size += kAttemptBytes) >= kChunk) flush();
  }
  for (fact::AttemptExited& exited : known.exited) {
    size += kAttemptBytes + exited.exit.message.size();
    info.exited.push_back(std::move(exited));
    if (size >= kChunk) flush();
  }
  info.more = false;
  info.version = options_.version;
  info.pid = static_cast<std::uint32_t>(::getpid());
  info.name = options_.host_name;
  info.capacity = options_.capacity;
  info.gpu_problem = options_.gpu_problem;
  const AttemptTable::Lacks lacks = table_->lacks();
  info.limit_problems = lacks.limits;
  info.places = lacks.places;
  flush();
  introduced_ = true;
  for (const fact::AttemptAtBarrier& barrier : known.at_barrier) on_barrier(barrier);
  for (const auto& [attempt, progress] : progress_) report(wire::Progressed{progress});
}

void Supervisor::Impl::operator()(const wire::Shutdown& shutdown) {
  if (shutdown.when == wire::Shutdown::When::kNow) return shut_down();
  if (mode_ == Mode::kServing) mode_ = Mode::kLeft;
  tend_at_turn_end_.request();
}

void Supervisor::Impl::shut_down() {
  if (mode_ == Mode::kEnding) return;
  say(Level::kInfo, "told to end");
  mode_ = Mode::kEnding;
  table_->abandon(kLastGrace);
  tend_at_turn_end_.request();
}

// Whether an agent that is to go can go now. Exits that the server has not acknowledged are waited for while it is
// there, unless the agent was told to end at once; they lie in the spool in any case.
bool Supervisor::Impl::may_go() const {
  switch (mode_) {
    case Mode::kServing: return false;
    case Mode::kLeft:
      return table_->is_empty() && !table_->is_packing() && (table_->kept_exits() == 0 || connection_ == nullptr);
    case Mode::kEnding: return table_->is_empty();
  }
  return false;
}

// Decides what the agent waits for. Called whenever that may have changed.
void Supervisor::Impl::tend() {
  if (may_go()) {
    if (connection_ != nullptr) connection_->flush();
    return loop_.stop();
  }
  if (mode_ != Mode::kServing || connection_ != nullptr || patience_.is_armed()) return;
  if (has_work()) return ask_for_server();
  if (table_->is_packing()) return;  // it says when it is done; no server is needed for that
  patience_.arm_after(options_.idle_limit, [this] {
    if (!has_work() && !table_->is_packing()) return loop_.stop();
    tend();
  });
}

void Supervisor::Impl::ask_for_server() {
  if (asked_ >= kEnoughAsked && table_->is_empty()) {
    say(Level::kError, "no server comes; {} exits stay in the spool", table_->kept_exits());
    return loop_.stop();
  }
  say(Level::kInfo, "asking for the server");
  options_.ask_for_server();
  patience_.arm_after(kPatience[std::min(asked_, kPatience.size() - 1)], [this] { tend(); });
  ++asked_;
}

Result<std::unique_ptr<Supervisor>> Supervisor::open(loop::Loop& loop, SupervisorOptions options) {
  auto impl = std::make_unique<Impl>(loop, std::move(options));
  SENNIT_TRY(impl->open());
  return std::unique_ptr<Supervisor>(new Supervisor(std::move(impl)));
}

Supervisor::Supervisor(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Supervisor::~Supervisor() = default;
void Supervisor::shut_down() { impl_->shut_down(); }

}  // namespace sennit::agent
