// Work handed to the loop, from its own thread or others. Inner part of the loop; the only one with a lock.
#pragma once

#include <mutex>
#include <vector>

#include "base/unique_fd.h"
#include "loop/callback.h"

namespace sennit::loop {

class Mailbox {
 public:
  Mailbox();

  // Any thread. Wakes the loop only if it sleeps, so that posting from the loop's own thread costs no system call.
  void post(Callback<void()> work);
  void wake();

  // The loop's thread, before waiting: whether it may sleep. From then on, what comes wakes it.
  bool may_sleep();
  // The loop's thread, after waiting: what has come, in order.
  void take(std::vector<Callback<void()>>& out);

  int fd() const { return fd_.get(); }

 private:
  void ring();

  UniqueFd fd_;  // eventfd
  std::mutex mutex_;
  std::vector<Callback<void()>> queue_;
  bool woken_ = false;  // somebody wants a turn that does not wait
  bool asleep_ = false;
};

}  // namespace sennit::loop
