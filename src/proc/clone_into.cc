#include "proc/clone_into.h"

#include <linux/sched.h>
#include <sys/syscall.h>

#include <cerrno>
#include <csignal>
#include <cstdint>

namespace sennit::proc {
namespace {

std::uint64_t address_of(const void* pointer) { return reinterpret_cast<std::uintptr_t>(pointer); }

}  // namespace

#if defined(__x86_64__)

// The child returns from the system call onto an empty stack, so it must not return from here: it calls `main` at once.
// Written as one block of assembler, because between the call and that jump nothing may touch the caller's frame.
int clone_into_cgroup(const CloneRequest& request, int& pidfd) {
  clone_args arguments{};
  arguments.flags = CLONE_VM | CLONE_VFORK | CLONE_PIDFD | CLONE_INTO_CGROUP;
  arguments.pidfd = address_of(&pidfd);
  arguments.exit_signal = SIGCHLD;
  arguments.stack = address_of(request.stack);
  arguments.stack_size = request.stack_bytes;
  arguments.cgroup = static_cast<std::uint64_t>(request.cgroup);
  long result = SYS_clone3;
  register int (*child_main)(void*) asm("r12") = request.main;
  register void* child_argument asm("r13") = request.argument;
  asm volatile(
      "syscall\n\t"
      "test %%rax, %%rax\n\t"
      "jnz 1f\n\t"
      "xor %%ebp, %%ebp\n\t"  // the end of the chain of frames
      "mov %%r13, %%rdi\n\t"
      "call *%%r12\n\t"
      "ud2\n"
      "1:"
      : "+a"(result)
      : "D"(&arguments), "S"(sizeof arguments), "r"(child_main), "r"(child_argument)
      : "rcx", "r11", "memory", "cc");
  return static_cast<int>(result);
}

#else

int clone_into_cgroup(const CloneRequest& /*request*/, int& /*pidfd*/) { return -ENOSYS; }

#endif

}  // namespace sennit::proc
