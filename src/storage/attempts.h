// One rclone command, tried again while it fails in ways that may pass: five times, with pauses that grow.
//
// rclone's own repetition of a whole command is switched off: it repeats what cannot get better, such as a wrong key.
// Within one attempt it repeats single requests. What an attempt has moved is not moved again by the next.
//
// Threads:   the loop's.
// Ownership: destroying it kills what runs; the sink must outlive it, and may destroy it in on_finished.
// Errors:    in on_finished, as storage/failure.h explains them; kCancelled after stop().
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "loop/timer.h"
#include "storage/location.h"
#include "storage/rclone_run.h"
#include "storage/storage.h"

namespace sennit::storage {

// What every command of a job has in common.
struct RcloneSetup {
  loop::Loop& loop;
  proc::Spawner& spawner;
  std::string program;
  EnvironmentList environment;  // the remote's configuration included
  Location location;
  std::vector<std::string> secrets;
  RetryPolicy retries;
  // Words in rclone's errors that mean nothing to people (the number of an open directory), and what to show for them.
  std::vector<std::pair<std::string, std::string>> shown_as = {};
};

class AttemptSink {
 public:
  virtual ~AttemptSink() = default;
  virtual void on_line(std::string_view /*line*/) {}  // of standard output
  virtual void on_restart() {}                        // lines come again from the first
  virtual void on_stats(const TransferStats& /*stats*/) {}
  virtual void on_retry(const Retry& /*retry*/) {}
  virtual void on_finished(Result<TransferStats> result) = 0;  // the last call; never within start()
};

class Attempts final : private RunSink {
 public:
  Attempts(const RcloneSetup& setup, std::vector<std::string> words, AttemptSink& sink);
  void start();
  void stop();

 private:
  void begin();
  void on_output(std::string_view line) override { sink_.on_line(line); }
  void on_stats(const TransferStats& stats) override { sink_.on_stats(stats); }
  void on_end(const RunEnd& end) override;

  const RcloneSetup& setup_;
  std::vector<std::string> words_;
  AttemptSink& sink_;
  loop::Timer pause_;
  std::unique_ptr<RcloneRun> run_;
  int made_ = 0;
  bool stopped_ = false;
};

}  // namespace sennit::storage
