#include "runner/agent/agent_runner.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <map>
#include <unordered_set>
#include <utility>

#include "loop/timer.h"
#include "model/exit_codes.h"
#include "proc/file_lock.h"
#include "wire/connection.h"
#include "wire/listener.h"
#include "wire/messages.h"

namespace sennit::runner {
namespace {

// While an agent is on its way up or its guard on its way down: looked at in short steps that grow.
constexpr Micros kFirstStep = std::chrono::milliseconds(1);
constexpr Micros kLongestStep = std::chrono::milliseconds(200);
// Where an agent refuses us, or we cannot even look: longer than an idle agent stays, so that a wrong one can leave.
constexpr Micros kLongestPause = std::chrono::seconds(5);
// How long a started agent may take to the lock, on a machine that has much else to do.
constexpr Micros kTimeToLock = std::chrono::seconds(5);
// After agents that were started did not come up: the host counts as lost, and a new one is tried ever less often.
constexpr int kStartsBeforeLost = 3;
constexpr std::array<Micros, 4> kPauses = {std::chrono::milliseconds(100), std::chrono::seconds(1),
                                           std::chrono::seconds(5), std::chrono::seconds(30)};

// What a frame holds, less room for how it is encoded.
constexpr std::size_t kMostOrder = (wire::kMaxFrameBytes - mebibytes(1)).count();
constexpr std::size_t kPerItem = 16;

std::size_t size_of(const StartOrder& order) {
  std::size_t size = order.task.size() + order.body.size();
  for (const std::string& dir : order.input_dirs) size += dir.size() + kPerItem;
  for (const auto& [name, address] : order.hosts) size += name.size() + address.size() + 2 * kPerItem;
  return size;
}

std::size_t size_of(const WorkflowContext& workflow) {
  std::size_t size = workflow.directory.size();
  for (const auto& [name, value] : workflow.environment) size += name.size() + value.size() + 2 * kPerItem;
  return size;
}

}  // namespace

class AgentRunner::Impl final : public wire::Connection::Handler {
 public:
  Impl(loop::Loop& loop, AgentRunnerOptions options, FactSink& sink)
      : loop_(loop), options_(std::move(options)), sink_(sink), retry_(loop) {}

  void open() {
    retry_.arm_after(Micros::zero(), [this] { connect(); });
  }
  void leave();
  void send(const wire::Message& message) {
    if (joined_) wire::send(*connection_, message);
  }
  void start(const StartOrder& order, const WorkflowContext& workflow);
  void restart(const StartOrder& order, const WorkflowContext& workflow);
  bool introduce(const StartOrder& order, const WorkflowContext& workflow);
  void refuse(const StartOrder& order, std::string_view what);
  void finish_workflow(WorkflowKey workflow);
  void follow(const AttemptId& attempt);
  void unfollow(const AttemptId& attempt);
  void hold(const AttemptId& attempt, int change);
  void on_grew(Grew grew) { grew_ = std::move(grew); }
  void on_transferring(Transferring transferring) { transferring_ = std::move(transferring); }
  void on_packed(Packed packed) { packed_ = std::move(packed); }
  void on_measures(Progressed progressed, Used used) {
    progressed_ = std::move(progressed);
    used_ = std::move(used);
  }
  std::uint32_t agent_pid() const { return joined_ ? agent_pid_ : 0; }
  Result<std::unique_ptr<wire::Connection>> open_channel(const AttemptId& attempt, wire::Connection::Handler& handler) {
    SENNIT_ASSIGN(UniqueFd socket, wire::connect(options_.socket));
    auto channel = std::make_unique<wire::Connection>(loop_, std::move(socket), handler);
    wire::send(*channel, wire::OpenChannel{attempt});
    return channel;
  }

  void on_open(std::uint32_t protocol) override;
  void on_frame(wire::FrameType type, std::string_view payload) override;
  void on_closed(Error error) override;

  // One for each message; those that go to agents mean nothing here.
  void operator()(wire::HostInfo& info);
  void operator()(const wire::Started& started) {
    // The log of an attempt goes on with its next command, which the agent takes for one that nobody follows.
    if (started.fact.incarnation > 0) tell_followed(started.fact.attempt);
    post(started.fact);
  }
  void operator()(const wire::AtBarrier& barrier) {
    post(fact::AttemptAtBarrier{barrier.attempt, barrier.incarnation});
  }
  void operator()(wire::Exited& exited) { post(std::move(exited.fact)); }
  void operator()(wire::Measured& measured) { post(fact::HostMeasured{options_.host, std::move(measured.gpus)}); }
  void operator()(const wire::Grew& grew) {
    if (grew_ && followed_.contains(grew.attempt)) grew_(grew.attempt, grew.size);
  }
  void operator()(const wire::Transferring& transferring) {
    if (transferring_) transferring_(transferring.report);
  }
  void operator()(const wire::Packed& packed) {
    if (packed_) packed_(packed.attempt.workflow);
  }
  void operator()(wire::Progressed& progressed) {
    if (progressed_) progressed_(std::move(progressed.report));
  }
  void operator()(wire::Used& used) {
    if (used_) used_(std::move(used.report));
  }
  template <class Other>
  void operator()(const Other& /*not for us*/) {}

 private:
  void connect();
  void look_again(Micros longest = kLongestStep);
  void look_less_often(const Error& why);
  void start_agent();
  void lose_host(const std::string& why);
  void tell_followed(const AttemptId& attempt) {
    const auto found = followed_.find(attempt);
    if (found != followed_.end()) send(wire::Follow{attempt, found->second.holders > 0});
  }
  void post(Fact fact) {
    if (joined_) sink_.post(std::move(fact));
  }

  loop::Loop& loop_;
  AgentRunnerOptions options_;
  FactSink& sink_;
  std::unique_ptr<wire::Connection> connection_;
  bool joined_ = false;  // the agent has said what it knows
  bool leaving_ = false;
  bool lost_ = false;        // told, and not joined since
  bool complained_ = false;  // likewise
  fact::HostJoined joining_;
  std::uint32_t agent_pid_ = 0;
  Micros step_ = kFirstStep;
  int starts_ = 0;             // since the last agent that came up
  Micros on_its_way_until_{};  // an agent that was started may not have its lock before
  std::size_t pauses_ = 0;
  loop::Timer retry_;
  std::unordered_set<WorkflowKey> told_;  // on this connection; the agent forgets them with it
  Grew grew_;
  Transferring transferring_;
  Packed packed_;
  Progressed progressed_;
  Used used_;
  struct Readers {
    int followers = 0;
    int holders = 0;
  };
  std::map<AttemptId, Readers> followed_;
};

// One look: at the socket, and if nobody is there, at the lock that agent and guard hold while either lives.
void AgentRunner::Impl::connect() {
  Result<UniqueFd> socket = wire::connect(options_.socket);
  if (socket) {
    on_its_way_until_ = {};  // it is there
    connection_ = std::make_unique<wire::Connection>(loop_, std::move(socket).value(), *this);
    return;
  }
  const Result<proc::FileLock::State> lock = proc::FileLock::probe(options_.lock);
  if (!lock) return look_less_often(lock.error());  // that is our trouble: the agent may be well
  if (*lock == proc::FileLock::State::kHeld) {
    on_its_way_until_ = {};  // if the lock is free the next time, that agent is over
    return look_again();
  }
  if (loop_.clock().boot() < on_its_way_until_) return look_again();
  start_agent();
}

void AgentRunner::Impl::look_again(Micros longest) {
  retry_.arm_after(step_, [this] { connect(); });
  step_ = std::min(step_ * 3 / 2, longest);
}

// An agent on its way down may close a few connections without a word: that is not worth a message.
void AgentRunner::Impl::look_less_often(const Error& why) {
  look_again(kLongestPause);
  if (step_ < kLongestStep || std::exchange(complained_, true)) return;
  options_.on_trouble(Error(why).in("connect to the agent"));
}

// The lock is free: neither an agent nor a guard lives.
void AgentRunner::Impl::start_agent() {
  if (starts_ >= kStartsBeforeLost) return lose_host("the agent does not come up; its agent.log says why");
  ++starts_;
  step_ = kFirstStep;
  const Result<void> started = options_.start_agent();
  if (!started && starts_ >= kStartsBeforeLost) return lose_host(started.error().message());
  if (started) on_its_way_until_ = loop_.clock().boot() + kTimeToLock;
  look_again();
}

void AgentRunner::Impl::lose_host(const std::string& why) {
  if (!std::exchange(lost_, true)) sink_.post(fact::HostLost{options_.host, why});
  retry_.arm_after(kPauses[std::min(pauses_, kPauses.size() - 1)], [this] {
    starts_ = kStartsBeforeLost - 1;  // one more
    connect();
  });
  ++pauses_;
}

void AgentRunner::Impl::on_open(std::uint32_t /*protocol*/) {
  joining_ = {};
  joining_.host = options_.host;
  wire::send(*connection_, wire::ServerInfo{.instance = options_.instance,
                                            .version = options_.version,
                                            .pid = static_cast<std::uint32_t>(::getpid())});
}

void AgentRunner::Impl::on_frame(wire::FrameType type, std::string_view payload) {
  Result<wire::Message> message = wire::decode_message(type, payload);
  if (!message) return on_closed(std::move(message).error());
  std::visit(*this, *message);
}

void AgentRunner::Impl::on_closed(Error error) {
  const bool was_joined = std::exchange(joined_, false);
  told_.clear();
  connection_.reset();
  if (leaving_) return;
  if (!was_joined) return look_less_often(error);
  step_ = kFirstStep;
  look_again();
}

void AgentRunner::Impl::operator()(wire::HostInfo& info) {
  std::move(info.running.begin(), info.running.end(), std::back_inserter(joining_.running));
  std::move(info.exited.begin(), info.exited.end(), std::back_inserter(joining_.exited));
  if (info.more) return;
  joining_.name = std::move(info.name);
  joining_.capacity = std::move(info.capacity);
  joining_.gpu_problem = std::move(info.gpu_problem);
  joining_.limit_problems = std::move(info.limit_problems);
  joining_.places = std::move(info.places);
  agent_pid_ = info.pid;
  joined_ = true;
  lost_ = false;
  complained_ = false;
  starts_ = 0;
  pauses_ = 0;
  sink_.post(std::exchange(joining_, {}));
  for (const auto& [attempt, readers] : followed_) tell_followed(attempt);
}

void AgentRunner::Impl::leave() {
  leaving_ = true;
  retry_.cancel();
  if (!joined_) return;
  send(wire::Shutdown{wire::Shutdown::When::kIdle});
  connection_->flush();
}

void AgentRunner::Impl::start(const StartOrder& order, const WorkflowContext& workflow) {
  if (introduce(order, workflow)) send(wire::Start{order});
}

void AgentRunner::Impl::restart(const StartOrder& order, const WorkflowContext& workflow) {
  if (introduce(order, workflow)) send(wire::Restart{order});
}

// Whether the order can be sent now: the agent knows its workflow.
bool AgentRunner::Impl::introduce(const StartOrder& order, const WorkflowContext& workflow) {
  if (!joined_) return false;
  const bool too_long = size_of(order) > kMostOrder;
  if (too_long || size_of(workflow) > kMostOrder) {
    refuse(order, too_long ? "what it is to run" : "its workflow's environment");
    return false;
  }
  if (told_.insert(workflow.key).second) send(wire::AddWorkflow{workflow});
  return true;
}

// Not from inside the order: a sink is told later.
void AgentRunner::Impl::refuse(const StartOrder& order, std::string_view what) {
  fact::AttemptExited exited{order.attempt, {}, order.incarnation};
  exited.exit.how = AttemptExit::How::kNotStarted;
  exited.exit.code = exit_codes::kCommandNotStarted;
  exited.exit.message = std::string(what) + " is larger than the 63 MiB that an agent can be sent";
  exited.exit.at = loop_.clock().now();
  loop_.post([&sink = sink_, exited = std::move(exited)]() mutable { sink.post(std::move(exited)); });
}

void AgentRunner::Impl::finish_workflow(WorkflowKey workflow) {
  if (told_.erase(workflow) > 0) send(wire::FinishWorkflow{workflow});
}

void AgentRunner::Impl::follow(const AttemptId& attempt) {
  if (++followed_[attempt].followers == 1) send(wire::Follow{attempt});
}

void AgentRunner::Impl::unfollow(const AttemptId& attempt) {
  const auto it = followed_.find(attempt);
  if (it == followed_.end() || --it->second.followers > 0) return;
  followed_.erase(it);
  send(wire::Unfollow{attempt});
}

void AgentRunner::Impl::hold(const AttemptId& attempt, int change) {
  const auto it = followed_.find(attempt);
  if (it == followed_.end()) return;
  const int before = std::exchange(it->second.holders, it->second.holders + change);
  if ((before > 0) != (it->second.holders > 0)) tell_followed(attempt);
}

AgentRunner::AgentRunner(loop::Loop& loop, AgentRunnerOptions options, FactSink& sink)
    : impl_(std::make_unique<Impl>(loop, std::move(options), sink)) {}
AgentRunner::~AgentRunner() = default;
void AgentRunner::open() { impl_->open(); }
void AgentRunner::leave() { impl_->leave(); }
void AgentRunner::start(const StartOrder& order, const WorkflowContext& workflow) { impl_->start(order, workflow); }
void AgentRunner::finish_workflow(WorkflowKey workflow) { impl_->finish_workflow(workflow); }
void AgentRunner::restart(const StartOrder& order, const WorkflowContext& workflow) { impl_->restart(order, workflow); }
void AgentRunner::stop(AttemptId attempt, StopReason reason, Micros grace, std::uint32_t incarnation) {
  impl_->send(wire::Stop{attempt, reason, grace, incarnation});
}
void AgentRunner::pause(AttemptId attempt) { impl_->send(wire::Pause{attempt}); }
void AgentRunner::resume(AttemptId attempt) { impl_->send(wire::Continue{attempt}); }
void AgentRunner::release(AttemptId attempt) { impl_->send(wire::Release{attempt}); }
void AgentRunner::measure() { impl_->send(wire::Measure{}); }
void AgentRunner::forget(AttemptId attempt) { impl_->send(wire::Forget{attempt}); }
void AgentRunner::on_packed(Packed packed) { impl_->on_packed(std::move(packed)); }
void AgentRunner::on_transferring(Transferring transferring) { impl_->on_transferring(std::move(transferring)); }
void AgentRunner::on_measures(Progressed progressed, Used used) {
  impl_->on_measures(std::move(progressed), std::move(used));
}
void AgentRunner::on_grew(Grew grew) { impl_->on_grew(std::move(grew)); }
void AgentRunner::follow(const AttemptId& attempt) { impl_->follow(attempt); }
void AgentRunner::unfollow(const AttemptId& attempt) { impl_->unfollow(attempt); }
void AgentRunner::hold(const AttemptId& attempt) { impl_->hold(attempt, 1); }
void AgentRunner::unhold(const AttemptId& attempt) { impl_->hold(attempt, -1); }
Result<std::unique_ptr<wire::Connection>> AgentRunner::open_channel(const AttemptId& attempt,
                                                                    wire::Connection::Handler& handler) {
  return impl_->open_channel(attempt, handler);
}
std::uint32_t AgentRunner::agent_pid() const { return impl_->agent_pid(); }

}  // namespace sennit::runner
