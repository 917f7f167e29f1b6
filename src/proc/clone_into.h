// The one system call that makes a child inside a cgroup: clone3 with CLONE_INTO_CGROUP, which glibc 2.36 does not
// wrap.
//
// A child that is moved after it was made costs the kernel a lock over all processes of the host; one that is born in
// its cgroup costs nothing that can be measured.
#pragma once

#include <cstddef>

namespace sennit::proc {

// Whether this processor is one that clone_into_cgroup is written for.
#if defined(__x86_64__)
inline constexpr bool kCanCloneIntoCgroup = true;
#else
inline constexpr bool kCanCloneIntoCgroup = false;
#endif

// For functions that run in such a child, which is a second process on our memory. Instrumentation would write to the
// sanitizers' books of the thread that is suspended, and their interceptors of libc functions do, so there is neither:
// only system calls.
#define SENNIT_IN_CHILD \
  __attribute__((no_sanitize("address"), no_sanitize("undefined"), no_sanitize("thread"), noinline))

struct CloneRequest {
  int (*main)(void*) = nullptr;  // does not return
  void* argument = nullptr;
  void* stack = nullptr;  // its lowest address
  std::size_t stack_bytes = 0;
  int cgroup = -1;  // a directory of cgroup v2
};

// Makes a child that shares our memory and runs `main` on the stack while the calling thread is suspended, until it has
// called execve or has ended; SIGCHLD tells of its end. Returns its pid and stores its pidfd, or -errno: -EACCES and
// -EBUSY are about the cgroup, -ENOSYS about a sandbox around us that does not know the call.
int clone_into_cgroup(const CloneRequest& request, int& pidfd);

}  // namespace sennit::proc
