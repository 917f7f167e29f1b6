#include "loop/worker_pool.h"

#include <condition_variable>
#include <csignal>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

namespace sennit::loop {

struct WorkerPool::State {
  explicit State(Loop& the_loop) : loop(the_loop) {}

  Loop& loop;

  std::mutex mutex;
  std::condition_variable ready;
  std::deque<Job> queue;  // guarded by mutex
  bool stopping = false;  // guarded by mutex
  std::vector<std::thread> threads;

  std::size_t pending = 0;  // the loop's thread only, and so is:
  bool pool_lives = true;

  bool take(Job& job) {
    std::unique_lock lock(mutex);
    ready.wait(lock, [this] { return stopping || !queue.empty(); });
    if (stopping) return false;
    job = std::move(queue.front());
    queue.pop_front();
    return true;
  }

  void finish(Callback<void()>& completion) {
    if (!pool_lives) return;
    --pending;
    completion();
  }

  static void work(const std::shared_ptr<State>& state) {
    Job job;
    while (state->take(job)) {
      state->loop.post([state, completion = job()]() mutable { state->finish(completion); });
      job.reset();
    }
  }
};

WorkerPool::WorkerPool(Loop& loop, std::size_t threads) : state_(std::make_shared<State>(loop)) {
  // Signals are for the loop's thread: the workers are made with all of them blocked.
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  for (std::size_t i = 0; i < threads; ++i) state_->threads.emplace_back(State::work, state_);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

WorkerPool::~WorkerPool() {
  state_->pool_lives = false;
  {
    const std::lock_guard lock(state_->mutex);
    state_->stopping = true;
  }
  state_->ready.notify_all();
  for (std::thread& thread : state_->threads) thread.join();
  state_->queue.clear();
}

void WorkerPool::enqueue(Job job) {
  ++state_->pending;
  {
    const std::lock_guard lock(state_->mutex);
    state_->queue.push_back(std::move(job));
  }
  state_->ready.notify_one();
}

std::size_t WorkerPool::pending() const { return state_->pending; }

}  // namespace sennit::loop
