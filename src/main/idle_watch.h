// Tells when a server has had nothing to do for long enough that it may go. One timer, armed while it is idle; nothing
// wakes up otherwise.
#pragma once

#include <functional>

#include "base/instant.h"
#include "loop/loop.h"
#include "loop/timer.h"

namespace sennit::main {

class IdleWatch {
 public:
  // `limit` 0: never. `busy` is asked whenever look() is called and when the time is over; `idle` is called once.
  IdleWatch(loop::Loop& loop, Micros limit, std::function<bool()> busy, std::function<void()> idle);

  // Something that keeps the server busy may have begun or ended.
  void look();

 private:
  void time_over();

  Micros limit_;
  std::function<bool()> busy_;
  std::function<void()> idle_;
  loop::Timer timer_;
};

}  // namespace sennit::main
