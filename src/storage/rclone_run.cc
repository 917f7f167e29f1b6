#include "storage/rclone_run.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

#include "proc/environment.h"

namespace sennit::storage {
namespace {

constexpr Micros kPatience = std::chrono::seconds(5);
constexpr std::size_t kLongestLine = 1 << 20;

struct Pipe {
  UniqueFd ours;
  UniqueFd theirs;
};

Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return Error::from_errno("make a pipe for rclone", errno);
  Pipe pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
  if (::fcntl(pipe.ours.get(), F_SETFL, O_NONBLOCK) != 0) return Error::from_errno("make a pipe for rclone", errno);
  return pipe;
}

}  // namespace

Result<std::unique_ptr<RcloneRun>> RcloneRun::start(loop::Loop& loop, proc::Spawner& spawner, const RunRequest& request,
                                                    RunSink& sink) {
  SENNIT_ASSIGN(Pipe out, make_pipe());
  SENNIT_ASSIGN(Pipe err, make_pipe());
  std::vector<const char*> argv{"rclone"};
  for (const std::string& word : request.words) argv.push_back(word.c_str());
  argv.push_back(nullptr);
  const proc::Environment environment(request.environment);
  const proc::EnvironmentBlock block(environment, {});
  std::unique_ptr<RcloneRun> run(new RcloneRun(loop, sink));
  SENNIT_ASSIGN(run->child_, spawner.spawn({.program = request.program.c_str(),
                                            .argv = argv.data(),
                                            .envp = block.data(),
                                            .directory = "/",
                                            .out = out.theirs.get(),
                                            .err = err.theirs.get()}));
  run->out_.fd = std::move(out.ours);
  run->err_.fd = std::move(err.ours);
  SENNIT_TRY(run->listen(loop, run->out_, &RcloneRun::take_output));
  SENNIT_TRY(run->listen(loop, run->err_, &RcloneRun::take_log));
  SENNIT_TRY(run->await_exit(loop));
  return run;
}

Result<void> RcloneRun::listen(loop::Loop& loop, Stream& stream, Take take) {
  SENNIT_ASSIGN(stream.watch,
                loop::Watch::add(loop, stream.fd.get(), loop::Interest::kRead, [this, &stream, take](loop::Ready) {
                  drain(stream, take);
                  end_if_over();
                }));
  return {};
}

Result<void> RcloneRun::await_exit(loop::Loop& loop) {
  SENNIT_ASSIGN(exit_watch_, loop::Watch::add(loop, child_.pidfd(), loop::Interest::kRead, [this](loop::Ready) {
                  const std::optional<proc::ProcessEnd> end = child_.reap();
                  if (!end) return;
                  exited_ = true;
                  exit_watch_.remove();
                  patience_.cancel();
                  end_.ok = end->how == proc::ProcessEnd::How::kExited && end->code == 0;
                  (end->how == proc::ProcessEnd::How::kExited ? end_.failure.exit_code : end_.failure.signal) =
                      end->code;
                  end_if_over();
                }));
  return {};
}

void RcloneRun::drain(Stream& stream, Take take) {
  std::array<char, 65536> buffer{};
  for (;;) {
    const ssize_t size = ::read(stream.fd.get(), buffer.data(), buffer.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && errno == EAGAIN) return;
    if (size <= 0) break;
    stream.rest.append(buffer.data(), static_cast<std::size_t>(size));
    std::size_t begin = 0;
    for (std::size_t end = stream.rest.find('\n'); end != std::string::npos; end = stream.rest.find('\n', begin)) {
      (this->*take)(std::string_view(stream.rest).substr(begin, end - begin));
      begin = end + 1;
    }
    stream.rest.erase(0, begin);
    if (stream.rest.size() > kLongestLine) stream.rest.resize(kLongestLine);  // no line of rclone's is that long
  }
  if (!stream.rest.empty()) (this->*take)(std::exchange(stream.rest, {}));
  stream.watch.remove();
  stream.fd.reset();
}

void RcloneRun::take_log(std::string_view line) {
  if (line.empty()) return;
  LogLine parsed = parse_log_line(line);
  if (parsed.stats) {
    end_.stats = *parsed.stats;
    sink_.on_stats(*parsed.stats);
    return;
  }
  if (parsed.level != LogLine::Level::kError) return;
  // The first error is about an object and says why; those after it count. Plain text goes on with the line before it.
  std::string& text = end_.failure.text;
  if (text.empty()) {
    text = parsed.object.empty() ? parsed.message : parsed.object + ": " + parsed.message;
  } else if (text.size() < 8192) {
    text.append("\n\t").append(parsed.message);
  }
}

void RcloneRun::stop() {
  if (exited_) return;
  static_cast<void>(child_.signal_group(SIGTERM));
  patience_.arm_after(kPatience, [this] { static_cast<void>(child_.signal_group(SIGKILL)); });
}

void RcloneRun::end_if_over() {
  if (!exited_ || out_.fd || err_.fd) return;
  sink_.on_end(end_);  // may destroy us
}

}  // namespace sennit::storage
