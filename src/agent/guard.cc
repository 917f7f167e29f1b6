#include "agent/guard.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <initializer_list>
#include <optional>
#include <utility>

#include "agent/leftovers.h"
#include "agent/message_log.h"
#include "proc/reaper.h"

namespace sennit::agent {
namespace {

// What the guard exits with when the agent was killed. Anything else is the agent's own code.
constexpr int kAgentKilled = 70;

sigset_t set_of(std::initializer_list<int> numbers) {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int number : numbers) ::sigaddset(&set, number);
  return set;
}

// Collects every child that has ended; the agent's status if it is among them.
std::optional<int> collect(pid_t agent) {
  std::optional<int> result;
  int status = 0;
  for (pid_t pid = 0; (pid = ::waitpid(-1, &status, WNOHANG)) > 0;) {
    if (pid == agent) result = status;
  }
  return result;
}

int wait_for_agent(pid_t agent, const sigset_t& signals) {
  for (;;) {
    if (const std::optional<int> status = collect(agent)) return *status;
    const int number = ::sigwaitinfo(&signals, nullptr);
    if (number > 0 && number != SIGCHLD) ::kill(agent, number == SIGHUP ? SIGTERM : number);
  }
}

}  // namespace

int run_guard(const std::function<int()>& agent_main) {
  ::prctl(PR_SET_NAME, "sennit-guard");
  if (const Result<void> made = proc::become_subreaper(); !made) {
    say(Level::kError, "{}", made.error().message());
    return 1;
  }
  const sigset_t signals = set_of({SIGCHLD, SIGTERM, SIGINT, SIGHUP});
  sigset_t before;
  ::sigprocmask(SIG_BLOCK, &signals, &before);
  const pid_t guard = ::getpid();
  const pid_t agent = ::fork();
  if (agent < 0) {
    say(Level::kError, "make the agent: {}", Error::from_errno("fork", errno).message());
    return 1;
  }
  if (agent == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != guard) ::_exit(1);
    ::sigprocmask(SIG_SETMASK, &before, nullptr);
    std::exit(agent_main());
  }
  const int status = wait_for_agent(agent, signals);
  const std::size_t killed = proc::kill_descendants();
  if (WIFEXITED(status)) return WEXITSTATUS(status);
  say(Level::kError, "agent killed by signal {}; ended {} processes of its tasks", WTERMSIG(status), killed);
  return kAgentKilled;
}

namespace {

// What the starter waits for: the guard's end, requests, and signals to pass on.
class StarterWaits {
 public:
  StarterWaits(pid_t guard, UniqueFd requests)
      : guard_(guard), requests_(std::move(requests)), pidfd_(static_cast<int>(::syscall(SYS_pidfd_open, guard, 0))) {
    const sigset_t signals = set_of({SIGTERM, SIGINT, SIGHUP});
    ::sigprocmask(SIG_BLOCK, &signals, nullptr);
    signals_.reset(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
  }

  enum class Event : std::uint8_t { kGuardEnded, kServerWanted, kNothing };

  Event wait() {
    std::array<pollfd, 3> waits{pollfd{.fd = pidfd_.get(), .events = POLLIN, .revents = 0},
                                pollfd{.fd = requests_.get(), .events = POLLIN, .revents = 0},
                                pollfd{.fd = signals_.get(), .events = POLLIN, .revents = 0}};
    if (::poll(waits.data(), waits.size(), -1) <= 0) return Event::kNothing;
    if (waits[0].revents != 0) return Event::kGuardEnded;
    signalfd_siginfo info;
    if (waits[2].revents != 0 && ::read(signals_.get(), &info, sizeof info) == sizeof info) ::kill(guard_, SIGTERM);
    if (waits[1].revents == 0) return Event::kNothing;
    std::array<char, 64> bytes;  // several requests are one
    if (::read(requests_.get(), bytes.data(), bytes.size()) > 0) return Event::kServerWanted;
    requests_.reset();  // guard and agent have closed it: only their end is left to wait for
    return Event::kNothing;
  }

 private:
  pid_t guard_;
  UniqueFd requests_;
  UniqueFd pidfd_;
  UniqueFd signals_;
};

// The guard's exit code; nothing if it was killed.
std::optional<int> wait_for_guard(pid_t guard) {
  int status = 0;
  while (::waitpid(guard, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status)) return WEXITSTATUS(status);
  return std::nullopt;
}

}  // namespace

int run_starter(const AgentOptions& options, pid_t guard, UniqueFd requests) {
  ::prctl(PR_SET_NAME, "sennit-starter");
  const auto start_server = [&options] {
    const Result<void> started = options.start_server();
    if (!started) say(Level::kError, "start the server: {}", started.error().message());
  };
  StarterWaits waits(guard, std::move(requests));
  for (auto event = StarterWaits::Event::kNothing; event != StarterWaits::Event::kGuardEnded;) {
    event = waits.wait();
    if (event == StarterWaits::Event::kServerWanted) start_server();
  }
  const std::optional<int> code = wait_for_guard(guard);
  if (!code) {
    const std::size_t killed = kill_leftovers(options.instance);
    say(Level::kError, "guard killed; ended {} processes of its tasks", killed);
  }
  if (code && *code != kAgentKilled) return *code;
  start_server();  // what was running is lost, and the server is the one to know what to do about it
  return 1;
}

}  // namespace sennit::agent
