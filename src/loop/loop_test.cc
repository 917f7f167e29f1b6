#include "loop/loop.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "loop/timer.h"

namespace sennit::loop {
namespace {

TEST(Loop, PostedWorkRunsInOrder) {
  Loop loop;
  std::string trace;
  loop.post([&] { trace += 'a'; });
  loop.post([&] { trace += 'b'; });
  loop.run_once();
  EXPECT_EQ(trace, "ab");
}

TEST(Loop, WorkPostedByWorkRunsInTheNextTurnWithoutWaiting) {
  Loop loop;
  int runs = 0;
  loop.post([&] { loop.post([&] { ++runs; }); });
  loop.run_once();
  EXPECT_EQ(runs, 0);
  loop.run_once();
  EXPECT_EQ(runs, 1);
}

TEST(Loop, PostFromAnotherThreadWakesASleepingLoop) {
  Loop loop;
  std::thread other([&] { loop.post([&] { loop.stop(); }); });
  loop.run();
  other.join();
}

TEST(Loop, EveryPostOfManyThreadsArrives) {
  constexpr int kThreads = 4;
  constexpr int kPosts = 2000;
  Loop loop;
  int arrived = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      for (int k = 0; k < kPosts; ++k) loop.post([&] { ++arrived; });
    });
  }
  while (arrived < kThreads * kPosts) loop.run_once();
  for (auto& thread : threads) thread.join();
}

TEST(Loop, StopBeforeRunEndsItAfterOneTurn) {
  Loop loop;
  loop.stop();
  loop.run();
}

TEST(Loop, RunsAgainAfterStop) {
  Loop loop;
  int runs = 0;
  for (int i = 0; i < 2; ++i) {
    loop.post([&] {
      ++runs;
      loop.stop();
    });
    loop.run();
  }
  EXPECT_EQ(runs, 2);
}

TEST(Loop, UnrunWorkIsDroppedWithWhatItOwns) {
  auto owned = std::make_shared<int>(1);
  {
    Loop loop;
    auto timer = std::make_unique<Timer>(loop);
    timer->arm_after(std::chrono::hours(1), [] {});
    loop.post([owned, timer = std::move(timer)] {});
  }
  EXPECT_EQ(owned.use_count(), 1);
}

TEST(Loop, PostedWorkMayOwnWhatCannotBeCopied) {
  Loop loop;
  int seen = 0;
  loop.post([value = std::make_unique<int>(7), &seen] { seen = *value; });
  loop.run_once();
  EXPECT_EQ(seen, 7);
}

TEST(TurnEnd, RunsOnceAfterEverythingElseOfTheTurn) {
  Loop loop;
  std::string trace;
  TurnEnd end(loop, [&] { trace += 'e'; });
  loop.post([&] {
    end.request();
    trace += 'a';
  });
  loop.post([&] {
    end.request();
    trace += 'b';
  });
  loop.run_once();
  EXPECT_EQ(trace, "abe");
}

TEST(TurnEnd, RequestedOutsideOfATurnDoesNotLetTheLoopSleep) {
  Loop loop;
  bool ran = false;
  TurnEnd end(loop, [&] { ran = true; });
  end.request();
  loop.run_once();
  EXPECT_TRUE(ran);
}

TEST(TurnEnd, RequestedByItselfRunsInTheNextTurn) {
  Loop loop;
  int runs = 0;
  TurnEnd* self = nullptr;
  TurnEnd end(loop, [&] {
    if (++runs == 1) self->request();
  });
  self = &end;
  end.request();
  loop.run_once();
  EXPECT_EQ(runs, 1);
  loop.run_once();
  EXPECT_EQ(runs, 2);
}

TEST(TurnEnd, DestroyedByAnotherHookItDoesNotRun) {
  Loop loop;
  bool ran = false;
  auto second = std::make_unique<TurnEnd>(loop, [&] { ran = true; });
  TurnEnd first(loop, [&] { second.reset(); });
  first.request();
  second->request();
  loop.run_once();
  EXPECT_FALSE(ran);
}

TEST(TurnEnd, MayDestroyItself) {
  Loop loop;
  auto tail = std::make_shared<std::string>("alive");
  std::string seen;
  std::unique_ptr<TurnEnd> end;
  end = std::make_unique<TurnEnd>(loop, [&, tail] {
    end.reset();
    seen = *tail;  // the captures live until the function returns
  });
  tail.reset();
  end->request();
  loop.run_once();
  EXPECT_EQ(seen, "alive");
}

}  // namespace
}  // namespace sennit::loop
