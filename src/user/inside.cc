#include "user/inside.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "base/unique_fd.h"
#include "model/inside_report.h"
#include "user/channel.h"

namespace sennit::user {
namespace {

constexpr long kLingerMs = 250;
constexpr int kPassedOn[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2};

int report_fd = -1;

void tell(const InsideReport& report) {
  while (::write(report_fd, &report, sizeof report) < 0 && errno == EINTR) {
  }
}

std::int64_t micros(const timeval& time) { return std::int64_t{time.tv_sec} * 1'000'000 + time.tv_usec; }

std::int64_t clock_us(clockid_t clock) {
  timespec now{};
  ::clock_gettime(clock, &now);
  return std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1000;
}

struct Failure {
  InsideReport::Step step;
  int error;
};

[[noreturn]] void give_up(int pipe, InsideReport::Step step) {
  const Failure failure{step, errno};
  static_cast<void>(!::write(pipe, &failure, sizeof failure));
  ::_exit(127);
}

[[noreturn]] void run_command(int pipe, const char* directory, char** command) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  struct sigaction standard {};
  standard.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number) ::sigaction(number, &standard, nullptr);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  if (::chdir(directory) != 0) give_up(pipe, InsideReport::Step::kDirectory);
  ::execvp(command[0], command);
  give_up(pipe, InsideReport::Step::kExec);
}

// The command's pid; 0: it did not start, which has been told.
pid_t start(const char* directory, char** command) {
  int ends[2];
  InsideReport failed{.what = InsideReport::What::kFailed};
  if (::pipe2(ends, O_CLOEXEC) != 0) {
    failed.error = errno;
    tell(failed);
    return 0;
  }
  const pid_t child = ::fork();
  if (child == 0) run_command(ends[1], directory, command);
  failed.error = errno;
  ::close(ends[1]);
  if (child < 0) {
    tell(failed);
    return 0;
  }
  Failure failure{};
  const bool begun = ::read(ends[0], &failure, sizeof failure) != sizeof failure;
  ::close(ends[0]);
  if (begun) {
    tell({.what = InsideReport::What::kBegun});
    return child;
  }
  ::waitpid(child, nullptr, 0);
  failed.step = failure.step;
  failed.error = failure.error;
  tell(failed);
  return 0;
}

void tell_end(int status) {
  rusage used{};
  ::getrusage(RUSAGE_CHILDREN, &used);
  const bool signaled = WIFSIGNALED(status);
  tell({.what = InsideReport::What::kEnded,
        .signaled = signaled ? 1 : 0,
        .code = signaled ? WTERMSIG(status) : WEXITSTATUS(status),
        .max_rss = std::int64_t{used.ru_maxrss} * 1024,
        .cpu_us = micros(used.ru_utime) + micros(used.ru_stime),
        .ended_boot_us = clock_us(CLOCK_BOOTTIME)});
}

// Reaps who has ended. Whether anybody is left.
bool reap(pid_t command, bool& ended, int& end) {
  for (;;) {
    int status = 0;
    const pid_t pid = ::waitpid(-1, &status, WNOHANG);
    if (pid == 0) return true;
    if (pid < 0) return errno == EINTR;
    if (pid != command) continue;
    ended = true;
    end = status;
    tell_end(status);
  }
}

// A connection that the agent hands down the socket of the reports: a channel into this place.
void take_channel(const char* directory) {
  char byte = 0;
  iovec bytes{.iov_base = &byte, .iov_len = 1};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))];
  msghdr message{};
  message.msg_iov = &bytes;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  if (::recvmsg(report_fd, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT) <= 0) return;
  const cmsghdr* first = CMSG_FIRSTHDR(&message);
  if (first == nullptr || first->cmsg_type != SCM_RIGHTS) return;
  int fd = -1;
  std::memcpy(&fd, CMSG_DATA(first), sizeof fd);
  FrameSocket socket;
  socket.adopt(UniqueFd(fd));
  // If there is no process to be had, the client finds the connection closed.
  ignore(fork_channel(std::move(socket), {.environment = {}, .directory = directory, .more_path = {}}), "see above");
}

void take_signals(int signals, pid_t command, bool ended) {
  signalfd_siginfo info{};
  while (::read(signals, &info, sizeof info) == sizeof info) {
    const int number = static_cast<int>(info.ssi_signo);
    if (number != SIGCHLD && !ended) ::kill(-command, number);
  }
}

int watch(pid_t command, const UniqueFd& signals, const char* directory) {
  bool ended = false;
  int end = 0;
  std::int64_t last = 0;  // of the linger, on the monotonic clock
  while (reap(command, ended, end)) {
    if (ended && last == 0) last = clock_us(CLOCK_MONOTONIC) + kLingerMs * 1000;
    const std::int64_t left = ended ? last - clock_us(CLOCK_MONOTONIC) : 0;
    if (ended && left <= 0) break;
    pollfd fds[] = {{.fd = signals.get(), .events = POLLIN, .revents = 0},
                    {.fd = ended ? -1 : report_fd, .events = POLLIN, .revents = 0}};
    ::poll(fds, 2, ended ? static_cast<int>((left + 999) / 1000) : -1);
    if (fds[0].revents != 0) take_signals(signals.get(), command, ended);
    if ((fds[1].revents & POLLIN) != 0) take_channel(directory);
  }
  return WIFSIGNALED(end) ? 128 + WTERMSIG(end) : WEXITSTATUS(end);
}

}  // namespace

int run_inside(int argc, char** argv) {
  if (argc < 6) return 2;
  report_fd = std::atoi(argv[2]);
  const int err = std::atoi(argv[3]);
  if (::fcntl(report_fd, F_SETFD, FD_CLOEXEC) != 0 || ::dup2(err, STDERR_FILENO) < 0) return 2;
  ::close(err);
  sigset_t signals;
  ::sigemptyset(&signals);
  ::sigaddset(&signals, SIGCHLD);
  for (const int signal : kPassedOn) ::sigaddset(&signals, signal);
  // Blocked signals are kept for us even where the first process of a namespace would not get them, and where we were
  // started with them ignored.
  ::sigprocmask(SIG_SETMASK, &signals, nullptr);
  const UniqueFd watched(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!watched) return 2;
  if (::getpid() != 1) ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  const pid_t command = start(argv[4], argv + 5);
  return command == 0 ? 127 : watch(command, watched, argv[4]);
}

}  // namespace sennit::user
