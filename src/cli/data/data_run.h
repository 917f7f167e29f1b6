// Runs one job of storage in the client's own process: the loop, Ctrl-C, and how far it is.
//
// The first Ctrl-C lets the job end what it has half done; the second ends it at once.
//
// Threads: the main thread. Ownership: one at a time. Errors: as the job's; kCancelled after Ctrl-C.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "base/result.h"
#include "cli/data/progress_line.h"
#include "cli/session.h"
#include "loop/loop.h"
#include "loop/signals.h"
#include "proc/spawner.h"
#include "storage/rclone_storage.h"

namespace sennit::cli {

class DataRun final : private storage::Watcher {
 public:
  static Result<std::unique_ptr<DataRun>> open(Session& session);

  storage::Storage& storage() { return storage_; }
  storage::Watcher& watcher() { return *this; }
  Micros elapsed() const { return loop_.clock().boot() - started_; }

  // Starts a job with `start(done)` and waits for what it calls `done` with.
  template <class T, class Start>
  Result<T> await(Start start) {
    std::optional<Result<T>> result;
    storage::Started job = start([&result](Result<T> value) { result = std::move(value); });
    if (!job) return std::move(job).error();
    wait_for(**job, [&result] { return result.has_value(); });
    if (!result) return Error(ErrorCode::kCancelled, "cancelled");
    return std::move(*result);
  }

 private:
  explicit DataRun(Session& session, proc::Spawner spawner);
  void on_progress(const storage::Progress& progress) override;
  void on_retry(const storage::Retry& retry) override;
  void on_signal();
  void wait_for(storage::Job& job, const std::function<bool()>& is_over);

  Session& session_;
  loop::Loop loop_;
  proc::Spawner spawner_;
  storage::RcloneStorage storage_;
  std::optional<loop::Signals> signals_;
  storage::Job* job_ = nullptr;
  Micros started_{};
  ProgressLine line_;
  enum class Ending { kNot, kAsked, kNow } ending_ = Ending::kNot;
};

}  // namespace sennit::cli
