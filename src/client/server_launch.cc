#include "client/server_launch.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <system_error>

#include "base/unique_fd.h"
#include "client/readiness.h"
#include "proc/detached.h"
#include "proc/file_lock.h"

namespace sennit::client {
namespace {

using std::chrono::milliseconds;

// Opening a store with a long history may take seconds; past this something is wrong.
constexpr milliseconds kStartLimit = std::chrono::minutes(2);
// For a server that somebody else has just started, or told to stop.
constexpr milliseconds kAnswerLimit = std::chrono::seconds(30);
// Only two things are asked for again and again, both rare and short: a lock that another command holds while it
// starts the server, and a server that is on its way up or down.
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

Result<UniqueFd> take_launch_lock(const std::string& state_dir, int wake_fd) {
  const std::string path = state_dir + "/launch.lock";
  UniqueFd lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!lock) return Error::from_errno("open " + path, errno);
  const auto deadline = std::chrono::steady_clock::now() + kStartLimit;
  while (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) return Error::from_errno("lock " + path, errno);
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

// Starts a server and returns its word.
Result<Readiness> start_server(const ServerPlace& place, int wake_fd) {
  SENNIT_ASSIGN(Pipe pipe, open_pipe());
  proc::DetachedProgram program{.program = place.executable,
                                .argv = {"sennit", "serve", "--ready-fd", std::to_string(pipe.writer.get())},
                                .log = place.log,
                                .kept = pipe.writer.get()};
  program.argv.insert(program.argv.end(), place.arguments.begin(), place.arguments.end());
  if (const Result<void> started = proc::start_detached(program); !started) {
    return Error(ErrorCode::kUnavailable, "the server could not start: " + started.error().message());
  }
  pipe.writer.reset();
  SENNIT_ASSIGN(const std::string said, read_until_closed(pipe.reader, wake_fd));
  Result<Readiness> readiness = parse_readiness(said);
  if (!readiness) {
    return Error(ErrorCode::kUnavailable,
                 fmt::format("the server could not start: {}; see {}", readiness.error().message(), place.log));
  }
  if (readiness->kind == Readiness::Kind::kError) {
    return Error(ErrorCode::kUnavailable, "the server could not start: " + readiness->error);
  }
  return readiness;
}

Result<http::Client> connect_or_start(const ServerPlace& place, const http::ClientOptions& options) {
  const auto deadline = std::chrono::steady_clock::now() + kAnswerLimit;
  for (;;) {
    Result<http::Client> client = http::Client::connect(place.socket, options);
    if (client.ok() || client.error().code() != ErrorCode::kUnavailable) return client;
    SENNIT_ASSIGN(const proc::FileLock::State lock, proc::FileLock::probe(place.lock));
    if (lock == proc::FileLock::State::kFree) {
      SENNIT_ASSIGN(const Readiness readiness, start_server(place, options.wake_fd));
      if (readiness.kind == Readiness::Kind::kReady) return http::Client::connect(place.socket, options);
    }
    if (std::chrono::steady_clock::now() > deadline) {
      return std::move(client).error().in("a server holds " + place.state_dir + " but does not answer");
    }
    SENNIT_TRY(pause_for(kRetryPause, options.wake_fd));
  }
}

}  // namespace

Result<http::Client> connect(const ServerPlace& place, IfAbsent if_absent, const http::ClientOptions& options) {
  Result<http::Client> client = http::Client::connect(place.socket, options);
  if (client.ok() || client.error().code() != ErrorCode::kUnavailable || if_absent == IfAbsent::kFail) return client;
  SENNIT_TRY(make_directory(place.state_dir));
  SENNIT_ASSIGN(const UniqueFd lock, take_launch_lock(place.state_dir, options.wake_fd));
  return connect_or_start(place, options);  // somebody may have started it while we waited for our turn
}

std::string own_executable() {
  std::error_code failed;
  const std::string path = std::filesystem::read_symlink("/proc/self/exe", failed).string();
  if (failed || ::access(path.c_str(), X_OK) != 0) return "/proc/self/exe";
  return path;
}

}  // namespace sennit::client
