// Runs work on a dataset, shows how far it is, and takes Ctrl-C. The first lets the work end what it has half done, the
// second ends it at once.
//
// Threads: the main thread. Ownership: one at a time. Errors: as the work's; kCancelled after Ctrl-C.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "cli/data/progress_line.h"
#include "cli/session.h"
#include "loop/loop.h"
#include "loop/signals.h"
#include "loop/timer.h"
#include "proc/spawner.h"
#include "storage/dataset/dataset_name.h"
#include "storage/dataset/dataset_thread.h"
#include "storage/rclone_storage.h"

namespace sennit::cli {

class DatasetRun {
 public:
  // For the bucket of that name, "" for the default one; `effort` for those that are not directories.
  static Result<std::unique_ptr<DatasetRun>> open(Session& session, const std::string& bucket,
                                                  const storage::Effort& effort = {});

  Micros elapsed() const { return loop_.clock().boot() - started_; }

  // `work(const DatasetWork&) -> Result<T>`, on another thread.
  template <class Work>
  auto run(Work work) {
    using T = std::invoke_result_t<Work&, const storage::DatasetWork&>;
    std::optional<T> result;
    thread_->submit([&work](const storage::DatasetWork& context) { return work(context); },
                    [&result](T value) { result = std::move(value); });
    begin_showing();
    while (!result) loop_.run_once();
    end_showing();
    if (thread_->is_cancelled() && !*result) return T(Error(ErrorCode::kCancelled, "cancelled"));
    return std::move(*result);
  }

 private:
  DatasetRun(Session& session, proc::Spawner spawner, std::string hashes);
  void on_signal();
  void begin_showing();
  void show();
  void end_showing();

  Session& session_;
  loop::Loop loop_;
  proc::Spawner spawner_;
  storage::RcloneStorage storage_;
  storage::HashCache hashes_;
  std::unique_ptr<storage::DatasetThread> thread_;
  std::optional<loop::Signals> signals_;
  loop::Timer timer_;
  ProgressLine line_;
  Micros started_{};
};

// The dataset that a command is about, and the bucket it lies in.
struct OpenDataset {
  storage::DatasetName name;
  std::unique_ptr<DatasetRun> run;
};
Result<OpenDataset> open_dataset(Session& session, const std::string& name, const storage::Effort& effort = {});
// The same for commands that are about a whole dataset: a tag is refused.
Result<OpenDataset> open_whole_dataset(Session& session, const std::string& name, const storage::Effort& effort = {});

}  // namespace sennit::cli
