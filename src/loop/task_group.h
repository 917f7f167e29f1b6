// Coroutines that belong to somebody: spawned here, cancelled and joined by stop(). For .cc files only (Asio).
//
// Nothing else in the program spawns a coroutine: a detached one loses its exception and outlives what it refers to.
// Coroutine parameters are values, or references to what the group's owner owns.
//
// Threads:   the loop's.
// Ownership: the owner destroys the group only after `joined` was called (checked).
// Errors:    an exception that leaves a task ends the process with its text, unless it is the cancellation itself.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <cstddef>
#include <list>

#include "loop/callback.h"
#include "loop/loop.h"

namespace sennit::loop {

class TaskGroup {
 public:
  explicit TaskGroup(Loop& loop);
  ~TaskGroup();
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;

  // Starts `task` on the loop. After stop() it is dropped unstarted.
  void spawn(boost::asio::awaitable<void> task);

  // Cancels what every task waits for; `joined` is called at the end of the turn in which the last one has ended.
  void stop(Callback<void()> joined);

  std::size_t size() const { return tasks_.size(); }

 private:
  using Tasks = std::list<boost::asio::cancellation_signal>;
  void finished(Tasks::iterator task);

  Loop& loop_;
  Tasks tasks_;
  bool stopping_ = false;
  Callback<void()> joined_;
  TurnEnd join_;
};

}  // namespace sennit::loop
