#include "api/hooks/hook_run.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

#include "base/write_all.h"
#include "core/exit_rules.h"
#include "proc/environment.h"

namespace sennit::api {
namespace {

constexpr Micros kPatience = std::chrono::seconds(2);  // between SIGTERM and SIGKILL
constexpr std::size_t kKeptBytes = 8192;

// A file in memory: nobody has to feed it to a program that does not read.
Result<UniqueFd> input_file(const std::string& text) {
  UniqueFd file(::memfd_create("hook", MFD_CLOEXEC));
  if (!file) return Error::from_errno("make a file for a hook's input", errno);
  SENNIT_TRY(write_all(file.get(), text, "write a hook's input"));
  if (::lseek(file.get(), 0, SEEK_SET) != 0) return Error::from_errno("make a file for a hook's input", errno);
  return file;
}

}  // namespace

HookRun::HookRun(loop::Loop& loop, const HookCommand& command, loop::Callback<void(HookEnd)> on_end)
    : timeout_(command.timeout), is_url_(command.is_url), on_end_(std::move(on_end)), timer_(loop) {}

Result<std::unique_ptr<HookRun>> HookRun::start(loop::Loop& loop, proc::Spawner& spawner, const HookCommand& command,
                                                loop::Callback<void(HookEnd)> on_end) {
  SENNIT_ASSIGN(const UniqueFd in, input_file(command.input));
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return Error::from_errno("make a pipe for a hook", errno);
  const UniqueFd theirs(ends[1]);
  std::unique_ptr<HookRun> run(new HookRun(loop, command, std::move(on_end)));
  run->out_.reset(ends[0]);
  if (::fcntl(run->out_.get(), F_SETFL, O_NONBLOCK) != 0) return Error::from_errno("make a pipe for a hook", errno);
  std::vector<const char*> argv;
  for (const std::string& word : command.words) argv.push_back(word.c_str());
  argv.push_back(nullptr);
  const proc::Environment environment(command.environment);
  const proc::EnvironmentBlock block(environment, {});
  SENNIT_ASSIGN(run->child_, spawner.spawn({.program = command.program.c_str(),
                                            .argv = argv.data(),
                                            .envp = block.data(),
                                            .directory = command.directory.c_str(),
                                            .in = in.get(),
                                            .out = theirs.get(),
                                            .err = theirs.get()}));
  SENNIT_TRY(run->watch(loop));
  return run;
}

Result<void> HookRun::watch(loop::Loop& loop) {
  SENNIT_ASSIGN(out_watch_,
                loop::Watch::add(loop, out_.get(), loop::Interest::kRead, [this](loop::Ready) { drain(); }));
  SENNIT_ASSIGN(exit_watch_, loop::Watch::add(loop, child_.pidfd(), loop::Interest::kRead, [this](loop::Ready) {
                  if (const std::optional<proc::ProcessEnd> end = child_.reap()) exited(*end);
                }));
  timer_.arm_after(timeout_, [this] { out_of_time(); });
  return {};
}

void HookRun::drain() {
  std::array<char, 65536> buffer{};
  // A bound for one turn: a hook that writes without end must not hold up the loop.
  for (int reads = 0; reads < 16; ++reads) {
    const ssize_t size = ::read(out_.get(), buffer.data(), buffer.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return;
    if (size == 0) break;
    output_.append(buffer.data(), static_cast<std::size_t>(size));
    if (output_.size() > kKeptBytes) output_.erase(0, output_.size() - kKeptBytes);
    if (reads == 15) return;
  }
  out_watch_.remove();
}

void HookRun::out_of_time() {
  const int signal = late_ ? SIGKILL : SIGTERM;
  late_ = true;
  static_cast<void>(child_.signal_group(signal));
  if (signal == SIGTERM) timer_.arm_after(kPatience, [this] { out_of_time(); });
}

// What it has left behind may hold the pipe open: its own end is what counts.
void HookRun::exited(const proc::ProcessEnd& end) {
  exit_watch_.remove();
  timer_.cancel();
  if (out_watch_) drain();
  out_watch_.remove();
  const bool was_killed = end.how == proc::ProcessEnd::How::kSignaled;
  const int code = was_killed ? 0 : end.code;
  const int signal = was_killed ? end.code : 0;
  HookEnd told = is_url_ ? url_end(code, signal, std::move(output_)) : command_end(code, signal, std::move(output_));
  if (late_) {
    static_cast<void>(child_.signal_group(SIGKILL));
    told.ok = false;
    told.message = fmt::format("it took longer than {}", core::readable(timeout_));
  }
  loop::Callback<void(HookEnd)> on_end = std::move(on_end_);
  on_end(std::move(told));  // may destroy us
}

}  // namespace sennit::api
