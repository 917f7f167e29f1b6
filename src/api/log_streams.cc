#include "api/log_streams.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

#include "api/log_reading.h"

namespace sennit::api {
namespace {

// One that reads a large log does not keep a second one waiting.
constexpr std::size_t kThreads = 2;

// In cursors, what is said of the workflow and of none of its tasks.
constexpr TaskIndex kWorkflowItself(std::numeric_limits<std::uint32_t>::max());

}  // namespace

// What is read belongs to a worker while it reads; what happens meanwhile waits here.
class LogStreams::Follower {
 public:
  Follower(LogStreams& streams, const Record& record, LogQuery query, std::unique_ptr<http::Responder> responder)
      : streams_(streams),
        key_(record.row.key),
        task_(query.task),
        attempt_(query.attempt),
        follow_(query.follow),
        block_(query.block),
        responder_(std::move(responder)) {
    framed_ = query.framed;
    says_how_it_ended_ = query.form == LogForm::kOsmo && !query.task && !query.from.is_done(kWorkflowItself, 0);
    id_ = record.row.submission.id;
    failed_ = is_failed(record.state->status);
    reading_ = std::make_shared<LogReading>(record.state->spec, streams_.runs_dir_ + "/" + record.row.submission.id,
                                            std::move(query));
    live_workflow_ = record.is_live() && !is_finished(record.state->status);
    list_attempts(*record.state);
  }

  ~Follower() {
    reading_->stop();
    hold(false);
    for (const LogReading::Attempt& attempt : followed_) streams_.growth_.unfollow(id_of(attempt));
  }

  Follower(const Follower&) = delete;
  Follower& operator=(const Follower&) = delete;

  WorkflowKey key() const { return key_; }

  void begin() {
    responder_->on_closed([this] { streams_.remove(this); });
    responder_->on_drained([this] { pump(); });
    responder_->start_stream(200, framed_ ? "application/x-sennit-log" : "text/plain; charset=utf-8",
                             {{"Cache-Control", "no-store"}});
    pump();
  }

  void grew(const AttemptId& attempt) {
    grew_.insert({attempt.task, attempt.number});
    pump();
  }

  void take(const Event& event) {
    if (const auto* started = std::get_if<event::AttemptStarted>(&event.what)) {
      if (follow_ && wants(started->task, started->number)) {
        follow({started->task, started->number});
        began_.push_back({started->task, started->number});
      }
    } else if (const auto* ended = std::get_if<event::TaskEnded>(&event.what)) {
      end({ended->task, ended->number});
      if (task_ == ended->task) live_workflow_ = false;
    } else if (const auto* again = std::get_if<event::TaskRescheduled>(&event.what)) {
      end({again->task, again->number});
      if (task_ == again->task && attempt_ == again->number) live_workflow_ = false;
    } else if (const auto* moved = std::get_if<event::WorkflowMoved>(&event.what)) {
      if (is_finished(moved->to)) live_workflow_ = false;
      failed_ = is_failed(moved->to);
    }
  }

  // Has written what there is, as long as the client takes it.
  void pump() {
    if (busy_ || ended_) return;
    if (responder_->buffered() > http::Responder::kHighWater) return hold(true);
    for (const LogReading::Attempt& attempt : std::exchange(began_, {})) reading_->begin(attempt);
    for (const LogReading::Attempt& attempt : std::exchange(grew_, {})) reading_->grow(attempt);
    for (const LogReading::Attempt& attempt : std::exchange(over_, {})) reading_->end(attempt);
    if (reading_->has_work()) return read();
    hold(false);
    if (!reading_->is_over() || (follow_ && live_workflow_)) return;
    ended_ = true;
    if (says_how_it_ended_ && failed_) tell_abnormal_end();
    responder_->end();
    streams_.loop_.post([&streams = streams_, self = this] { streams.remove(self); });
  }

 private:
  AttemptId id_of(const LogReading::Attempt& attempt) const {
    return {streams_.engine_.state().instance, key_, attempt.task, attempt.number};
  }

  bool wants(TaskIndex task, std::uint32_t number) const {
    return (!task_ || *task_ == task) && (!attempt_ || *attempt_ == number);
  }

  // Of one task the attempt asked for or the latest one; of all tasks every attempt, in file order.
  void list_attempts(const core::WorkflowState& workflow) {
    if (task_) {
      const core::TaskState& task = workflow.task(*task_);
      const std::uint32_t number = attempt_.value_or(task.number);
      if (number <= task.number) list(workflow, {*task_, number});
      if (is_group_finished(task.status) || (attempt_ && *attempt_ < task.number)) live_workflow_ = false;
      return;
    }
    for (std::uint32_t i = 0; i < workflow.tasks.size(); ++i) {
      const TaskIndex task(i);
      for (std::uint32_t number = 0; number <= workflow.task(task).number; ++number) {
        if (wants(task, number)) list(workflow, {task, number});
      }
    }
  }

  void list(const core::WorkflowState& workflow, LogReading::Attempt attempt) {
    const core::TaskState& task = workflow.task(attempt.task);
    const bool active = follow_ && attempt.number == task.number && core::is_active(task.status);
    if (active) follow(attempt);
    reading_->list(attempt, active ? LogReading::Phase::kGoesOn : LogReading::Phase::kOver);
  }

  void follow(const LogReading::Attempt& attempt) {
    if (!followed_.insert(attempt).second) return;
    streams_.growth_.follow(id_of(attempt));
    if (holds_) streams_.growth_.hold(id_of(attempt));
  }

  void end(const LogReading::Attempt& attempt) {
    over_.push_back(attempt);
    if (followed_.erase(attempt) == 0) return;
    if (holds_) streams_.growth_.unhold(id_of(attempt));
    streams_.growth_.unfollow(id_of(attempt));
  }

  // From when its client has enough until it has been sent all there is.
  void hold(bool wanted) {
    if (!block_ || std::exchange(holds_, wanted) == wanted) return;
    for (const LogReading::Attempt& attempt : followed_) {
      wanted ? streams_.growth_.hold(id_of(attempt)) : streams_.growth_.unhold(id_of(attempt));
    }
  }

  // As OSMO's log of a workflow ends.
  void tell_abnormal_end() {
    const std::string line(100, '-');
    const std::string text = fmt::format(
        "{0}\nWorkflow {1} terminated abnormally\nStatus: sennit status {1}\nErrors: sennit errors {1}\n{0}\n", line,
        id_);
    if (framed_) responder_->write(fmt::format("{} {} 0 done\n", text.size(), kWorkflowItself.value()));
    responder_->write(text);
  }

  void read() {
    busy_ = true;
    streams_.workers().submit([reading = reading_] { return reading->take(); },
                              [this, alive = std::weak_ptr<bool>(alive_)](const LogReading::Piece& piece) {
                                if (!alive.expired()) arrived(piece);
                              });
  }

  void arrived(const LogReading::Piece& piece) {
    busy_ = false;
    responder_->write(piece.text);
    pump();
  }

  LogStreams& streams_;
  WorkflowKey key_;
  std::optional<TaskIndex> task_;
  std::optional<std::uint32_t> attempt_;
  bool follow_ = false;
  bool block_ = false;
  bool holds_ = false;  // those that are followed
  bool framed_ = false;
  bool says_how_it_ended_ = false;
  bool failed_ = false;
  std::string id_;
  std::unique_ptr<http::Responder> responder_;
  std::shared_ptr<LogReading> reading_;  // shared with the worker that reads
  std::set<LogReading::Attempt> followed_;
  // Since the last time that the reading was at hand.
  std::vector<LogReading::Attempt> began_;
  std::set<LogReading::Attempt> grew_;
  std::vector<LogReading::Attempt> over_;
  bool live_workflow_ = false;  // what is asked for may still start attempts
  bool busy_ = false;           // a worker reads
  bool ended_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // what a worker brings looks whether we are here
};

LogStreams::LogStreams(loop::Loop& loop, engine::Engine& engine, LogGrowth& growth, std::string runs_dir)
    : loop_(loop), engine_(engine), growth_(growth), runs_dir_(std::move(runs_dir)) {
  engine_.add_observer(*this);
}

LogStreams::~LogStreams() {
  engine_.remove_observer(*this);
  followers_.clear();  // so that workers which search do not go on with it
}

loop::WorkerPool& LogStreams::workers() {
  if (!workers_) workers_.emplace(loop_, kThreads);
  return *workers_;
}

void LogStreams::open(const Record& record, LogQuery query, std::unique_ptr<http::Responder> responder) {
  followers_.push_back(std::make_unique<Follower>(*this, record, std::move(query), std::move(responder)));
  followers_.back()->begin();
}

void LogStreams::grew(const AttemptId& attempt) {
  for (const auto& follower : followers_) {
    if (follower->key() == attempt.workflow) follower->grew(attempt);
  }
}

void LogStreams::committed(std::span<const Event> events, const core::State& /*state*/) {
  if (followers_.empty()) return;
  for (const Event& event : events) {
    for (const auto& follower : followers_) {
      if (follower->key() == event.workflow) follower->take(event);
    }
  }
  for (const auto& follower : followers_) follower->pump();
}

void LogStreams::remove(const Follower* follower) {
  std::erase_if(followers_, [&](const auto& kept) { return kept.get() == follower; });
  if (left_) left_();
}

}  // namespace sennit::api
