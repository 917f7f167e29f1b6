// Runs jobs of a Storage, which lives on the loop's thread, for one other thread that waits for them.
//
// Threads:   await() on the other thread; the rest on the loop's.
// Ownership: outlives the calls of await(). The loop must go on running turns while one waits, unless end() was called.
// Errors:    as the job's; kCancelled after cancel() or end().
#pragma once

#include <future>
#include <memory>
#include <mutex>
#include <optional>

#include "base/result.h"
#include "loop/callback.h"
#include "loop/loop.h"
#include "storage/storage.h"

namespace sennit::storage {

class StorageBridge {
 public:
  StorageBridge(loop::Loop& loop, Storage& storage) : loop_(loop), storage_(storage) {}

  // Cleaning up is done after cancel(), too.
  enum class Purpose : std::uint8_t { kWork, kCleaning };

  // `start(storage, done)` begins a job that calls `done` once.
  template <class T>
  Result<T> await(loop::Callback<Started(Storage&, loop::Callback<void(Result<T>)>)> start,
                  Purpose purpose = Purpose::kWork) {
    const auto waiting = std::make_shared<Waiting<T>>();  // shared: a job that ends late finds it, too
    std::future<Result<T>> answer = waiting->promise.get_future();
    {
      const std::lock_guard<std::mutex> guard(mutex_);
      if (ended_) return Error(ErrorCode::kCancelled, "cancelled");
      give_up_ = [waiting] { waiting->settle(Error(ErrorCode::kCancelled, "cancelled")); };
    }
    loop_.post([this, waiting, purpose, start = std::move(start)]() mutable {
      if (may_not_start(purpose)) {
        waiting->settle(Error(ErrorCode::kCancelled, "cancelled"));
        return;
      }
      Started job = start(storage_, [this, waiting](Result<T> result) {
        const std::unique_ptr<Job> over = std::move(job_);
        waiting->settle(std::move(result));
      });
      if (!job) {
        waiting->settle(std::move(job).error());
      } else {
        job_ = std::move(*job);
      }
    });
    Result<T> result = answer.get();
    const std::lock_guard<std::mutex> guard(mutex_);
    give_up_ = {};
    return result;
  }

  // The job ends what it has half done; none is begun any more.
  void cancel();
  // The job is killed, and whoever waits goes on at once.
  void end();

 private:
  template <class T>
  struct Waiting {
    std::promise<Result<T>> promise;
    std::once_flag once;
    void settle(Result<T> result) {
      std::call_once(once, [&] { promise.set_value(std::move(result)); });
    }
  };
  bool may_not_start(Purpose purpose);

  loop::Loop& loop_;
  Storage& storage_;
  std::unique_ptr<Job> job_;  // the loop's thread
  std::mutex mutex_;          // of what follows
  loop::Callback<void()> give_up_;
  bool cancelled_ = false;
  bool ended_ = false;
};

}  // namespace sennit::storage
