#include "loop/watch.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <memory>
#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "loop/signals.h"

namespace sennit::loop {
namespace {

struct Pipe {
  Pipe() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK), 0);
    read_end.reset(ends[0]);
    write_end.reset(ends[1]);
  }
  void put() const { EXPECT_EQ(::write(write_end.get(), "x", 1), 1); }
  void take() const {
    char byte = 0;
    EXPECT_EQ(::read(read_end.get(), &byte, 1), 1);
  }
  UniqueFd read_end;
  UniqueFd write_end;
};

Watch watch(Loop& loop, const UniqueFd& fd, Interest interest, Callback<void(Ready)> function) {
  auto added = Watch::add(loop, fd.get(), interest, std::move(function));
  EXPECT_TRUE(added.ok());
  return std::move(added).value();
}

TEST(Watch, TellsAsLongAsThereIsSomethingToRead) {
  Loop loop;
  const Pipe pipe;
  int calls = 0;
  const Watch watched = watch(loop, pipe.read_end, Interest::kRead, [&](Ready ready) {
    EXPECT_TRUE(ready.readable);
    EXPECT_FALSE(ready.writable);
    if (++calls == 2) pipe.take();
  });
  pipe.put();
  loop.run_once();
  loop.run_once();
  loop.post([] {});
  loop.run_once();
  EXPECT_EQ(calls, 2);
}

TEST(Watch, ChangesItsInterest) {
  Loop loop;
  const Pipe pipe;
  int calls = 0;
  Watch watched = watch(loop, pipe.write_end, Interest::kNone, [&](Ready ready) {
    EXPECT_TRUE(ready.writable);
    ++calls;
    watched.set(Interest::kNone);
  });
  watched.set(Interest::kWrite);
  loop.run_once();
  loop.post([] {});
  loop.run_once();
  EXPECT_EQ(calls, 1);
}

TEST(Watch, WithoutInterestAHangUpDoesNotWakeTheLoop) {
  Loop loop;
  Pipe pipe;
  const Watch watched = watch(loop, pipe.read_end, Interest::kNone, [](Ready) { FAIL() << "called"; });
  pipe.write_end.reset();
  loop.post([] {});
  loop.run_once();
}

TEST(Watch, OfAHangUpAlone) {
  Loop loop;
  Pipe pipe;
  int told = 0;
  Watch watched = watch(loop, pipe.read_end, Interest::kHangUp, [&](Ready ready) {
    EXPECT_TRUE(ready.hung_up);
    ++told;
    watched.set(Interest::kNone);
  });
  pipe.put();
  loop.post([] {});
  loop.run_once();
  EXPECT_EQ(told, 0) << "something to read is no hang-up";
  pipe.write_end.reset();
  loop.run_once();
  EXPECT_EQ(told, 1);
}

TEST(Watch, TellsAHangUpAsReadable) {
  Loop loop;
  Pipe pipe;
  bool told = false;
  const Watch watched = watch(loop, pipe.read_end, Interest::kRead, [&](Ready ready) { told = ready.readable; });
  pipe.write_end.reset();
  loop.run_once();
  EXPECT_TRUE(told);
}

TEST(Watch, RemovedInTheSameTurnItIsNotCalledThoughItsEventWasDelivered) {
  Loop loop;
  const std::array<Pipe, 2> pipes;
  std::array<Watch, 2> watches;
  int calls = 0;
  for (std::size_t i = 0; i < 2; ++i) {
    watches[i] = watch(loop, pipes[i].read_end, Interest::kRead, [&](Ready) {
      ++calls;
      watches = {};
    });
    pipes[i].put();
  }
  loop.run_once();
  EXPECT_EQ(calls, 1);
}

TEST(Watch, ASlotUsedAnewInTheSameTurnDoesNotGetTheOldEvent) {
  Loop loop;
  const std::array<Pipe, 2> pipes;
  const Pipe quiet;
  std::array<Watch, 2> watches;
  Watch fresh;
  int calls = 0;
  for (std::size_t i = 0; i < 2; ++i) {
    watches[i] = watch(loop, pipes[i].read_end, Interest::kRead, [&, i](Ready) {
      ++calls;
      watches[1 - i] = Watch();
      fresh = watch(loop, quiet.read_end, Interest::kRead, [](Ready) { FAIL() << "called"; });
    });
    pipes[i].put();
  }
  loop.run_once();
  EXPECT_EQ(calls, 1);
}

TEST(Watch, MayRemoveItselfAndItsCapturesLiveOn) {
  Loop loop;
  const Pipe pipe;
  Watch watched;
  std::string seen;
  watched = watch(loop, pipe.read_end, Interest::kRead, [&, tail = std::string("alive")](Ready) {
    watched.remove();
    seen = tail;
  });
  pipe.put();
  loop.run_once();
  EXPECT_EQ(seen, "alive");
  EXPECT_FALSE(watched);
}

TEST(Watch, TableGrowsWhileAFunctionRuns) {
  Loop loop;
  const Pipe pipe;
  std::vector<Watch> more;
  const std::vector<Pipe> pipes(100);
  int calls = 0;
  const Watch watched = watch(loop, pipe.read_end, Interest::kRead, [&](Ready) {
    pipe.take();
    ++calls;
    while (more.size() < pipes.size()) {
      more.push_back(watch(loop, pipes[more.size()].read_end, Interest::kRead, [](Ready) {}));
    }
  });
  for (int i = 0; i < 2; ++i) {
    pipe.put();
    loop.run_once();
  }
  EXPECT_EQ(calls, 2);
}

TEST(Watch, ARegularFileIsRefused) {
  Loop loop;
  const UniqueFd file(::open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
  ASSERT_TRUE(file);
  const auto added = Watch::add(loop, file.get(), Interest::kRead, [](Ready) {});
  ASSERT_FALSE(added.ok());
  EXPECT_EQ(added.error().code(), ErrorCode::kInvalid);
}

TEST(Watch, APidfdTellsTheExit) {
  Loop loop;
  const pid_t child = ::fork();
  if (child == 0) ::_exit(3);
  const UniqueFd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
  ASSERT_TRUE(pidfd);
  bool exited = false;
  Watch watched;
  watched = watch(loop, pidfd, Interest::kRead, [&](Ready) {
    exited = true;
    watched.remove();
  });
  loop.run_once();
  EXPECT_TRUE(exited);
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 3);
}

TEST(Signals, ArriveOnTheLoopAndTheMaskIsRestored) {
  Loop loop;
  std::vector<int> got;
  sigset_t mask;
  {
    auto opened = Signals::open(loop, {SIGUSR1, SIGWINCH}, [&](int number) { got.push_back(number); });
    ASSERT_TRUE(opened.ok());
    ::kill(::getpid(), SIGUSR1);
    loop.run_once();
    ::kill(::getpid(), SIGWINCH);
    loop.run_once();
    ::pthread_sigmask(SIG_SETMASK, nullptr, &mask);
    EXPECT_EQ(::sigismember(&mask, SIGUSR1), 1);
  }
  EXPECT_EQ(got, (std::vector<int>{SIGUSR1, SIGWINCH}));
  ::pthread_sigmask(SIG_SETMASK, nullptr, &mask);
  EXPECT_EQ(::sigismember(&mask, SIGUSR1), 0);
}

TEST(Signals, MayBeClosedByTheirOwnFunction) {
  Loop loop;
  std::unique_ptr<Signals> signals;
  int calls = 0;
  auto opened = Signals::open(loop, {SIGUSR1}, [&](int) {
    ++calls;
    signals.reset();
  });
  ASSERT_TRUE(opened.ok());
  signals = std::make_unique<Signals>(std::move(opened).value());
  ::kill(::getpid(), SIGUSR1);
  loop.run_once();
  EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace sennit::loop
