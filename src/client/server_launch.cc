#include "client/server_launch.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <system_error>

#include "base/unique_fd.h"
#include "client/readiness.h"

namespace sennit::client {
namespace {

using std::chrono::milliseconds;

// Opening a store with a long history may take seconds; past this something is wrong.
constexpr milliseconds kStartLimit = std::chrono::minutes(2);
// Only two things are asked for again and again, both rare and short: a lock that another command holds while it
// starts the server, and the socket of a server that somebody else has just started.
constexpr milliseconds kRetryPause{10};

// Waits for `pause`. kCancelled if the wake descriptor became readable meanwhile.
Result<void> pause_for(milliseconds pause, int wake_fd) {
  pollfd wake{.fd = wake_fd, .events = POLLIN, .revents = 0};
  const int ready = ::poll(&wake, wake_fd >= 0 ? 1 : 0, static_cast<int>(pause.count()));
  if (ready > 0) return Error(ErrorCode::kCancelled, "interrupted while waiting for the server");
  return {};
}

Result<void> make_directory(const std::string& path) {
  std::error_code failed;
  const std::filesystem::path parent = std::filesystem::path(path).parent_path();
  std::filesystem::create_directories(parent, failed);
  if (failed) return Error::from_errno(fmt::format("create directory {}", parent.string()), failed.value());
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
    return Error::from_errno(fmt::format("create state directory {}", path), errno);
  }
  return {};
}

Result<UniqueFd> open_file(const std::string& path, int flags) {
  UniqueFd fd(::open(path.c_str(), flags | O_CREAT | O_CLOEXEC, 0600));
  if (!fd) return Error::from_errno(fmt::format("open {}", path), errno);
  return fd;
}

Result<UniqueFd> take_launch_lock(const std::string& state_dir, int wake_fd) {
  SENNIT_ASSIGN(UniqueFd lock, open_file(state_dir + "/launch.lock", O_RDWR));
  const auto deadline = std::chrono::steady_clock::now() + kStartLimit;
  while (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) return Error::from_errno("lock " + state_dir + "/launch.lock", errno);
    if (std::chrono::steady_clock::now() > deadline) {
      return Error(ErrorCode::kTimeout, "another command has been starting the server for too long");
    }
    SENNIT_TRY(pause_for(kRetryPause, wake_fd));
  }
  return lock;
}

struct Pipe {
  UniqueFd reader;
  UniqueFd writer;
};

Result<Pipe> open_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return Error::from_errno("open a pipe to the server", errno);
  return Pipe{.reader = UniqueFd(ends[0]), .writer = UniqueFd(ends[1])};
}

// What the new process needs, prepared before the fork: between fork and exec nothing may allocate.
struct Program {
  std::vector<std::string> words;
  std::vector<char*> argv;
  const char* path = nullptr;
  int ready_fd = -1;
  int log_fd = -1;
};

Program program_for(const ServerPlace& place, const Pipe& pipe, const UniqueFd& log) {
  Program program;
  program.words = {"sennit", "serve", "--ready-fd", std::to_string(pipe.writer.get())};
  program.words.insert(program.words.end(), place.arguments.begin(), place.arguments.end());
  for (std::string& word : program.words) program.argv.push_back(word.data());
  program.argv.push_back(nullptr);
  program.path = place.executable.c_str();
  program.ready_fd = pipe.writer.get();
  program.log_fd = log.get();
  return program;
}

// In the forked process; does not return. A failure is told through the pipe.
[[noreturn]] void become_server(const Program& program) {
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) ::signal(number, SIG_DFL);
  // A server that is started by a task is not a part of that task.
  ::unsetenv("SENNIT_ATTEMPT");

  const int null_fd = ::open("/dev/null", O_RDONLY);
  ::dup2(null_fd, STDIN_FILENO);
  ::dup2(program.log_fd, STDOUT_FILENO);
  ::dup2(program.log_fd, STDERR_FILENO);
  // Descriptors that our own parent left open must not be held by the server for ever.
  ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
  ::fcntl(program.ready_fd, F_SETFD, 0);
  ::execv(program.path, program.argv.data());
  announce(program.ready_fd, {.kind = Readiness::Kind::kError, .error = "cannot execute the server's program"});
  ::_exit(127);
}

// Forks twice, so that the server is nobody's child and the caller has nothing to wait for.
Result<void> spawn_detached(const Program& program) {
  const pid_t middle = ::fork();
  if (middle < 0) return Error::from_errno("start the server", errno);
  if (middle == 0) {
    ::setsid();
    const pid_t server = ::fork();
    if (server == 0) become_server(program);
    ::_exit(server < 0 ? 1 : 0);
  }
  int status = 0;
  while (::waitpid(middle, &status, 0) < 0 && errno == EINTR) {
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    return Error(ErrorCode::kExhausted, "start the server: no process could be made");
  }
  return {};
}

// Everything that is written until the pipe is closed.
Result<std::string> read_until_closed(const UniqueFd& reader, int wake_fd) {
  std::string text;
  std::array<char, 512> buffer{};
  const auto deadline = std::chrono::steady_clock::now() + kStartLimit;
  for (;;) {
    std::array<pollfd, 2> sources{pollfd{.fd = reader.get(), .events = POLLIN, .revents = 0},
                                  pollfd{.fd = wake_fd, .events = POLLIN, .revents = 0}};
    const auto left = std::chrono::duration_cast<milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return Error(ErrorCode::kTimeout, "the server has not become ready in two minutes");
    const int ready = ::poll(sources.data(), sources.size(), static_cast<int>(left.count()));
    if (ready < 0 && errno != EINTR) return Error::from_errno("wait for the server", errno);
    if (ready <= 0) continue;
    if ((sources[1].revents & POLLIN) != 0) return Error(ErrorCode::kCancelled, "interrupted while the server starts");
    const ssize_t got = ::read(reader.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(got));
    if (text.find('\n') != std::string::npos) return text;
  }
}

// A server that somebody else started holds the state but may not listen yet.
Result<http::Client> connect_soon(const ServerPlace& place, const http::ClientOptions& options) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  for (;;) {
    Result<http::Client> client = http::Client::connect(place.socket, options);
    if (client.ok() || client.error().code() != ErrorCode::kUnavailable) return client;
    if (std::chrono::steady_clock::now() > deadline) {
      return std::move(client).error().in("a server holds " + place.state_dir + " but does not answer");
    }
    SENNIT_TRY(pause_for(kRetryPause, options.wake_fd));
  }
}

Result<http::Client> launch(const ServerPlace& place, const http::ClientOptions& options) {
  SENNIT_ASSIGN(Pipe pipe, open_pipe());
  SENNIT_ASSIGN(const UniqueFd log, open_file(place.log, O_WRONLY | O_APPEND));
  SENNIT_TRY(spawn_detached(program_for(place, pipe, log)));
  pipe.writer.reset();
  SENNIT_ASSIGN(const std::string said, read_until_closed(pipe.reader, options.wake_fd));
  Result<Readiness> readiness = parse_readiness(said);
  if (!readiness) {
    return Error(ErrorCode::kUnavailable,
                 fmt::format("the server could not start: {}; see {}", readiness.error().message(), place.log));
  }
  switch (readiness->kind) {
    case Readiness::Kind::kReady: return http::Client::connect(place.socket, options);
    case Readiness::Kind::kTaken: return connect_soon(place, options);
    case Readiness::Kind::kError: break;
  }
  return Error(ErrorCode::kUnavailable, "the server could not start: " + readiness->error);
}

}  // namespace

Result<http::Client> connect(const ServerPlace& place, IfAbsent if_absent, const http::ClientOptions& options) {
  Result<http::Client> client = http::Client::connect(place.socket, options);
  if (client.ok() || client.error().code() != ErrorCode::kUnavailable || if_absent == IfAbsent::kFail) return client;
  SENNIT_TRY(make_directory(place.state_dir));
  SENNIT_ASSIGN(const UniqueFd lock, take_launch_lock(place.state_dir, options.wake_fd));
  client = http::Client::connect(place.socket, options);  // somebody may have started it while we waited for our turn
  if (client.ok() || client.error().code() != ErrorCode::kUnavailable) return client;
  return launch(place, options);
}

std::string own_executable() {
  std::error_code failed;
  const std::string path = std::filesystem::read_symlink("/proc/self/exe", failed).string();
  if (failed || ::access(path.c_str(), X_OK) != 0) return "/proc/self/exe";
  return path;
}

}  // namespace sennit::client
