#include "proc/detached.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "base/unique_fd.h"

extern char** environ;

namespace sennit::proc {
namespace {

// All that the two forks need, made before: between fork and execve only system calls are allowed.
struct Prepared {
  const char* program;
  char* const* argv;
  char* const* envp;
  int null;
  int out;
  int kept;             // -1: none
  const rlimit* files;  // null: stays
  int report;           // an errno goes here; closed by a successful execve
};

[[noreturn]] void fail(const Prepared& prepared, int error) {
  const ssize_t n = ::write(prepared.report, &error, sizeof error);
  ::_exit(n == sizeof error ? 127 : 126);
}

void reset_signals() {
  struct sigaction standard {};
  standard.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number) ::sigaction(number, &standard, nullptr);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

[[noreturn]] void become_program(const Prepared& prepared) {
  if (::dup2(prepared.null, 0) < 0 || ::dup2(prepared.out, 1) < 0 || ::dup2(prepared.out, 2) < 0) fail(prepared, errno);
  if (::chdir("/") != 0) fail(prepared, errno);
  ::syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC);
  if (prepared.kept >= 0 && ::fcntl(prepared.kept, F_SETFD, 0) != 0) fail(prepared, errno);
  if (prepared.files != nullptr && ::setrlimit(RLIMIT_NOFILE, prepared.files) != 0) fail(prepared, errno);
  reset_signals();
  ::execve(prepared.program, prepared.argv, prepared.envp);
  fail(prepared, errno);
}

// Forks twice: the first child leads a new session and ends at once, so that the program is nobody's zombie.
Result<void> fork_twice(const Prepared& prepared) {
  const pid_t first = ::fork();
  if (first < 0) return Error::from_errno("make a process", errno);
  if (first == 0) {
    if (::setsid() < 0) fail(prepared, errno);
    const pid_t second = ::fork();
    if (second < 0) fail(prepared, errno);
    if (second == 0) become_program(prepared);
    ::_exit(0);
  }
  while (::waitpid(first, nullptr, 0) < 0 && errno == EINTR) {
  }
  return {};
}

std::vector<char*> inherited(const std::vector<std::string>& without) {
  std::vector<char*> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text = *variable;
    const auto begins = [text](const std::string& prefix) { return text.starts_with(prefix); };
    if (std::none_of(without.begin(), without.end(), begins)) variables.push_back(*variable);
  }
  variables.push_back(nullptr);
  return variables;
}

// Standard descriptors that are closed would be taken by our own files and then overwritten in the child.
Result<UniqueFd> above_standard(UniqueFd fd, std::string_view what) {
  if (!fd) return Error::from_errno(what, errno);
  if (fd.get() > 2) return fd;
  UniqueFd moved(::fcntl(fd.get(), F_DUPFD_CLOEXEC, 3));
  if (!moved) return Error::from_errno(what, errno);
  return moved;
}

}  // namespace

Result<void> start_detached(const DetachedProgram& program) {
  SENNIT_ASSIGN(const UniqueFd null,
                above_standard(UniqueFd(::open("/dev/null", O_RDWR | O_CLOEXEC)), "open /dev/null"));
  const std::string& log = program.log.empty() ? std::string("/dev/null") : program.log;
  SENNIT_ASSIGN(
      const UniqueFd out,
      above_standard(UniqueFd(::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)), "open " + log));
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return Error::from_errno("make a pipe", errno);
  const UniqueFd report_read(ends[0]);
  SENNIT_ASSIGN(UniqueFd report_write, above_standard(UniqueFd(ends[1]), "make a pipe"));

  std::vector<char*> argv;
  for (const std::string& argument : program.argv) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  const std::vector<char*> envp = inherited(program.without);
  SENNIT_TRY(fork_twice({.program = program.program.c_str(),
                         .argv = argv.data(),
                         .envp = envp.data(),
                         .null = null.get(),
                         .out = out.get(),
                         .kept = program.kept,
                         .files = program.files ? &*program.files : nullptr,
                         .report = report_write.get()}));
  report_write.reset();
  int error = 0;
  ssize_t n = 0;
  while ((n = ::read(report_read.get(), &error, sizeof error)) < 0 && errno == EINTR) {
  }
  if (n == sizeof error) return Error::from_errno("start " + program.program, error);
  return {};
}

}  // namespace sennit::proc
