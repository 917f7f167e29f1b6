#include "api/log_streams.h"

#include <fmt/format.h>

#include <algorithm>
#include <list>
#include <utility>

namespace sennit::api {
namespace {

constexpr std::size_t kChunk = 256 * 1024;
constexpr int kPiecesPerTurn = 256;  // some milliseconds: a million attempts without a log must not hold the loop up

}  // namespace

// First the attempts that are there are gone through in order (`listed_`); those that still run are kept in `live_` and
// written as they grow, together with those that start later.
class LogStreams::Follower {
 public:
  Follower(LogStreams& streams, const Record& record, const LogQuery& query, std::unique_ptr<http::Responder> responder)
      : streams_(streams),
        key_(record.row.key),
        spec_(record.state->spec),
        runs_dir_(streams.runs_dir_ + "/" + record.row.submission.id),
        query_(query),
        responder_(std::move(responder)),
        pump_again_(streams.loop_, [this] { pump(); }) {
    list_attempts(*record.state);
    live_workflow_ = record.is_live() && !is_finished(record.state->status);
  }

  ~Follower() {
    for (const Live& live : live_) streams_.growth_.unfollow(live.attempt);
  }

  WorkflowKey key() const { return key_; }

  void begin() {
    responder_->on_closed([this] { streams_.remove(this); });
    responder_->on_drained([this] { pump(); });
    responder_->start_stream(200, "text/plain; charset=utf-8", {{"Cache-Control", "no-store"}});
    pump();
  }

  void grew(const AttemptId& attempt) {
    for (Live& live : live_) {
      if (live.attempt == attempt) live.dirty = true;
    }
    pump();
  }

  void take(const Event& event) {
    if (const auto* started = std::get_if<event::AttemptStarted>(&event.what)) {
      if (query_.follow && wants(started->task, started->number)) add_live(started->task, started->number);
    } else if (const auto* ended = std::get_if<event::TaskEnded>(&event.what)) {
      complete(ended->task, ended->number);
      if (query_.task == ended->task) live_workflow_ = false;
    } else if (const auto* again = std::get_if<event::TaskRescheduled>(&event.what)) {
      complete(again->task, again->number);
      if (query_.task == again->task && query_.attempt == again->number) live_workflow_ = false;
    } else if (const auto* moved = std::get_if<event::WorkflowMoved>(&event.what)) {
      if (is_finished(moved->to)) live_workflow_ = false;
    }
  }

  // Writes what there is, as long as the client takes it, and goes on in the next turn where it is much.
  void pump() {
    for (int pieces = 0; has_room() && write_listed();) {
      if (++pieces == kPiecesPerTurn) return pump_again_.request();
    }
    if (!has_room()) return;
    write_live();
    const bool over = next_ == listed_.size() && !current_ && live_.empty() && (!query_.follow || !live_workflow_);
    if (!over || ended_) return;
    ended_ = true;
    responder_->end();
    streams_.loop_.post([&streams = streams_, self = this] { streams.remove(self); });
  }

 private:
  struct Listed {
    TaskIndex task;
    std::uint32_t number = 0;
    bool active = false;

    friend bool operator<(const Listed& a, const Listed& b) {
      return std::pair(a.task, a.number) < std::pair(b.task, b.number);
    }
  };
  struct Live {
    AttemptId attempt;
    LogSource source;
    bool dirty = true;      // it may have grown
    bool complete = false;  // the attempt has ended: nothing more will come
  };

  bool has_room() const { return responder_->buffered() <= http::Responder::kHighWater; }

  bool wants(TaskIndex task, std::uint32_t number) const {
    return (!query_.task || *query_.task == task) && (!query_.attempt || *query_.attempt == number);
  }

  // Of one task the attempt asked for or the latest one; of all tasks every attempt, in file order.
  void list_attempts(const core::WorkflowState& workflow) {
    if (query_.task) {
      const core::TaskState& task = workflow.task(*query_.task);
      const std::uint32_t number = query_.attempt.value_or(task.number);
      if (number <= task.number) listed_.push_back(listed(workflow, *query_.task, number));
      live_task_ = !is_group_finished(task.status);
      return;
    }
    for (std::uint32_t i = 0; i < workflow.tasks.size(); ++i) {
      const TaskIndex task(i);
      for (std::uint32_t number = 0; number <= workflow.task(task).number; ++number) {
        if (wants(task, number)) listed_.push_back(listed(workflow, task, number));
      }
    }
  }

  Listed listed(const core::WorkflowState& workflow, TaskIndex index, std::uint32_t number) const {
    const core::TaskState& task = workflow.task(index);
    return {index, number, number == task.number && core::is_active(task.status)};
  }

  LogSource source_of(TaskIndex task, std::uint32_t number) const {
    const std::string name(spec_->name_of(task));
    LineFormat format{.timestamps = query_.timestamps};
    if (!query_.task)
      format.label = number == 0 ? fmt::format("[{}] ", name) : fmt::format("[{} retry-{}] ", name, number);
    return {logs::run_layout(runs_dir_, name, number), std::move(format), query_.last_lines};
  }

  // One piece of the listed attempts; false when there is none left.
  bool write_listed() {
    if (!current_) {
      if (next_ == listed_.size()) return false;
      const Listed listed = listed_[next_++];
      if (query_.follow && listed.active) {
        add_live(listed.task, listed.number);
        return true;
      }
      current_.emplace(source_of(listed.task, listed.number));
    }
    std::string text;
    if (current_->take(text, kChunk, LogSource::Growth::kComplete) == LogSource::State::kEmpty) current_.reset();
    responder_->write(text);
    return true;
  }

  // The attempt in the list, if its turn has not come; else null.
  Listed* find_to_come(TaskIndex task, std::uint32_t number) {
    const Listed wanted{task, number};
    const auto begin = listed_.begin() + static_cast<std::ptrdiff_t>(next_);
    const auto it = std::lower_bound(begin, listed_.end(), wanted);
    return it == listed_.end() || wanted < *it ? nullptr : &*it;
  }

  void add_live(TaskIndex task, std::uint32_t number) {
    const AttemptId attempt{streams_.engine_.state().instance, key_, task, number};
    const bool known = std::any_of(live_.begin(), live_.end(), [&](const Live& l) { return l.attempt == attempt; });
    if (known || find_to_come(task, number) != nullptr) return;
    live_.push_back({attempt, source_of(task, number)});
    streams_.growth_.follow(attempt);
  }

  void complete(TaskIndex task, std::uint32_t number) {
    if (Listed* listed = find_to_come(task, number)) listed->active = false;
    for (Live& live : live_) {
      if (live.attempt.task == task && live.attempt.number == number) live.complete = live.dirty = true;
    }
  }

  void write_live() {
    for (auto live = live_.begin(); live != live_.end();) {
      while (live->dirty && has_room()) {
        std::string text;
        const auto growth = live->complete ? LogSource::Growth::kComplete : LogSource::Growth::kGrowing;
        live->dirty = live->source.take(text, kChunk, growth) == LogSource::State::kMore;
        responder_->write(text);
      }
      if (live->complete && !live->dirty) {
        streams_.growth_.unfollow(live->attempt);
        live = live_.erase(live);
      } else {
        ++live;
      }
    }
  }

  LogStreams& streams_;
  WorkflowKey key_;
  std::shared_ptr<const Workflow> spec_;
  std::string runs_dir_;
  LogQuery query_;
  std::unique_ptr<http::Responder> responder_;
  std::vector<Listed> listed_;  // sorted
  std::size_t next_ = 0;        // whose turn it is
  std::optional<LogSource> current_;
  std::list<Live> live_;
  bool live_workflow_ = false;  // what is asked for may still start attempts
  bool live_task_ = true;
  bool ended_ = false;
  loop::TurnEnd pump_again_;

  friend class LogStreams;
};

LogStreams::LogStreams(loop::Loop& loop, engine::Engine& engine, LogGrowth& growth, std::string runs_dir)
    : loop_(loop), engine_(engine), growth_(growth), runs_dir_(std::move(runs_dir)) {
  engine_.add_observer(*this);
}

LogStreams::~LogStreams() { engine_.remove_observer(*this); }

void LogStreams::open(const Record& record, const LogQuery& query, std::unique_ptr<http::Responder> responder) {
  followers_.push_back(std::make_unique<Follower>(*this, record, query, std::move(responder)));
  Follower& follower = *followers_.back();
  if (!follower.live_task_) follower.live_workflow_ = false;
  follower.begin();
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
