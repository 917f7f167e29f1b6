// A thread that takes no signals: they are the drawing thread's.
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
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread thread(std::move(function));
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return thread;
}

}  // namespace sennit::tui
