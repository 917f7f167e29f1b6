// A thread that takes no signals: they are the drawing thread's. But for those of a fault: one that is blocked ends the
// process at once, and nobody gives the terminal back.
#pragma once

#include <pthread.h>

#include <csignal>
#include <thread>
#include <utility>

namespace sennit::tui {

template <class Function>
std::thread quiet_thread(Function function) {
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  for (const int fault : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGSYS, SIGTRAP}) ::sigdelset(&all, fault);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread thread(std::move(function));
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return thread;
}

}  // namespace sennit::tui
