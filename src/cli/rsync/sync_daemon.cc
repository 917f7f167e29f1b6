#include "cli/rsync/sync_daemon.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <optional>
#include <utility>

#include "base/clock.h"
#include "cli/rsync/remote_rsync.h"
#include "cli/rsync/sync_daemons.h"
#include "cli/rsync/sync_run.h"
#include "cli/rsync/tree_watch.h"
#include "loop/loop.h"
#include "loop/signals.h"
#include "loop/timer.h"
#include "model/status.h"

namespace sennit::cli {
namespace {

constexpr Micros kFirstRetry = std::chrono::seconds(1);
constexpr Micros kLastRetry = std::chrono::seconds(60);

class SyncDaemon {
 public:
  SyncDaemon(Session& session, SyncDaemonOptions options, std::string state_dir)
      : session_(session),
        options_(std::move(options)),
        daemons_(state_dir),
        name_(sync_name(options_.job)),
        timer_(loop_) {
    record_.workflow = options_.job.workflow;
    record_.task = options_.job.task;
    record_.paths = options_.job.paths;
    record_.pid = ::getpid();
    record_.log = daemons_.log_path(name_);
  }

  Result<void> run() {
    SENNIT_ASSIGN(const proc::FileLock lock, daemons_.take_place(name_));
    SENNIT_ASSIGN(const std::unique_ptr<TreeWatch> watch,
                  TreeWatch::open(loop_, options_.job.paths.from, [this] { on_change(); }));
    if (!watch->is_complete()) {
      say("not every directory can be watched (fs.inotify.max_user_watches): changes may wait for the next look");
    }
    while (!ended_) {
      sync();
      if (ended_) break;
      // Signals while rsync runs are its own; here they are ours.
      SENNIT_ASSIGN(const loop::Signals signals,
                    loop::Signals::open(loop_, {SIGINT, SIGTERM, SIGHUP}, [this](int) { end("stopped"); }));
      loop_.run();
    }
    return {};
  }

 private:
  void on_change() {
    if (retry_ != Micros::zero()) return;  // it is tried again in any case
    timer_.arm_after(options_.debounce, [this] { loop_.stop(); });
  }

  void sync() {
    tell("syncing");
    if (!found_) find_rsync();
    if (ended_ || !found_) return;
    const Result<int> code = run_rsync(rsync_words(options_.job, program()));
    if (!code && code.error().code() == ErrorCode::kCancelled) return end("stopped");
    if (!code) return retry(code.error().message());
    if (*code != 0) return retry(rsync_failure(*code));
    retry_ = Micros::zero();
    record_.last_synced = SystemClock().now();
    tell("watching");
    timer_.arm_after(options_.reconcile, [this] { loop_.stop(); });
  }

  void find_rsync() {
    Result<std::string> words = find_remote_rsync(session_, options_.job.workflow, options_.job.task);
    if (!words) return retry(words.error().message());
    options_.job.remote_rsync = std::move(*words);
    found_ = true;
  }

  // Unless there is nobody left to send to.
  void retry(const std::string& why) {
    if (workflow_is_over()) return end("ended: the workflow has finished");
    found_ = false;  // the next attempt of the task may have none
    retry_ = std::clamp(2 * retry_, kFirstRetry, kLastRetry);
    tell("retrying: " + why);
    timer_.arm_after(retry_, [this] { loop_.stop(); });
  }

  bool workflow_is_over() {
    Result<client::Api> api = session_.connect(client::IfAbsent::kStart);
    if (!api) return false;
    const Result<views::WorkflowView> view = api->workflow(options_.job.workflow);
    if (!view) return view.error().code() == ErrorCode::kNotFound;
    const std::optional<WorkflowStatus> status = parse_workflow_status(view->status);
    return status && is_finished(*status);
  }

  void end(const std::string& status) {
    tell(status);
    ended_ = true;
    loop_.stop();
  }

  void tell(std::string status) {
    record_.status = std::move(status);
    ignore(daemons_.write(name_, record_), "it only tells what goes on");
    say(record_.status);
  }

  void say(const std::string& line) {
    struct stat log {};
    const bool full = ::fstat(STDERR_FILENO, &log) == 0 && S_ISREG(log.st_mode) && options_.max_log_size > 0 &&
                      static_cast<std::uint64_t>(log.st_size) > options_.max_log_size;
    if (full) static_cast<void>(!::ftruncate(STDERR_FILENO, 0));
    session_.say(line);
  }

  std::string program() const {
    const Result<client::ServerPlace> place = session_.place();
    return place ? place->executable : "sennit";
  }

  Session& session_;
  SyncDaemonOptions options_;
  SyncDaemons daemons_;
  std::string name_;
  SyncRecord record_;
  loop::Loop loop_;
  loop::Timer timer_;
  Micros retry_{};
  bool found_ = false;
  bool ended_ = false;
};

}  // namespace

ExitCode run_sync_daemon(Session& session, SyncDaemonOptions options) {
  const Result<client::ServerPlace> place = session.place();
  if (!place) return session.fail(place.error());
  const Result<void> ran = SyncDaemon(session, std::move(options), place->state_dir).run();
  return ran ? ExitCode::kCompleted : session.fail(ran.error());
}

}  // namespace sennit::cli
