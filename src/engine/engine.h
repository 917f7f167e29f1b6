// Drives the pure core: facts in, events committed, effects out.
//
//   step(): take in what was posted -> plan -> ONE store.commit -> effects to the runners -> replies and observers
//
// Recovery is the same path: the store's snapshot, its journal applied by the same `apply`, then whatever has no result
// yet is told again to each host that joins.
//
// When the store refuses a commit (full disk), nothing has happened for the world: no effect is carried out, new
// submissions are refused with the store's error, and the same batch is tried again, later and later up to every 5 s,
// through next_deadline(). Running tasks go on; what they report waits.
//
// Threads:   one (the loop's). Not re-entrant: observers, runners and replies may post and submit, but not step.
// Ownership: the caller owns store, runners, clock and observers; they outlive the engine or are detached first.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "core/state.h"
#include "engine/places.h"
#include "model/effect.h"
#include "model/event.h"
#include "model/fact.h"
#include "model/order.h"
#include "runner/runner.h"
#include "store/store.h"

namespace sennit::engine {

struct EngineOptions {
  InstanceId instance;
  std::string runs_dir;                   // absolute <state>/runs
  Micros stop_grace{10'000'000};          // SIGTERM to SIGKILL
  bool enforce_limits = true;             // attempts are held to what they ask for, where their host can
  std::uint32_t max_processes = 0;        // an attempt may have at once, as model/resources.h; 0: any number
  Micros start_timeout{};                 // how long an attempt may take to start; 0: for ever
  std::uint32_t snapshot_every = 10'000;  // events, and at least four times the workflow's tasks
  FindRegistry registry;                  // for the images of what is started; none: they are pulled without
  FindCredentials credentials;            // for what is started; none: whatever names one cannot start
  FindStorageAccess storage_access;       // likewise; none: nobody has stored any, and there are no datasets
  // What of these events, which are about to be committed, is to be told outside: stored with them. No decision
  // depends on it. Asked again when a commit is tried again.
  std::function<std::vector<store::Notice>(std::span<const Event>, const core::State&)> notices;
  std::function<void()> wake;  // called when something was posted to an idle engine: step() soon
};

// What is submitted. The engine gives it its key, id and uuid, and the time.
struct NewRun {
  std::shared_ptr<const Workflow> workflow;
  std::string spec;         // encode(*workflow); "": the engine encodes it
  Submission submission;    // id, uuid and submitted_at are filled in by the engine
  WorkflowContext context;  // key, id and runs_dir likewise
  std::string source_text;
  std::string rendered;
  std::string request;               // as in store::NewWorkflow
  std::vector<std::string> lenders;  // likewise
};

struct Accepted {
  WorkflowKey key;
  std::string id;
  std::string uuid;
};

// A finished workflow that goes on.
struct Reopened {
  Accepted workflow;
  store::Seq after = 0;   // the last event before it was reopened
  std::size_t tasks = 0;  // of its tasks, those that begin again
};

// Told about what is committed, before finished workflows leave the state. Must not call back into step().
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void committed(std::span<const Event> events, const core::State& state) = 0;
};

// What recover() found.
struct Recovered {
  std::size_t workflows = 0;
  std::size_t events = 0;                // replayed after snapshots
  std::vector<std::string> quarantined;  // "<id>: why"
  Instant latest;                        // of everything that is known to have happened; not set: nothing is
};

// For status pages: whether the store takes commits.
struct Stall {
  std::string reason;  // the store's message
  Instant since;
  Instant retry_at;
  std::size_t attempts = 0;
};

class Engine final : public runner::FactSink {
 public:
  Engine(store::Store& store, const Clock& clock, EngineOptions options);
  ~Engine() override;
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // Reads every unfinished workflow back. Call once, before anything else. Fails only if the store cannot be read at
  // all; a single unreadable workflow ends as FAILED_SERVER_ERROR and is named in the result.
  Result<Recovered> recover();

  // Orders for attempts on `host` go to `runner`. Attach before the host joins.
  void attach(HostId host, runner::Runner& runner);
  void detach(HostId host);

  void post(Fact fact) override;

  // `reply` comes when the workflow is stored so that a power failure leaves it there, or with the refusal: kExhausted:
  // the disk is full; kIo, kInvalid. A refusal comes from inside a step.
  void submit(NewRun run, std::function<void(Result<Accepted>)> reply);
  // What somebody asks of an unfinished workflow. `reply` comes once it is stored; what it leads to in the world comes
  // a little later. kNotFound: no such unfinished workflow.
  using Change = std::variant<fact::Cancel, fact::Pause, fact::Resume, fact::SetLimits>;
  void change(Change request, std::function<void(Result<void>)> reply);
  // The same workflow goes on: what did not complete begins again. `reply` comes when that is stored so that a power
  // failure changes nothing. kConflict: it is not finished, or it completed; kCorrupt: what became of it cannot be read
  // back; else the store's errors.
  void reopen(fact::Reopen request, std::function<void(Result<Reopened>)> reply);

  // Placing stops, running tasks go on. Not stored.
  void set_placing(core::Placing placing);

  // Works off what was posted and what is due. True: there is more to do at once.
  bool step();
  // When step() is needed although nothing is posted.
  std::optional<Instant> next_deadline() const;

  const core::State& state() const { return state_; }
  // By the clock that its times are of.
  Instant now() const { return clock_.now(); }
  const std::optional<Stall>& stall() const { return stall_; }
  // No unfinished workflow and nothing waiting to be committed.
  bool idle() const;
  // The attempts of `workflow` inherit this context; null if it is unknown.
  const WorkflowContext* context_of(WorkflowKey workflow) const;

  void add_observer(Observer& observer);
  void remove_observer(Observer& observer);

 private:
  struct Entering;
  struct ChangeRequest;
  struct SubmitRequest;
  struct ReopenRequest;
  struct Request;
  struct Posted;
  class Sink;

  bool has_work(Instant now) const;
  void wake();
  void take_in(Instant now);
  void take_fact(const Fact& fact, Instant now);
  void take_change(ChangeRequest& request, Instant now);
  void take_submission(SubmitRequest& request, Instant now);
  void take_reopening(ReopenRequest& request, Instant now);
  template <class Reply>
  void refuse(Reply reply, const Error& error);
  void refuse_entries();
  void gather_records(Instant now);
  bool commit(Instant now);
  Result<void> store_batch();
  void withdraw_entries(const Error& error);
  void after_commit();
  void flush();
  void carry_out(const Effect& effect);

  // What the engine keeps of an unfinished workflow beside the core's state.
  struct Run {
    WorkflowContext context;
    std::uint64_t events = 0;  // since its last snapshot
    bool due_for_snapshot = false;
  };
  store::Store& store_;
  const Clock& clock_;
  EngineOptions options_;
  core::State state_;
  std::map<WorkflowKey, Run> runs_;
  Places places_;
  std::vector<Observer*> observers_;
  std::vector<Posted> inbox_;
  bool woken_ = false;  // somebody was told to call step()
  bool stepping_ = false;

  // One step's results, until they are committed.
  store::Batch batch_;
  std::vector<Effect> effects_;
  std::vector<std::function<void()>> replies_;
  std::vector<std::function<void()>> refusals_;  // of what is not in the batch
  std::vector<Entering> entering_;
  std::vector<WorkflowKey> finished_;
  std::vector<WorkflowKey> long_journals_;  // due for a snapshot
  std::optional<Stall> stall_;
  std::optional<Error> stall_error_;
};

}  // namespace sennit::engine
