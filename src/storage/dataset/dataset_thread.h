// Work on the datasets of one bucket, for somebody who may not block: on a thread of its own, which waits for the loop
// where a storage is needed.
//
// Threads:   the loop's; the work runs on the other.
// Ownership: the storage and the cache outlive it. Destroying it ends the work as soon as may be, and waits for that.
// Errors:    the work's own; kCancelled after cancel() and end().
#pragma once

#include <memory>
#include <utility>

#include "loop/loop.h"
#include "loop/worker_pool.h"
#include "storage/dataset/remote_bucket.h"
#include "storage/dataset/work.h"

namespace sennit::storage {

class DatasetThread {
 public:
  // A place on this host is a directory, and any other a storage.
  DatasetThread(loop::Loop& loop, Storage& storage, Target place, Effort effort, HashCache& hashes);
  ~DatasetThread();
  DatasetThread(const DatasetThread&) = delete;
  DatasetThread& operator=(const DatasetThread&) = delete;

  // One at a time: `work(const DatasetWork&) -> Result<T>`, then `done(Result<T>)` here.
  template <class Work, class Done>
  void submit(Work work, Done done) {
    pool_->submit([this, work = std::move(work)]() mutable { return work(std::as_const(work_)); }, std::move(done));
  }

  // Lets the work end what it has half done, and clean up.
  void cancel();
  // Kills what runs for it.
  void end();
  bool is_cancelled() const { return meter_.is_cancelled; }

  Stage stage() const { return meter_.stage; }
  // Of the stage that goes on. Call it now and then: the rate counts from the first call of a stage.
  Progress progress();

 private:
  loop::Loop& loop_;
  StorageBridge bridge_;
  std::unique_ptr<Bucket> bucket_;
  Meter meter_;
  DatasetWork work_;
  Stage shown_ = Stage::kLooking;
  Micros shown_since_{};
  std::unique_ptr<loop::WorkerPool> pool_;  // goes first
};

}  // namespace sennit::storage
