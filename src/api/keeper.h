// Removes what retention no longer keeps, or what somebody deletes; and knows how large everything is.
//
// Sizes are measured once, at a workflow's end, and kept in its row: nothing walks the runs to decide. What is due is
// looked for when a server starts, once a day, and when the files have become too large. A workflow that goes is first
// marked in the store, then its files are removed, then its row: a crash in between only repeats work, and what is left
// of it is not read by anybody.
//
// Threads:   the loop's; files are measured and removed on a thread of its own, which is started when it is needed.
// Ownership: references must outlive it. Files that are being removed when it is destroyed are left where they are: the
//            next server goes on.
// Errors:    what cannot be removed is told to whoever asked, else to `trouble`, and tried again at the next look.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <span>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "api/holds.h"
#include "engine/engine.h"
#include "loop/callback.h"
#include "loop/loop.h"
#include "loop/timer.h"
#include "loop/worker_pool.h"
#include "store/retention.h"
#include "store/store.h"
#include "views/views.h"

namespace sennit::api {

struct KeeperOptions {
  store::Retention rule;
  std::string runs_dir;
  std::function<void(const Error&)> trouble;
};

class Keeper final : public engine::Observer {
 public:
  Keeper(loop::Loop& loop, store::Store& store, engine::Engine& engine, KeeperOptions options);
  ~Keeper() override;
  Keeper(const Keeper&) = delete;
  Keeper& operator=(const Keeper&) = delete;

  // Goes on with what a server before has begun to remove, and looks in the coming turn. Before any request.
  Result<void> open();
  // Counts from the next look on.
  void set_rule(const store::Retention& rule) { options_.rule = rule; }

  Holds& holds() { return holds_; }
  // Whether this workflow's files are being removed.
  bool is_going(const std::string& id) const { return going_.contains(id); }

  // Everything that is due, or only what that would be. The answer comes when it is done.
  void collect(const views::GcRequest& request, loop::Callback<void(Result<views::GcReply>)> reply);
  // One finished workflow. kConflict: it is unfinished, pinned, or others need it; the message names them.
  void remove(WorkflowKey key, loop::Callback<void(Result<views::DeleteReply>)> reply);
  // kNotFound; kConflict: it is being removed.
  Result<views::PinReply> pin(const store::WorkflowRow& row, store::Pin pin);

  // Files of the workflow take less than when it was measured, if it was.
  void measure_again(WorkflowKey key);

  void committed(std::span<const Event> events, const core::State& state) override;

 private:
  struct Collection;
  using OnGone = loop::Callback<void(Result<void>)>;

  void when_measured(loop::Callback<void()> then);
  void measure_some();
  void measure_changed();
  void take_sizes(const Result<void>& stored, std::uint64_t bytes);
  void look_later(Micros after);
  void look();
  void sweep();
  store::RetentionPlan plan_now(std::span<const store::Keeping> all) const;
  void collect_now(const views::GcRequest& request, loop::Callback<void(Result<views::GcReply>)> reply);
  void remove_now(WorkflowKey key, loop::Callback<void(Result<views::DeleteReply>)> reply);
  Result<store::WorkflowRow> removable(WorkflowKey key);
  Result<void> condemn(std::span<const store::Keeping> all, std::span<const store::Going> going);
  void remove_files(WorkflowKey key, const std::string& id, OnGone gone);
  void complain(const Error& error);
  loop::WorkerPool& worker();

  loop::Loop& loop_;
  store::Store& store_;
  engine::Engine& engine_;
  KeeperOptions options_;
  Holds holds_;
  std::set<std::string> going_;    // condemned, in the store and not removed from it
  std::set<std::string> at_work_;  // of these, handed to the worker
  bool measuring_ = false;
  std::vector<loop::Callback<void()>> waiting_;  // for everything to be measured
  std::optional<std::uint64_t> total_;           // bytes of all files; not known before the first look
  loop::Timer next_;                             // look
  Instant next_due_;                             // when it is
  loop::Timer measure_;
  std::set<WorkflowKey> changed_;  // since they were measured
  loop::Timer measure_again_;
  std::stop_source stop_;
  std::optional<loop::WorkerPool> worker_;
};

}  // namespace sennit::api
