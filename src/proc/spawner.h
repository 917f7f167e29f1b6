// Starts programs as children of the calling thread, fast, and tells exactly why one did not start.
//
// The child shares our memory until it has called execve (CLONE_VM | CLONE_VFORK): no page tables are copied, and the
// caller goes on when the program runs or is known not to. What the child gets:
//   - a process group of its own, which it leads (no session: the kernel would make a scheduling group for each);
//   - SIGKILL when the thread that spawned it ends, in whatever way (so: spawn from the main thread);
//   - an empty signal mask, every signal at its default, the limit of open files that we were started with;
//   - the three descriptors given, and no other one but those in `keep`.
//
// Threads:   the one that made it.
// Errors:    kNotFound (program or directory), kInvalid (not executable, arguments too long), kExhausted (processes,
//            descriptors, memory; retryable), kUnavailable (the cgroup does not take anybody), kConflict (nor does one
//            that it was to enter), kIo. The message names the step and the object.
#pragma once

#include <sys/resource.h>

#include <cstddef>
#include <span>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "proc/child.h"

namespace sennit::proc {

// What to start. Everything is borrowed for the length of the call.
struct SpawnRequest {
  const char* program = nullptr;  // a path; relative: from `directory`
  const char* const* argv = nullptr;
  const char* const* envp = nullptr;
  const char* directory = nullptr;  // null: ours
  int in = -1;                      // -1: /dev/null
  int out = -1;
  int err = -1;
  int cgroup = -1;  // Cgroup::fd(); -1: ours
  // Open files `tasks` of cgroups of version 1 that the child puts itself into.
  std::span<const int> enter = {};
  std::span<const int> keep = {};  // descriptors of ours, above 2, that the child gets by the same numbers
  // SIGTERM is ignored from the start: for a program that only waits for one that takes it.
  bool ignores_termination = false;
};

class Spawner {
 public:
  // Opens /dev/null, notes which signals are ignored and makes a stack for the child. Descriptors 0 to 2 must be open.
  // `files`: the limit of open files for children (our own is usually raised).
  static Result<Spawner> open(const rlimit& files);
  Spawner(Spawner&&) noexcept;
  Spawner& operator=(Spawner&&) = delete;
  ~Spawner();

  // Returns once the program runs. A file that the kernel does not know how to run is given to /bin/sh, as shells do.
  Result<Child> spawn(const SpawnRequest& request);

 private:
  Spawner() = default;
  Result<Child> spawn_once(const SpawnRequest& request, int& exec_error);

  UniqueFd null_;
  std::vector<int> ignored_;  // signals that children get back at their default
  rlimit files_{};
  bool set_files_ = false;
  void* stack_ = nullptr;
};

// Raises the limit of open files of this process to its maximum; returns what it was before.
rlimit raise_file_limit();

}  // namespace sennit::proc
