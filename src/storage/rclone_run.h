// One run of rclone: started, listened to, and ended.
//
// Threads:   the loop's, which must be the main thread (proc/spawner.h).
// Ownership: destroying a run kills it at once; the sink must outlive the run, and may destroy it in on_end.
// Errors:    start() as proc::Spawner::spawn; everything later is in RunEnd.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "loop/loop.h"
#include "loop/timer.h"
#include "loop/watch.h"
#include "model/task_body.h"
#include "proc/child.h"
#include "proc/spawner.h"
#include "storage/failure.h"
#include "storage/rclone_log.h"

namespace sennit::storage {

struct RunEnd {
  bool ok = false;
  RunFailure failure;   // if it is not
  TransferStats stats;  // the last that were told
};

class RunSink {
 public:
  virtual ~RunSink() = default;
  virtual void on_output(std::string_view line) = 0;  // standard output, without the line's end
  virtual void on_stats(const TransferStats& stats) = 0;
  virtual void on_end(const RunEnd& end) = 0;  // the last call
};

struct RunRequest {
  std::string program;  // rclone's file
  std::vector<std::string> words;
  EnvironmentList environment;
};

class RcloneRun {
 public:
  static Result<std::unique_ptr<RcloneRun>> start(loop::Loop& loop, proc::Spawner& spawner, const RunRequest& request,
                                                  RunSink& sink);
  RcloneRun(const RcloneRun&) = delete;
  RcloneRun& operator=(const RcloneRun&) = delete;

  // Asks it to end, so that it removes what it had half done; kills it if it does not. on_end comes as always.
  void stop();

 private:
  // Lines out of a pipe.
  struct Stream {
    UniqueFd fd;
    loop::Watch watch;
    std::string rest;
  };
  using Take = void (RcloneRun::*)(std::string_view line);

  RcloneRun(loop::Loop& loop, RunSink& sink) : sink_(sink), patience_(loop) {}
  Result<void> listen(loop::Loop& loop, Stream& stream, Take take);
  Result<void> await_exit(loop::Loop& loop);
  void drain(Stream& stream, Take take);
  void take_output(std::string_view line) { sink_.on_output(line); }
  void take_log(std::string_view line);
  void end_if_over();

  RunSink& sink_;
  loop::Timer patience_;
  proc::Child child_;
  Stream out_;
  Stream err_;
  loop::Watch exit_watch_;
  RunEnd end_;
  bool exited_ = false;
};

}  // namespace sennit::storage
