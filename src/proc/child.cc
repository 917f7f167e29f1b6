#include "proc/child.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <ctime>

#include "base/check.h"

namespace sennit::proc {
namespace {

constexpr unsigned kPidfdSignalProcessGroup = 1U << 2;  // PIDFD_SIGNAL_PROCESS_GROUP, newer than our headers

Micros duration_of(const timeval& time) {
  return Micros(static_cast<std::int64_t>(time.tv_sec) * 1'000'000 + time.tv_usec);
}

// The system call itself: glibc's waitid does not hand out the usage.
int wait_pidfd(int pidfd, siginfo_t& info, int options, rusage& usage) {
  for (;;) {
    const long rc = ::syscall(SYS_waitid, P_PIDFD, pidfd, &info, options, &usage);
    if (rc == 0 || errno != EINTR) return static_cast<int>(rc);
  }
}

}  // namespace

Child& Child::operator=(Child&& other) noexcept {
  if (this == &other) return *this;
  destroy();
  pid_ = std::exchange(other.pid_, 0);
  reaped_ = other.reaped_;
  pidfd_ = std::move(other.pidfd_);
  return *this;
}

std::optional<ProcessEnd> Child::reap() {
  siginfo_t info{};
  rusage usage{};
  if (reaped_ || wait_pidfd(pidfd_.get(), info, WEXITED | WNOHANG, usage) != 0 || info.si_pid == 0) return std::nullopt;
  reaped_ = true;
  ProcessEnd end;
  end.how = info.si_code == CLD_EXITED ? ProcessEnd::How::kExited : ProcessEnd::How::kSignaled;
  end.code = info.si_status;
  end.max_rss = static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
  end.cpu = duration_of(usage.ru_utime) + duration_of(usage.ru_stime);
  return end;
}

GroupState Child::signal_group(int signal) const {
  if (pid_ == 0) return GroupState::kGone;
  static std::atomic<bool> by_pidfd{true};
  if (by_pidfd.load(std::memory_order_relaxed)) {
    if (::syscall(SYS_pidfd_send_signal, pidfd_.get(), signal, nullptr, kPidfdSignalProcessGroup) == 0) {
      return GroupState::kAlive;
    }
    if (errno != EINVAL) return errno == ESRCH ? GroupState::kGone : GroupState::kAlive;  // EPERM: somebody is there
    by_pidfd.store(false, std::memory_order_relaxed);
  }
  if (::kill(-pid_, signal) == 0 || errno == EPERM) return GroupState::kAlive;
  return GroupState::kGone;
}

void Child::destroy() {
  if (pid_ == 0 || reaped_) return;
  signal_group(SIGKILL);
  siginfo_t info{};
  rusage usage{};
  wait_pidfd(pidfd_.get(), info, WEXITED, usage);
  reaped_ = true;
}

}  // namespace sennit::proc
