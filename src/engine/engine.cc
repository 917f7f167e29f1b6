#include "engine/engine.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>
#include <variant>

#include "base/check.h"
#include "core/apply.h"
#include "core/effects.h"
#include "core/plan.h"
#include "core/react.h"
#include "core/reopen.h"
#include "core/snapshot.h"
#include "engine/recovery.h"

namespace sennit::engine {
namespace {

// So that one commit stays small however much arrived meanwhile.
constexpr std::size_t kFactsPerStep = 32'768;
constexpr Micros kFirstRetry{100'000};
constexpr Micros kLastRetry{5'000'000};
constexpr Micros kHostsAwaited = std::chrono::seconds(30);  // an agent that has to be started is there within one
constexpr std::uint64_t kEventsPerTask = 4;                 // of a task that runs once

Micros retry_after(std::size_t attempts) {
  Micros wait = kFirstRetry;
  for (std::size_t i = 1; i < attempts && wait < kLastRetry; ++i) wait *= 2;
  return std::min(wait, kLastRetry);
}

template <class List, class Predicate>
void erase_from(List& list, Predicate predicate) {
  list.erase(std::remove_if(list.begin(), list.end(), predicate), list.end());
}

store::LabelList labels_of(const Workflow& workflow) { return {workflow.labels.begin(), workflow.labels.end()}; }

// The workflow that an effect is for.
struct EffectWorkflow {
  WorkflowKey operator()(const effect::Finish& e) const { return e.workflow; }
  WorkflowKey operator()(const effect::Measure& /*of no workflow*/) const { return {}; }
  template <class OfAttempt>
  WorkflowKey operator()(const OfAttempt& e) const {
    return e.attempt.workflow;
  }
};

}  // namespace

struct Engine::ChangeRequest {
  Change change;
  std::function<void(Result<void>)> reply;
};

struct Engine::SubmitRequest {
  NewRun run;
  std::function<void(Result<Accepted>)> reply;
};

struct Engine::ReopenRequest {
  fact::Reopen reopen;
  std::function<void(Result<Reopened>)> reply;
};

// What somebody wants an answer to.
struct Engine::Request {
  std::variant<ChangeRequest, SubmitRequest, ReopenRequest> what;
};

// A fact, or a request: those are few, so they lie apart and the queue stays small.
struct Engine::Posted {
  Fact fact = fact::Tick{};
  std::unique_ptr<Request> request;
};

// A workflow that this batch brings in, submitted or reopened. Nobody has heard of it yet.
struct Engine::Entering {
  WorkflowKey key;
  std::function<void(const Result<void>&)> reply;
};

// Collects what the core decides into the batch.
class Engine::Sink final : public core::EventSink {
 public:
  explicit Sink(Engine& engine) : engine_(engine) {}

  void emit(Event event) override {
    core::effects_of(engine_.state_, event, engine_.effects_);
    count(event.workflow);
    if (const auto* moved = std::get_if<event::WorkflowMoved>(&event.what); moved && is_finished(moved->to)) {
      engine_.finished_.push_back(event.workflow);
    }
    engine_.batch_.events.push_back(std::move(event));
  }
  void answer(const Effect& effect) override { engine_.effects_.push_back(effect); }

 private:
  void count(WorkflowKey key) {
    if (run_ == nullptr || key != key_) {
      key_ = key;
      run_ = &engine_.runs_[key];
      const core::WorkflowState* workflow = engine_.state_.find(key);
      limit_ = std::max<std::uint64_t>(engine_.options_.snapshot_every, kEventsPerTask * workflow->tasks.size());
    }
    if (++run_->events < limit_ || run_->due_for_snapshot) return;
    run_->due_for_snapshot = true;
    engine_.long_journals_.push_back(key);
  }

  Engine& engine_;
  WorkflowKey key_;
  Run* run_ = nullptr;
  std::uint64_t limit_ = 0;
};

Engine::Engine(store::Store& store, const Clock& clock, EngineOptions options)
    : store_(store),
      clock_(clock),
      options_(std::move(options)),
      places_(state_, {.runs_dir = options_.runs_dir,
                       .stop_grace = options_.stop_grace,
                       .enforce_limits = options_.enforce_limits,
                       .max_processes = options_.max_processes,
                       .credentials = options_.credentials,
                       .storage_access = options_.storage_access,
                       .registry = options_.registry}) {
  state_.instance = options_.instance;
  state_.start_timeout = options_.start_timeout;
}

Engine::~Engine() = default;

Result<Recovered> Engine::recover() {
  SENNIT_ASSIGN(const std::vector<store::LiveWorkflow> stored, store_.load_live());
  Recovered recovered;
  const Instant now = clock_.now();
  store::Batch quarantine;
  for (const store::LiveWorkflow& live : stored) {
    Result<WorkflowContext> context = decode_workflow_context(live.context);
    Result<core::WorkflowState> workflow = rebuild(options_.instance, live);
    if (!workflow || !context) {
      const Error error = !workflow ? workflow.error() : context.error();
      recovered.quarantined.push_back(live.row.submission.id + ": " + error.message());
      const std::string message = "cannot be read back: " + error.message();
      quarantine.events.push_back(
          {live.row.key, now, event::WorkflowMoved{WorkflowStatus::kFailedServerError, message}});
      quarantine.finished.push_back({live.row.key, WorkflowStatus::kFailedServerError, now, ""});
      continue;
    }
    recovered.events += live.events.size();
    recovered.latest = std::max(recovered.latest, latest_time(*workflow));
    if (is_finished(workflow->status)) finished_.push_back(live.row.key);
    runs_[live.row.key] = {std::move(*context), live.events.size()};
    core::adopt(state_, std::move(*workflow));
    ++recovered.workflows;
  }
  if (!quarantine.empty()) SENNIT_TRY(store_.commit(quarantine));
  if (recovered.workflows > 0) state_.hosts_awaited_until = std::max(now, recovered.latest) + kHostsAwaited;
  return recovered;
}

void Engine::attach(HostId host, runner::Runner& runner) { places_.attach(host, runner); }
void Engine::detach(HostId host) { places_.detach(host); }

void Engine::wake() {
  if (woken_ || stepping_) return;
  woken_ = true;
  if (options_.wake) options_.wake();
}

void Engine::post(Fact fact) {
  inbox_.push_back({std::move(fact), nullptr});
  wake();
}

void Engine::submit(NewRun run, std::function<void(Result<Accepted>)> reply) {
  inbox_.push_back({fact::Tick{}, std::make_unique<Request>(Request{SubmitRequest{std::move(run), std::move(reply)}})});
  wake();
}

void Engine::reopen(fact::Reopen request, std::function<void(Result<Reopened>)> reply) {
  inbox_.push_back(
      {fact::Tick{}, std::make_unique<Request>(Request{ReopenRequest{std::move(request), std::move(reply)}})});
  wake();
}

void Engine::change(Change request, std::function<void(Result<void>)> reply) {
  inbox_.push_back(
      {fact::Tick{}, std::make_unique<Request>(Request{ChangeRequest{std::move(request), std::move(reply)}})});
  wake();
}

void Engine::set_placing(core::Placing placing) {
  state_.placing = placing;
  state_.plan_again = true;
  wake();
}

bool Engine::has_work(Instant now) const {
  if (!inbox_.empty() || !finished_.empty() || !batch_.empty()) return true;
  const std::optional<Instant> due = core::next_deadline(state_);
  return due && *due <= now;
}

bool Engine::step() {
  SENNIT_CHECK(!stepping_);
  woken_ = false;
  const Instant now = clock_.now();
  if (stall_ && now < stall_->retry_at) {
    refuse_entries();
    return false;
  }
  if (!has_work(now)) return false;
  stepping_ = true;
  // A batch that was refused is tried again as it is: what came later must not change what it says.
  if (!stall_) {
    Sink sink(*this);
    take_in(now);
    core::plan(state_, now, sink);
    gather_records(now);
  }
  if (commit(now)) after_commit();
  for (const auto& refuse : std::exchange(refusals_, {})) refuse();
  if (stall_) refuse_entries();
  stepping_ = false;
  return !stall_ && has_work(now);
}

std::optional<Instant> Engine::next_deadline() const {
  if (stall_) return stall_->retry_at;
  if (!inbox_.empty() || !finished_.empty()) return Instant();
  return core::next_deadline(state_);
}

void Engine::take_in(Instant now) {
  const std::size_t count = std::min(inbox_.size(), kFactsPerStep);
  for (std::size_t i = 0; i < count; ++i) {
    const std::unique_ptr<Request> request = std::move(inbox_[i].request);
    if (request == nullptr) {
      take_fact(inbox_[i].fact, now);
    } else if (auto* change = std::get_if<ChangeRequest>(&request->what)) {
      take_change(*change, now);
    } else if (auto* submit = std::get_if<SubmitRequest>(&request->what)) {
      take_submission(*submit, now);
    } else if (auto* reopen = std::get_if<ReopenRequest>(&request->what)) {
      take_reopening(*reopen, now);
    }
  }
  inbox_.erase(inbox_.begin(), inbox_.begin() + static_cast<std::ptrdiff_t>(count));
}

void Engine::take_fact(const Fact& fact, Instant now) {
  Sink sink(*this);
  core::react(state_, fact, now, sink);
  const auto* joined = std::get_if<fact::HostJoined>(&fact);
  if (joined == nullptr) return;
  // It may be a new agent, which knows nothing; what has no result yet is told again.
  core::pending_effects(state_, joined->host, effects_);
}

void Engine::take_change(ChangeRequest& request, Instant now) {
  const core::WorkflowState* workflow =
      std::visit([this](const auto& change) { return state_.find(change.workflow); }, request.change);
  const bool live = workflow != nullptr && !is_finished(workflow->status);
  if (live) std::visit([&](const auto& change) { take_fact(change, now); }, request.change);
  if (!request.reply) return;
  replies_.push_back([reply = std::move(request.reply), live] {
    if (live) return reply({});
    reply(Error(ErrorCode::kNotFound, "no such unfinished workflow"));
  });
}

void Engine::take_submission(SubmitRequest& request, Instant now) {
  NewRun& run = request.run;
  Result<store::Identity> identity = store_.allocate(run.workflow->name);
  if (!identity) return refuse(std::move(request.reply), identity.error());
  run.submission.id = identity->id;
  run.submission.uuid = identity->uuid;
  run.submission.submitted_at = now;
  run.context.key = identity->key;
  run.context.id = identity->id;
  run.context.runs_dir = options_.runs_dir + "/" + identity->id;
  store::NewWorkflow& record = batch_.submitted.emplace_back();
  record.key = identity->key;
  record.n = identity->n;
  record.submission = run.submission;
  record.name = run.workflow->name;
  record.labels = labels_of(*run.workflow);
  record.source_text = std::move(run.source_text);
  record.rendered = std::move(run.rendered);
  record.request = std::move(run.request);
  record.lenders = std::move(run.lenders);
  record.spec = run.spec.empty() ? encode(*run.workflow) : std::move(run.spec);
  encode(run.context, record.context);
  runs_[identity->key] = {std::move(run.context), 0};
  entering_.push_back({identity->key, [accepted = Accepted{identity->key, identity->id, identity->uuid},
                                       reply = std::move(request.reply)](const Result<void>& stored) {
                         if (!stored) return reply(stored.error());
                         reply(accepted);
                       }});
  take_fact(fact::Submit{identity->key, std::move(run.workflow), std::move(run.submission)}, now);
}

// The journal goes on where it ended: the last snapshot, and then this.
void Engine::take_reopening(ReopenRequest& request, Instant now) {
  const WorkflowKey key = request.reopen.workflow;
  const Result<store::StoredWorkflow> stored = store_.load(key);
  if (!stored) return refuse(std::move(request.reply), stored.error());
  Result<Revived> revived = revive(*stored);
  if (!revived) return refuse(std::move(request.reply), revived.error());
  const Submission& submission = stored->row.submission;
  const bool is_here = state_.find(key) != nullptr;  // reopened in this step
  if (is_here || !core::can_reopen(revived->workflow)) {
    const std::string_view what = is_here ? " is not finished" : " completed: nothing of it is left to do";
    return refuse(std::move(request.reply), Error(ErrorCode::kConflict, submission.id + std::string(what)));
  }
  batch_.reopened.push_back({key, now});
  runs_[key] = {std::move(revived->context), 0};
  core::adopt(state_, std::move(revived->workflow));
  take_fact(request.reopen, now);
  const core::StatusCounts& counts = state_.find(key)->task_counts;
  entering_.push_back(
      {key, [reopened = Reopened{{key, submission.id, submission.uuid}, stored->last_seq, counts.unfinished()},
             reply = std::move(request.reply)](const Result<void>& committed) {
         if (!committed) return reply(committed.error());
         reply(reopened);
       }});
}

// Answered at the end of the step, also if it could not be committed: a refusal is not a part of it.
template <class Reply>
void Engine::refuse(Reply reply, const Error& error) {
  refusals_.push_back([reply = std::move(reply), error] { reply(error); });
}

void Engine::refuse_entries() {
  std::vector<Posted> kept;
  for (Posted& posted : std::exchange(inbox_, {})) {
    Request* request = posted.request.get();
    if (auto* submit = request == nullptr ? nullptr : std::get_if<SubmitRequest>(&request->what)) {
      submit->reply(*stall_error_);
    } else if (auto* reopen = request == nullptr ? nullptr : std::get_if<ReopenRequest>(&request->what)) {
      reopen->reply(*stall_error_);
    } else {
      kept.push_back(std::move(posted));
    }
  }
  inbox_.insert(inbox_.begin(), std::make_move_iterator(kept.begin()), std::make_move_iterator(kept.end()));
}

// Last records of finished workflows, and snapshots where a journal has grown long.
void Engine::gather_records(Instant now) {
  for (const WorkflowKey key : finished_) {
    const core::WorkflowState& workflow = *state_.find(key);
    const Instant ended = workflow.ended_at.is_set() ? workflow.ended_at : now;
    batch_.finished.push_back({key, workflow.status, ended, core::encode_snapshot(workflow)});
  }
  for (const WorkflowKey key : long_journals_) {
    const core::WorkflowState& workflow = *state_.find(key);
    if (is_finished(workflow.status)) continue;
    batch_.snapshots.push_back({key, 0, core::encode_snapshot(workflow)});
  }
}

Result<void> Engine::store_batch() {
  if (options_.notices) batch_.notices = options_.notices(batch_.events, state_);
  return store_.commit(batch_);
}

bool Engine::commit(Instant now) {
  if (batch_.empty()) return true;
  Result<void> committed = store_batch();
  if (!committed && !entering_.empty()) {
    withdraw_entries(committed.error());
    committed = batch_.empty() ? Result<void>() : store_batch();
  }
  if (committed) {
    stall_.reset();
    stall_error_.reset();
    return true;
  }
  if (!stall_) stall_ = Stall{committed.error().message(), now, now, 0};
  stall_->reason = committed.error().message();
  stall_->retry_at = now + retry_after(++stall_->attempts);
  stall_error_ = committed.error();
  return false;
}

// Nobody has heard of them yet, so they can be as if they had never been.
void Engine::withdraw_entries(const Error& error) {
  std::set<WorkflowKey> keys;
  for (const Entering& entering : entering_) keys.insert(entering.key);
  const auto is_withdrawn = [&keys](WorkflowKey key) { return keys.contains(key); };
  batch_.submitted.clear();
  batch_.reopened.clear();
  erase_from(batch_.events, [&](const Event& event) { return is_withdrawn(event.workflow); });
  erase_from(batch_.finished, [&](const store::Finished& record) { return is_withdrawn(record.key); });
  erase_from(batch_.snapshots, [&](const store::SnapshotRecord& record) { return is_withdrawn(record.key); });
  erase_from(effects_, [&](const Effect& effect) { return is_withdrawn(std::visit(EffectWorkflow(), effect)); });
  erase_from(finished_, is_withdrawn);
  erase_from(long_journals_, is_withdrawn);
  for (const WorkflowKey key : keys) {
    core::retire(state_, key);
    runs_.erase(key);
  }
  state_.plan_again = true;  // what they were given is free again
  for (Entering& entering : std::exchange(entering_, {})) refuse(std::move(entering.reply), error);
}

void Engine::after_commit() {
  const store::Batch batch = std::exchange(batch_, {});
  const std::vector<Effect> effects = std::exchange(effects_, {});
  for (const WorkflowKey key : std::exchange(long_journals_, {})) {
    runs_[key].events = 0;
    runs_[key].due_for_snapshot = false;
  }
  for (const Effect& effect : effects) carry_out(effect);
  places_.flush();
  if (!entering_.empty() || !batch.finished.empty()) flush();
  for (const auto& reply : std::exchange(replies_, {})) reply();
  for (Observer* observer : std::vector(observers_)) observer->committed(batch.events, state_);
  for (const WorkflowKey key : std::exchange(finished_, {})) {
    core::retire(state_, key);
    runs_.erase(key);
  }
}

// Somebody who has been given an id must find the workflow again, also after a power failure.
void Engine::flush() {
  store_.flush([entered = std::exchange(entering_, {})](const Result<void>& flushed) {
    ignore(flushed, "the next commit meets the same trouble");
    for (const Entering& entering : entered) entering.reply({});
  });
}

void Engine::carry_out(const Effect& effect) {
  if (const auto* finish = std::get_if<effect::Finish>(&effect)) return places_.finish(finish->workflow);
  if (const auto* start = std::get_if<effect::Start>(&effect)) {
    const WorkflowContext* context = context_of(start->attempt.workflow);
    if (context != nullptr) places_.start(*start, *context);
    return;
  }
  if (const auto* restart = std::get_if<effect::Restart>(&effect)) {
    const WorkflowContext* context = context_of(restart->attempt.workflow);
    if (context != nullptr) places_.restart(*restart, *context);
    return;
  }
  if (const auto* measure = std::get_if<effect::Measure>(&effect)) return places_.measure(*measure);
  if (const auto* stop = std::get_if<effect::Stop>(&effect)) places_.stop(*stop);
  if (const auto* pause = std::get_if<effect::Pause>(&effect)) places_.pause(*pause);
  if (const auto* order = std::get_if<effect::Continue>(&effect)) places_.resume(*order);
  if (const auto* release = std::get_if<effect::Release>(&effect)) places_.release(*release);
  if (const auto* forget = std::get_if<effect::Forget>(&effect)) places_.forget(*forget);
}

bool Engine::idle() const { return state_.workflows.empty() && inbox_.empty() && batch_.empty(); }

const WorkflowContext* Engine::context_of(WorkflowKey workflow) const {
  const auto run = runs_.find(workflow);
  return run == runs_.end() ? nullptr : &run->second.context;
}

void Engine::add_observer(Observer& observer) { observers_.push_back(&observer); }
void Engine::remove_observer(Observer& observer) { std::erase(observers_, &observer); }

}  // namespace sennit::engine
