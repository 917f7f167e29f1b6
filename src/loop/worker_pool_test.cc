#include "loop/worker_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace sennit::loop {
namespace {

// Holds a worker until it is opened.
class Gate {
 public:
  void pass() {
    std::unique_lock lock(mutex_);
    waiting_ = true;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
  }
  void wait_for_somebody() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return waiting_; });
  }
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool waiting_ = false;
  bool open_ = false;
};

TEST(WorkerPool, WorkRunsElsewhereAndItsResultComesBack) {
  Loop loop;
  WorkerPool pool(loop, 2);
  std::thread::id worked_on;
  pool.submit([] { return std::make_unique<std::thread::id>(std::this_thread::get_id()); },
              [&](std::unique_ptr<std::thread::id> id) {
                worked_on = *id;
                loop.stop();
              });
  EXPECT_EQ(pool.pending(), 1U);
  loop.run();
  EXPECT_EQ(pool.pending(), 0U);
  EXPECT_NE(worked_on, std::thread::id());
  EXPECT_NE(worked_on, std::this_thread::get_id());
}

TEST(WorkerPool, OneThreadKeepsTheOrder) {
  Loop loop;
  WorkerPool pool(loop, 1);
  std::vector<int> order;
  for (int i = 0; i < 5; ++i) {
    pool.submit([i] { return i; }, [&](int n) { order.push_back(n); });
  }
  while (pool.pending() > 0) loop.run_once();
  EXPECT_EQ(order, (std::vector<int>{0, 1, 2, 3, 4}));
}

TEST(WorkerPool, DestroyedItWaitsForRunningWorkDropsTheRestAndCallsNobody) {
  Loop loop;
  Gate gate;
  std::atomic<int> started = 0;
  bool done_called = false;
  auto owned = std::make_shared<int>(0);
  std::thread opener;
  {
    WorkerPool pool(loop, 1);
    for (int i = 0; i < 3; ++i) {
      pool.submit(
          [&, owned] {
            ++started;
            gate.pass();
            return 0;
          },
          [&](int) { done_called = true; });
    }
    gate.wait_for_somebody();
    opener = std::thread([&] { gate.open(); });
    // The gate may open before the destructor begins; then the worker may take more work, and still nobody is called.
  }
  opener.join();
  loop.post([] {});
  loop.run_once();
  EXPECT_GE(started, 1);
  EXPECT_FALSE(done_called);
  EXPECT_EQ(owned.use_count(), 1);
}

}  // namespace
}  // namespace sennit::loop
