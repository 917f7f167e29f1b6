// Removes what is older than the configuration keeps: at the start of a server and once a day, a few workflows at a
// time, first the files and then the rows, so that a crash in between only repeats work.
//
// Threads:   the loop's; files are removed on a thread of its own, which is started when there is something to remove.
// Ownership: references must outlive it. What is being removed when it is destroyed is waited for.
// Errors:    a directory that cannot be removed is told to `trouble` and tried again the next day; its row stays.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "loop/loop.h"
#include "loop/timer.h"
#include "loop/worker_pool.h"
#include "store/store.h"

namespace sennit::main {

struct ExpiryOptions {
  store::Retention rule;
  std::string runs_dir;
  // Somebody brings a workflow in that may read outputs of others, and it is not stored yet: not now.
  std::function<bool()> is_busy;
  std::function<void(const Error&)> trouble;
};

class Expiry {
 public:
  Expiry(loop::Loop& loop, store::Store& store, const Clock& clock, ExpiryOptions options);

  // Looks in the coming turn, and then every day. Its timer keeps nobody from going.
  void open();

  // Whether files of this workflow are being removed at this moment.
  bool is_expiring(const std::string& id) const { return expiring_.contains(id); }

 private:
  struct Removed {
    store::WorkflowRow row;
    Result<void> files;
  };

  void look();
  void sweep();
  void take(const std::vector<Removed>& removed);
  void complain(const Error& error);

  loop::Loop& loop_;
  store::Store& store_;
  const Clock& clock_;
  ExpiryOptions options_;
  std::set<WorkflowKey> kept_;      // found by this look and not removed
  std::set<std::string> expiring_;  // handed to the worker
  loop::Timer next_;
  std::optional<loop::WorkerPool> worker_;
};

// A directory and everything below it, also what its owner may not write to. Links are removed, not followed. What is
// not there is removed already.
Result<void> remove_tree(const std::string& path);

}  // namespace sennit::main
