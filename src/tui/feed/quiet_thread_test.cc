#include "tui/feed/quiet_thread.h"

#include <gtest/gtest.h>

namespace sennit::tui {
namespace {

TEST(QuietThread, LeavesSignalsToOthersButItsOwnFaults) {
  sigset_t blocked;
  quiet_thread([&blocked] { ::pthread_sigmask(SIG_SETMASK, nullptr, &blocked); }).join();
  for (const int number : {SIGTERM, SIGINT, SIGWINCH, SIGHUP, SIGTSTP}) EXPECT_EQ(::sigismember(&blocked, number), 1);
  // A fault that is blocked kills without the handler that gives the terminal back.
  for (const int number : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) EXPECT_EQ(::sigismember(&blocked, number), 0);
}

TEST(QuietThread, LeavesTheSignalsOfItsMakerAlone) {
  sigset_t before;
  sigset_t after;
  ::pthread_sigmask(SIG_SETMASK, nullptr, &before);
  quiet_thread([] {}).join();
  ::pthread_sigmask(SIG_SETMASK, nullptr, &after);
  for (int number = 1; number < SIGRTMIN; ++number)
    EXPECT_EQ(::sigismember(&before, number), ::sigismember(&after, number));
}

}  // namespace
}  // namespace sennit::tui
