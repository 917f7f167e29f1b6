#include "cli/rsync/sync_run.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <optional>
#include <utility>

#include "cli/session.h"
#include "loop/loop.h"
#include "loop/signals.h"
#include "loop/watch.h"
#include "proc/program_search.h"
#include "proc/spawner.h"

extern char** environ;

namespace sennit::cli {
namespace {

constexpr int kSignalBase = 128;

rlimit files_now() {
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  return files;
}

}  // namespace

Result<int> run_rsync(const std::vector<std::string>& words) {
  const std::string path = variable("PATH").value_or("/usr/bin:/bin");
  Result<std::string> program = proc::find_program("rsync", path.c_str(), "/");
  if (!program) return Error(ErrorCode::kNotFound, "there is no rsync on this machine: install the package rsync");
  SENNIT_ASSIGN(proc::Spawner spawner, proc::Spawner::open(files_now()));
  std::vector<const char*> argv;
  for (const std::string& word : words) argv.push_back(word.c_str());
  argv.push_back(nullptr);
  const UniqueFd out(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3));  // the spawner moves them into their places
  const UniqueFd err(::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3));
  loop::Loop loop;
  bool interrupted = false;
  std::optional<proc::Child> child;
  SENNIT_ASSIGN(const loop::Signals signals, loop::Signals::open(loop, {SIGINT, SIGTERM, SIGHUP}, [&](int /*number*/) {
                  interrupted = true;
                  if (child) child->signal_group(SIGTERM);
                }));
  SENNIT_ASSIGN(
      child,
      spawner.spawn(
          {.program = program->c_str(), .argv = argv.data(), .envp = environ, .out = out.get(), .err = err.get()}));
  std::optional<proc::ProcessEnd> end;
  SENNIT_ASSIGN(const loop::Watch watch,
                loop::Watch::add(loop, child->pidfd(), loop::Interest::kRead, [&](loop::Ready /*its end*/) {
                  end = child->reap();
                  if (end) loop.stop();
                }));
  loop.run();
  if (interrupted) return Error(ErrorCode::kCancelled, "interrupted");
  return end->how == proc::ProcessEnd::How::kSignaled ? kSignalBase + end->code : end->code;
}

std::string rsync_failure(int code) {
  switch (code) {
    case 3: return "a path cannot be read or made";
    case 10:
    case 12:
    case 255:
      return "the connection to the task was lost; what has arrived is kept, and the next run goes on from there";
    case 11: return "reading or writing files failed (is the disk full?)";
    case 20: return "it was interrupted; what has arrived is kept";
    case 23: return "some files could not be transferred; rsync said which";
    case 24: return "some files vanished while they were read";
    case 30:
    case 35: return "nothing moved for too long (--timeout)";
    case 127: return "there is no rsync in the task";
    default: return fmt::format("rsync ended with code {}", code);
  }
}

}  // namespace sennit::cli
