#include "loop/task_group.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <stdexcept>
#include <thread>

#include "base/unique_fd.h"
#include "loop/asio_access.h"
#include "loop/timer.h"
#include "loop/watch.h"

namespace sennit::loop {
namespace {

namespace asio = boost::asio;

TEST(AsioAccess, BothKindsOfSourcesRunInOneLoop) {
  Loop loop;
  asio::io_context& context = io_context_of(loop);
  EXPECT_EQ(&context, &io_context_of(loop));

  std::array<int, 2> ends{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()), 0);
  const UniqueFd here(ends[0]);
  UniqueFd there(ends[1]);

  // Each step is taken by the one before: Asio's timer, our timer, a descriptor, a thread's post, Asio's post.
  std::thread poster;
  Watch watch;
  auto added = Watch::add(loop, here.get(), Interest::kRead, [&](Ready) {
    watch.remove();
    poster = std::thread([&] { loop.post([&] { asio::post(context, [&] { loop.stop(); }); }); });
  });
  ASSERT_TRUE(added.ok());
  watch = std::move(added).value();
  Timer ours(loop);
  asio::steady_timer theirs(context, std::chrono::milliseconds(1));
  theirs.async_wait(
      [&](const boost::system::error_code&) { ours.arm_after(std::chrono::milliseconds(1), [&] { there.reset(); }); });
  loop.run();
  poster.join();
}

TEST(AsioAccess, TurnEndsRunAfterAsioHandlers) {
  Loop loop;
  bool flushed = false;
  TurnEnd end(loop, [&] { flushed = true; });
  asio::post(io_context_of(loop), [&] { end.request(); });
  loop.run_once();
  EXPECT_TRUE(flushed);
}

asio::awaitable<void> wait_for_an_hour(bool& cancelled) {
  asio::steady_timer timer(co_await asio::this_coro::executor, std::chrono::hours(1));
  try {
    co_await timer.async_wait(asio::use_awaitable);
  } catch (const boost::system::system_error&) {
    cancelled = true;
    throw;
  }
}

asio::awaitable<void> return_at_once(int& runs) {
  ++runs;
  co_return;
}

asio::awaitable<void> throw_something() {
  throw std::runtime_error("the reason");
  co_return;
}

TEST(TaskGroup, StopCancelsAndJoins) {
  Loop loop;
  TaskGroup group(loop);
  std::array<bool, 2> cancelled{};
  for (bool& flag : cancelled) group.spawn(wait_for_an_hour(flag));
  loop.run_once();
  EXPECT_EQ(group.size(), 2U);
  group.stop([&] { loop.stop(); });
  loop.run();
  EXPECT_EQ(group.size(), 0U);
  EXPECT_TRUE(cancelled[0] && cancelled[1]);
}

TEST(TaskGroup, AnEmptyGroupJoinsInTheComingTurn) {
  Loop loop;
  TaskGroup group(loop);
  bool joined = false;
  group.stop([&] { joined = true; });
  EXPECT_FALSE(joined);
  loop.run_once();
  EXPECT_TRUE(joined);
}

TEST(TaskGroup, FinishedTasksLeaveAndLateOnesAreNotStarted) {
  Loop loop;
  TaskGroup group(loop);
  int runs = 0;
  group.spawn(return_at_once(runs));
  while (group.size() > 0) loop.run_once();
  group.stop([] {});
  group.spawn(return_at_once(runs));
  loop.run_once();
  EXPECT_EQ(runs, 1);
}

TEST(TaskGroupDeathTest, AnExceptionEndsTheProcessWithItsText) {
  EXPECT_DEATH(
      {
        Loop loop;
        TaskGroup group(loop);
        group.spawn(throw_something());
        loop.run_once();
      },
      "an exception left a task: the reason");
}

}  // namespace
}  // namespace sennit::loop
