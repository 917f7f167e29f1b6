#include "agent/run.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <utility>

#include "agent/confinement.h"
#include "agent/gpu_locks.h"
#include "agent/guard.h"
#include "agent/host_capacity.h"
#include "agent/leftovers.h"
#include "agent/message_log.h"
#include "agent/supervisor.h"
#include "launch/credential_files.h"
#include "launch/sandbox_tools.h"
#include "loop/signals.h"
#include "proc/file_lock.h"
#include "proc/prompt.h"

namespace sennit::agent {
namespace {

constexpr off_t kLargeLog = 1024 * 1024;

Error failed(std::string_view what) { return Error::from_errno(what, errno); }

// Standard input from /dev/null, output and errors to the log. All three are open afterwards.
Result<void> redirect(const std::string& log) {
  struct stat info {};
  if (::stat(log.c_str(), &info) == 0 && info.st_size > kLargeLog) ::rename(log.c_str(), (log + ".1").c_str());
  UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  while (null && null.get() <= STDERR_FILENO) {
    // One of the standard descriptors was closed; this one takes its place and another is tried.
    static_cast<void>(null.release());
    null.reset(::open("/dev/null", O_RDWR | O_CLOEXEC));
  }
  const UniqueFd out(::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (!null || !out) return failed("open " + log);
  if (::dup2(null.get(), STDIN_FILENO) < 0 || ::dup2(out.get(), STDOUT_FILENO) < 0 ||
      ::dup2(out.get(), STDERR_FILENO) < 0) {
    return failed("redirect to " + log);
  }
  return {};
}

std::string beside(const std::string& program, std::string_view name) {
  return program.substr(0, program.rfind('/') + 1).append(name);
}

// The requests to the starter are a byte each; a full pipe means that many are waiting already.
class ServerRequests {
 public:
  explicit ServerRequests(UniqueFd pipe) : pipe_(std::move(pipe)) {}
  void send() const {
    if (::write(pipe_.get(), "s", 1) == 1 || errno == EAGAIN) return;
    say(Level::kError, "ask for the server: {}", failed("write to the starter").message());
  }

 private:
  UniqueFd pipe_;
};

int agent_main(const AgentOptions& options, const ServerRequests& requests) {
  ::prctl(PR_SET_NAME, "sennit-agent");
  proc::ask_for_short_turns();
  const std::size_t killed = kill_leftovers(options.instance);
  if (killed > 0) say(Level::kWarn, "ended {} processes that an earlier agent left", killed);
  launch::CredentialFiles::sweep(launch::CredentialFiles::places(
      options.instance, std::filesystem::path(options.spool_dir).parent_path().string()));
  loop::Loop loop;
  // The tasks' outputs lie beside the spool.
  const MeasuredHost host = measure_host(std::filesystem::path(options.spool_dir).parent_path());
  SupervisorOptions supervisor_options;
  supervisor_options.table = {.instance = options.instance,
                              .guard = ::getppid(),
                              .cgroup = cgroup_name(options.instance),
                              .spool_dir = options.spool_dir,
                              .progress_dir = beside(options.spool_dir, "progress"),
                              .gpu_locks = host.capacity.pretended_gpus ? "" : gpu_lock_directory(),
                              .nvml = host.capacity.measures_gpus ? kNvmlLibrary : "",
                              .inside = launch::SandboxTools::default_inside(),
                              .ctrl = beside(launch::SandboxTools::default_inside(), "sennit-ctrl")};
  supervisor_options.version = options.version;
  supervisor_options.socket = options.socket;
  supervisor_options.host_name = host_name();
  supervisor_options.capacity = host.capacity;
  supervisor_options.gpu_problem = host.gpu_problem;
  supervisor_options.nvml = kNvmlLibrary;
  supervisor_options.idle_limit = options.idle_limit;
  supervisor_options.ask_for_server = [&requests] { requests.send(); };

  // Signals first: the log pump's thread must not take them.
  Supervisor* running = nullptr;
  const Result<loop::Signals> signals =
      loop::Signals::open(loop, {SIGTERM, SIGINT, SIGHUP}, [&running](int /*number*/) {
        if (running != nullptr) running->shut_down();
      });
  Result<std::unique_ptr<Supervisor>> supervisor = Supervisor::open(loop, std::move(supervisor_options));
  if (!signals || !supervisor) {
    say(Level::kError, "{}", signals ? supervisor.error().message() : signals.error().message());
    return 1;
  }
  running = supervisor->get();
  say(Level::kInfo, "agent pid={} version={} instance={:016x}", ::getpid(), options.version, options.instance.value());
  say(Level::kInfo, "offers cpus={} memory={} gpus={}{}", host.capacity.cpus, host.capacity.memory.count(),
      to_string(host.capacity.gpus), host.gpu_problem.empty() ? "" : "; " + host.gpu_problem);
  loop.run();
  say(Level::kInfo, "agent ends");
  return 0;
}

int run_guard_and_agent(const AgentOptions& options, UniqueFd requests) {
  const ServerRequests server_requests(std::move(requests));
  const int code = run_guard([&] { return agent_main(options, server_requests); });
  end_cgroups(options.instance);  // nobody is left in them; the directories are
  return code;
}

int complain(const Error& error) {
  std::fprintf(stderr, "sennit agent: %s\n", error.message().c_str());
  return 1;
}

}  // namespace

int run_agent(const AgentOptions& options) {
  ::syscall(SYS_close_range, 3U, ~0U, 0U);
  Result<proc::FileLock> lock = proc::FileLock::take(options.lock);
  if (!lock) return complain(lock.error());
  if (const Result<void> redirected = redirect(options.log); !redirected) return complain(redirected.error());
  if (::chdir("/") != 0) return complain(failed("enter /"));
  ::signal(SIGPIPE, SIG_IGN);

  int ends[2];
  if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return complain(failed("make a pipe"));
  UniqueFd read_end(ends[0]);
  UniqueFd write_end(ends[1]);
  const pid_t guard = ::fork();
  if (guard < 0) return complain(failed("fork"));
  if (guard == 0) {
    read_end.reset();
    std::exit(run_guard_and_agent(options, std::move(write_end)));
  }
  lock->drop();  // the guard and the agent have it
  write_end.reset();
  return run_starter(options, guard, std::move(read_end));
}

}  // namespace sennit::agent
