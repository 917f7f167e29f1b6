// Tells hooks what they are due, at least once each: what waits is in the store's outbox, put there with the events
// that it is about, and stays there until a run of the hook has succeeded or all of its tries are used up. A server
// that is killed goes on with it when it is back.
//
// The engine is never waited for, nor does it wait: a run is a child, a few at a time, and the queue has a bound beyond
// which events are told no more (and that is said). Deliveries are begun in the order of their events, but a second one
// does not wait for the end of the first: `seq` and `at` say what came first.
//
// Threads:   the loop's, which must be the main thread (proc/spawner.h).
// Ownership: references must outlive it; running hooks are killed with it.
// Errors:    what goes wrong with a hook is kept with its delivery, and told to `trouble`.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "api/hooks/command.h"
#include "api/hooks/hook_run.h"
#include "api/hooks/moment.h"
#include "api/records.h"
#include "catalog/credentials.h"
#include "engine/engine.h"
#include "loop/loop.h"
#include "loop/timer.h"
#include "proc/spawner.h"
#include "store/store.h"

namespace sennit::api {

// How long after the first, second ... failed try the next one comes: 1 s, 4 s, 16 s ... 10 min.
Micros pause_after(std::uint32_t tries);

struct CourierOptions {
  std::string runs_dir;
  HookSurroundings surroundings;
  std::function<void(const Error&)> trouble;
  std::function<Micros(std::uint32_t)> pause = pause_after;
};

class HookCourier final : public engine::Observer {
 public:
  HookCourier(loop::Loop& loop, engine::Engine& engine, store::Store& store, catalog::Credentials& credentials,
              proc::Spawner& spawner, CourierOptions options);
  ~HookCourier() override;

  void set_hooks(const spec::HooksConfig& config);
  const HookList& hooks() const { return hooks_; }
  const spec::HookConfig* find(std::string_view name) const;

  // Why a hook cannot work as things are; "": nothing is known.
  std::string obstacle(const spec::HookConfig& hook) const;

  // Takes up what an earlier server has left.
  Result<void> open();

  // For engine::EngineOptions::notices.
  std::vector<store::Notice> notices(std::span<const Event> events, const core::State& state);
  void committed(std::span<const Event> events, const core::State& state) override;

  std::size_t waiting() const { return queue_.size() + running_.size(); }
  bool busy() const { return waiting() > 0 || !trials_.empty(); }
  // Called when it is not busy any more.
  void on_quiet(std::function<void()> function) { quiet_ = std::move(function); }

  // Runs a hook now, once, whatever it is due. `done` comes later, or with an error before anything was run.
  void try_once(const spec::HookConfig& hook, HookFacts facts, std::function<void(HookEnd)> done);

  // What a hook is told of an event of the journal. kNotFound: event or workflow are gone; kCorrupt.
  Result<HookFacts> facts_of(const spec::HookConfig& hook, const store::WorkflowRow& row, store::Seq seq);

 private:
  struct Running {
    store::Delivery delivery;
    std::uint32_t retries = 0;
    std::unique_ptr<HookRun> run;
  };

  void take_in();
  void pump();
  void arm();
  void begin(store::Delivery delivery);
  Result<HookFacts> facts_of(const spec::HookConfig& hook, const store::Delivery& delivery);
  Result<std::unique_ptr<HookRun>> start(const spec::HookConfig& hook, const HookFacts& facts,
                                         std::function<void(HookEnd)> done);
  void settle(store::Delivery delivery, std::uint32_t retries, const HookEnd& end);
  void give_up(store::Delivery delivery, std::string why);
  void keep(const store::Delivery& delivery);
  void tell(const store::Delivery& delivery, std::string_view what) const;

  loop::Loop& loop_;
  engine::Engine& engine_;
  store::Store& store_;
  catalog::Credentials& credentials_;
  proc::Spawner& spawner_;
  CourierOptions options_;
  Records records_;
  HookList hooks_;
  std::function<void()> quiet_;
  bool expecting_ = false;  // rows were added to the batch at hand
  bool is_full_ = false;
  std::uint64_t last_id_ = 0;
  std::multimap<Instant, store::Delivery> queue_;  // by when they are due
  std::map<std::uint64_t, Running> running_;       // by the delivery's id
  std::map<std::uint64_t, std::unique_ptr<HookRun>> trials_;
  std::uint64_t last_trial_ = 0;
  loop::Timer timer_;
};

}  // namespace sennit::api
