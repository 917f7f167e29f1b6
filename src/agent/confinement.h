// Keeps the processes of an attempt together: starts them, asks them to end, and ends who is left.
//
// What an attempt's process starts is in its process group, and where the machine lets us in a cgroup of the attempt's
// own, which nobody leaves. Without cgroups, who left the group is found by SENNIT_ATTEMPT in its environment
// (agent/leftovers.h).
//
// An attempt that asks for memory or processors is held to it by cgroups with limits (proc/limits.h), as far as the
// machine lets us.
//
// Threads:   the loop's, which must be the process's main thread: children die with the thread that spawned them.
// Errors:    those of proc::Spawner::spawn.
#pragma once

#include <sys/types.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "agent/leftovers.h"
#include "base/result.h"
#include "loop/loop.h"
#include "model/ids.h"
#include "proc/cgroup.h"
#include "proc/child.h"
#include "proc/limits.h"
#include "proc/process_usage.h"
#include "proc/spawner.h"

namespace sennit::agent {

// The processes of one attempt. Destroying it kills those that are left.
class Confined {
 public:
  Confined() = default;
  Confined(proc::Child child, proc::Cgroup cgroup, proc::LimitedCgroup limited = {})
      : child_(std::move(child)), cgroup_(std::move(cgroup)), limited_(std::move(limited)) {}
  Confined(Confined&&) = default;
  Confined& operator=(Confined&& other) noexcept;
  ~Confined() { cgroup_.kill(); }

  pid_t pid() const { return child_.pid(); }
  int pidfd() const { return child_.pidfd(); }
  std::optional<proc::ProcessEnd> reap() { return child_.reap(); }
  bool group_is_gone() const { return child_.signal_group(0) == proc::GroupState::kGone; }

  void terminate() const;  // SIGTERM
  void kill();             // SIGKILL

  const proc::LimitedCgroup& limited() const { return limited_; }
  // By which it can be seen what they use, also when this object has gone.
  proc::UseTarget use() const { return {child_.pid(), cgroup_.directory(), limited_.memory_directory()}; }

 private:
  friend class Confinement;

  proc::Child child_;
  proc::Cgroup cgroup_;
  proc::LimitedCgroup limited_;
  bool frozen_ = false;     // by its cgroup; else what stands still was stopped by signal
  bool passes_on_ = false;  // the group's leader only waits for the command, and has SIGTERM passed on to it
};

class Confinement {
 public:
  struct Options {
    InstanceId instance;
    pid_t guard = 0;     // the subreaper that the processes of attempts fall to
    std::string cgroup;  // the name of the trees; "": none
    // Nothing of the attempt may run any more.
    std::function<bool(const AttemptId&)> is_over;
  };
  // Says in the log how attempts are held together. Fails as proc::Spawner::open.
  static Result<std::unique_ptr<Confinement>> open(loop::Loop& loop, Options options);

  // What of the limits cannot be kept is not: limit_problems() says why. Fails as proc::Spawner::spawn.
  Result<Confined> start(const proc::SpawnRequest& request, const ResourceLimits& limits);
  // One more process in the place of an attempt's, within its cgroups and limits, and in a group of its own.
  Result<proc::Child> start_beside(proc::SpawnRequest request, const Confined& processes);
  const LimitProblems& limit_problems() const { return limits_.problems(); }

  // Everything of the attempt stands still, by its cgroup's freezer where there is one, else by SIGSTOP to whoever can
  // be found; and goes on. A stopped process takes SIGTERM once it goes on, SIGKILL at once.
  static void pause(const AttemptId& attempt, Confined& processes);
  static void resume(const AttemptId& attempt, Confined& processes);

  // The attempt is over: kills whoever is left of it. kSoon: those who can only be found by their environment are
  // looked for a moment later, for many attempts at once.
  enum class When : std::uint8_t { kSoon, kNow };
  void end_rest(const AttemptId& attempt, Confined& processes, When when);

 private:
  Confinement(loop::Loop& loop, Options options, proc::Spawner spawner, proc::LimitTree limits,
              std::optional<proc::CgroupTree> cgroups);
  Result<Confined> start_unlimited(const proc::SpawnRequest& request);
  Result<Confined> start_limited(proc::SpawnRequest request, const ResourceLimits& limits);
  Result<Confined> start_without(const proc::SpawnRequest& request, const Error& why);
  Result<Confined> start_in_cgroup(const proc::SpawnRequest& request);
  Result<Confined> start_in(proc::SpawnRequest request, proc::Cgroup& cgroup);
  void end_unlimited(const AttemptId& attempt, Confined& processes, When when);

  proc::Spawner spawner_;
  proc::LimitTree limits_;
  std::optional<proc::CgroupTree> cgroups_;
  bool complained_ = false;  // of limits that could not be set
  Leftovers leftovers_;
};

}  // namespace sennit::agent
