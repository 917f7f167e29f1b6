// Processes of an attempt that left its process group, found by the SENNIT_ATTEMPT that they inherited: what there is
// to hold on to where an attempt has no cgroup of its own.
//
// Whoever outlives an attempt has fallen to the guard, or descends from one that has: a look at the guard's children
// finds the topmost, and those below it once it is dead. An attempt that left nothing behind costs its share of a look
// that is made for many, a moment later.
//
// Threads: the loop's. Errors: none; what cannot be read is another user's.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>

#include "loop/loop.h"
#include "loop/timer.h"
#include "model/ids.h"

namespace sennit::agent {

class Leftovers {
 public:
  // `guard`: the subreaper that the processes of attempts fall to. `is_over`: nothing of the attempt may run any more.
  Leftovers(loop::Loop& loop, InstanceId instance, pid_t guard, std::function<bool(const AttemptId&)> is_over)
      : instance_(instance), guard_(guard), is_over_(std::move(is_over)), timer_(loop) {}

  // Returns once all of the attempt's are killed. Reads the environment of every process of the user.
  void kill_now(const AttemptId& attempt);

  // Sends a signal to all of the attempt's, likewise.
  static void signal(const AttemptId& attempt, int number);

  // An attempt is over: what it left is killed soon.
  void look_soon();

 private:
  void look();

  InstanceId instance_;
  pid_t guard_;
  std::function<bool(const AttemptId&)> is_over_;
  loop::Timer timer_;
};

// The name of the cgroups below which the attempts of this instance run.
std::string cgroup_name(InstanceId instance);

// Removes them, and ends whoever is in them.
void end_cgroups(InstanceId instance);

// What earlier agents of this instance left behind when their guard was killed with them; returns how many there were.
std::size_t kill_leftovers(InstanceId instance);

}  // namespace sennit::agent
