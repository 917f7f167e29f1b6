// Tells when a server has had nothing to do for long enough that it may go. One timer; when its time is over and there
// is work, it begins anew. So a server that is busy wakes up once in that time, and one whose last work ended without a
// word (a connection whose client went away) leaves all the same.
#pragma once

#include <functional>

#include "base/instant.h"
#include "loop/loop.h"
#include "loop/timer.h"

namespace sennit::main {

class IdleWatch {
 public:
  // `limit` 0: never. `busy` is asked when the time is over; `idle` is called once, when it is not.
  IdleWatch(loop::Loop& loop, Micros limit, std::function<bool()> busy, std::function<void()> idle);

  // Something that keeps the server busy has ended: the time begins anew.
  void look();

 private:
  void time_over();

  Micros limit_;
  std::function<bool()> busy_;
  std::function<void()> idle_;
  loop::Timer timer_;
};

}  // namespace sennit::main
