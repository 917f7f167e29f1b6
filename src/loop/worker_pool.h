// A few threads for work that blocks (parsing a submission, fsync); results come back on the loop.
//
// Threads:   submit() and the destructor on the loop's thread; `work` on a worker, `done` on the loop's thread.
// Ownership: what `work` and `done` capture. The destructor waits for work that is running, drops work that has not
//            begun, and after it no `done` is called.
// Errors:    as values of the work's own result; an exception that leaves `work` ends the process.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "loop/callback.h"
#include "loop/loop.h"

namespace sennit::loop {

class WorkerPool {
 public:
  WorkerPool(Loop& loop, std::size_t threads);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // Queues `work() -> T` (not void); `done(T)` is called with what it returned. With one thread, the work runs in the
  // order of submission. The queue has no bound of its own: a caller that is fed from outside looks at pending().
  template <class Work, class Done>
  void submit(Work work, Done done) {
    using T = std::invoke_result_t<Work&>;
    enqueue([work = std::move(work), done = std::move(done)]() mutable -> Callback<void()> {
      return [value = work(), done = std::move(done)]() mutable { done(std::move(value)); };
    });
    static_assert(!std::is_void_v<T>, "return what happened, for example a Result<void>");
  }

  // Work submitted whose `done` has not been called yet.
  std::size_t pending() const;

 private:
  struct State;
  using Job = Callback<Callback<void()>()>;  // runs on a worker, returns what is to run on the loop
  void enqueue(Job job);
  std::shared_ptr<State> state_;  // shared with completions on their way through the loop's queue, which outlive us
};

}  // namespace sennit::loop
