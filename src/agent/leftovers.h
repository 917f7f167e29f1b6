// Processes of an attempt that left its process group, found by the SENNIT_ATTEMPT that they inherited.
//
// Looking for them reads the environment of every process of the user, so the attempts of many stops are looked for
// together, a moment later.
//
// Threads: the loop's. Errors: none; what cannot be read is another user's.
#pragma once

#include <set>
#include <string>

#include "loop/loop.h"
#include "loop/timer.h"
#include "model/ids.h"

namespace sennit::agent {

class Leftovers {
 public:
  Leftovers(loop::Loop& loop, InstanceId instance) : instance_(instance), timer_(loop) {}

  void kill_now(const AttemptId& attempt);
  void kill_soon(const AttemptId& attempt);

 private:
  void kill_due();

  InstanceId instance_;
  loop::Timer timer_;
  std::set<std::string> due_;
};

// What earlier agents of this instance left behind when their guard was killed with them; returns how many there were.
std::size_t kill_leftovers(InstanceId instance);

}  // namespace sennit::agent
