#include "proc/spawner.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <string>
#include <utility>

#include "proc/clone_into.h"

// glibc's clone under its other name. ThreadSanitizer takes a call of `clone` for a fork of a process with threads, and
// refuses new threads from then on.
extern "C" int __clone(int (*function)(void*), void* stack, int flags, void* argument, ...) noexcept;

namespace sennit::proc {
namespace {

// The child needs a few hundred bytes; sanitized builds and signal frames need no more than this either.
constexpr std::size_t kStackBytes = 64 * 1024;

// What the child was doing when it failed.
enum class Step { kNone, kCgroup, kGroup, kDeathSignal, kOrphaned, kStdio, kDirectory, kFileLimit, kExec };

// Shared by parent and child, which run one after the other: the parent is suspended until the child execs or exits.
struct Handover {
  const SpawnRequest* request;
  const int* ignored;
  const int* ignored_end;
  const int* enter;  // SpawnRequest::enter
  const int* enter_end;
  const int* keep;  // SpawnRequest::keep
  const int* keep_end;
  const rlimit* files;  // null: leave it
  int null;
  pid_t parent;
  Step failed = Step::kNone;
  int error = 0;
};

// The kernel's own layout; zeros stand for SIG_DFL, no flags and an empty mask.
struct KernelSigaction {
  void* action;
  unsigned long flags;
  void* restorer;
  unsigned long mask;
};
constexpr std::size_t kSigsetBytes = sizeof(unsigned long);

[[noreturn]] SENNIT_IN_CHILD void give_up(Handover& handover, Step step, int error) {
  handover.failed = step;
  handover.error = error;
  for (;;) ::syscall(SYS_exit_group, 127);
}

// Puts `fd` at `target` without close-on-exec. All of ours are above 2, so none is overwritten before its turn.
SENNIT_IN_CHILD void put_fd(Handover& handover, int fd, int target) {
  if (::syscall(SYS_dup3, fd, target, 0) < 0) give_up(handover, Step::kStdio, errno);
}

// First, so that nothing of it is done outside. `0` is whoever writes it.
SENNIT_IN_CHILD void enter_cgroups(Handover& handover) {
  for (const int* tasks = handover.enter; tasks != handover.enter_end; ++tasks) {
    if (::syscall(SYS_write, *tasks, "0", 1) != 1) give_up(handover, Step::kCgroup, errno);
  }
}

SENNIT_IN_CHILD int child_main(void* argument) {
  Handover& handover = *static_cast<Handover*>(argument);
  const SpawnRequest& request = *handover.request;
  enter_cgroups(handover);
  if (::syscall(SYS_setpgid, 0, 0) != 0) give_up(handover, Step::kGroup, errno);
  if (::syscall(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) give_up(handover, Step::kDeathSignal, errno);
  // The parent may have died before the line above; then nobody will ever signal us.
  if (::syscall(SYS_getppid) != handover.parent) give_up(handover, Step::kOrphaned, ESRCH);
  put_fd(handover, request.in < 0 ? handover.null : request.in, 0);
  put_fd(handover, request.out < 0 ? handover.null : request.out, 1);
  put_fd(handover, request.err < 0 ? handover.null : request.err, 2);
  if (request.directory != nullptr && ::syscall(SYS_chdir, request.directory) != 0) {
    give_up(handover, Step::kDirectory, errno);
  }
  if (handover.files != nullptr && ::syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, handover.files, nullptr) != 0) {
    give_up(handover, Step::kFileLimit, errno);
  }
  // Handlers go back to the default by execve itself; ignoring is what it would keep.
  KernelSigaction standard{};
  for (const int* signal = handover.ignored; signal != handover.ignored_end; ++signal) {
    ::syscall(SYS_rt_sigaction, *signal, &standard, nullptr, kSigsetBytes);
  }
  if (request.ignores_termination) {
    KernelSigaction ignored{};
    ignored.action = reinterpret_cast<void*>(SIG_IGN);
    ::syscall(SYS_rt_sigaction, SIGTERM, &ignored, nullptr, kSigsetBytes);
  }
  for (const int* fd = handover.keep; fd != handover.keep_end; ++fd) {
    if (::syscall(SYS_fcntl, *fd, F_SETFD, 0) != 0) give_up(handover, Step::kStdio, errno);
  }
  unsigned long empty = 0;
  ::syscall(SYS_rt_sigprocmask, SIG_SETMASK, &empty, nullptr, kSigsetBytes);
  ::syscall(SYS_execve, request.program, request.argv, request.envp);
  give_up(handover, Step::kExec, errno);
}

// The pid, or -errno.
int make_child(void* stack, Handover& handover, int& pidfd) {
  if (handover.request->cgroup >= 0) {
    return clone_into_cgroup({.main = child_main,
                              .argument = &handover,
                              .stack = stack,
                              .stack_bytes = kStackBytes,
                              .cgroup = handover.request->cgroup},
                             pidfd);
  }
  constexpr int kFlags = CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD;
  const int pid = ::__clone(child_main, static_cast<char*>(stack) + kStackBytes, kFlags, &handover, &pidfd);
  return pid < 0 ? -errno : pid;
}

bool exists(const SpawnRequest& request) {
  struct stat info {};
  if (*request.program == '/' || request.directory == nullptr) return ::stat(request.program, &info) == 0;
  return ::stat((std::string(request.directory) + "/" + request.program).c_str(), &info) == 0;
}

Error exec_error(const SpawnRequest& request, int error) {
  const std::string program = request.program;
  switch (error) {
    case ENOENT:
      if (exists(request))
        return {ErrorCode::kNotFound, "the interpreter of " + program + " (its #! line) does not exist"};
      return {ErrorCode::kNotFound, "no such program: " + program};
    case ENOTDIR: return {ErrorCode::kNotFound, "no such program: " + program};
    case EACCES: return {ErrorCode::kInvalid, program + " is not executable"};
    case E2BIG: return {ErrorCode::kInvalid, "start " + program + ": arguments and environment are too long"};
    case ENOEXEC: return {ErrorCode::kInvalid, program + " is not a program for this machine"};
    default: return Error::from_errno("start " + program, error);
  }
}

Error describe(const SpawnRequest& request, Step step, int error) {
  switch (step) {
    case Step::kNone: break;
    case Step::kCgroup:
      return {ErrorCode::kConflict, Error::from_errno("enter the cgroup that limits it", error).message()};
    case Step::kGroup: return Error::from_errno("make a process group", error);
    case Step::kDeathSignal: return Error::from_errno("set the parent-death signal", error);
    case Step::kOrphaned: return {ErrorCode::kInternal, "the parent ended while it spawned"};
    case Step::kStdio: return Error::from_errno("connect standard input and output", error);
    case Step::kDirectory:
      if (error == ENOENT) return {ErrorCode::kNotFound, std::string("no such directory: ") + request.directory};
      if (error == ENOTDIR) return {ErrorCode::kInvalid, std::string(request.directory) + " is not a directory"};
      return Error::from_errno(std::string("enter directory ") + request.directory, error);
    case Step::kFileLimit: return Error::from_errno("set the limit of open files", error);
    case Step::kExec: return exec_error(request, error);
  }
  return {ErrorCode::kInternal, "spawn failed without a reason"};
}

Error cannot_clone(const SpawnRequest& request, int error) {
  // Those are about processes and memory, in a cgroup or out of it.
  if (request.cgroup < 0 || error == EAGAIN || error == ENOMEM || error == EMFILE || error == ENFILE) {
    return Error::from_errno("make a process", error);
  }
  return {ErrorCode::kUnavailable, Error::from_errno("make a process in its cgroup", error).message()};
}

std::vector<int> ignored_signals() {
  std::vector<int> numbers;
  for (int number = 1; number < NSIG; ++number) {
    struct sigaction action {};
    if (::sigaction(number, nullptr, &action) == 0 && action.sa_handler == SIG_IGN) numbers.push_back(number);
  }
  return numbers;
}

}  // namespace

rlimit raise_file_limit() {
  rlimit before{};
  if (::getrlimit(RLIMIT_NOFILE, &before) != 0) return before;
  rlimit raised = before;
  raised.rlim_cur = raised.rlim_max;
  if (raised.rlim_cur != before.rlim_cur) ::setrlimit(RLIMIT_NOFILE, &raised);
  return before;
}

Result<Spawner> Spawner::open(const rlimit& files) {
  Spawner spawner;
  spawner.null_.reset(::open("/dev/null", O_RDWR | O_CLOEXEC));
  if (!spawner.null_) return Error::from_errno("open /dev/null", errno);
  spawner.ignored_ = ignored_signals();
  rlimit ours{};
  spawner.files_ = files;
  spawner.set_files_ = ::getrlimit(RLIMIT_NOFILE, &ours) == 0 && ours.rlim_cur != files.rlim_cur;
  void* stack = ::mmap(nullptr, kStackBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
  if (stack == MAP_FAILED) return Error::from_errno("map a stack", errno);
  spawner.stack_ = stack;
  return spawner;
}

Spawner::Spawner(Spawner&& other) noexcept
    : null_(std::move(other.null_)),
      ignored_(std::move(other.ignored_)),
      files_(other.files_),
      set_files_(other.set_files_),
      stack_(std::exchange(other.stack_, nullptr)) {}

Spawner::~Spawner() {
  if (stack_ != nullptr) ::munmap(stack_, kStackBytes);
}

Result<Child> Spawner::spawn_once(const SpawnRequest& request, int& exec_error_number) {
  Handover handover{.request = &request,
                    .ignored = ignored_.data(),
                    .ignored_end = ignored_.data() + ignored_.size(),
                    .enter = request.enter.data(),
                    .enter_end = request.enter.data() + request.enter.size(),
                    .keep = request.keep.data(),
                    .keep_end = request.keep.data() + request.keep.size(),
                    .files = set_files_ ? &files_ : nullptr,
                    .null = null_.get(),
                    .parent = ::getpid()};
  // No handler of ours may run in the child, on our memory.
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  int pidfd = -1;
  const int pid = make_child(stack_, handover, pidfd);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (pid < 0) return cannot_clone(request, -pid);
  Child child(pid, UniqueFd(pidfd));
  if (handover.failed == Step::kNone) return child;
  if (handover.failed == Step::kExec) exec_error_number = handover.error;
  return describe(request, handover.failed, handover.error);  // the child is reaped as it goes out of scope
}

Result<Child> Spawner::spawn(const SpawnRequest& request) {
  int exec_error_number = 0;
  Result<Child> child = spawn_once(request, exec_error_number);
  if (child || exec_error_number != ENOEXEC) return child;
  std::vector<const char*> argv{"/bin/sh", request.program};
  if (request.argv[0] != nullptr) {
    for (const char* const* argument = request.argv + 1; *argument != nullptr; ++argument) argv.push_back(*argument);
  }
  argv.push_back(nullptr);
  SpawnRequest by_shell = request;
  by_shell.program = "/bin/sh";
  by_shell.argv = argv.data();
  return spawn_once(by_shell, exec_error_number);
}

}  // namespace sennit::proc
