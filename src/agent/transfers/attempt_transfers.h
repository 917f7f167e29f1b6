// The transfers of one attempt: what its body asks to be brought in and carried out, around the command wherever that
// runs.
//
// Threads:   the loop's.
// Ownership: the owner of `events` outlives it, and may destroy it in on_transfers_done. Destroying it ends what goes
// on.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "agent/log_pump.h"
#include "agent/transfers/checkpoint.h"
#include "agent/transfers/task_transfers.h"
#include "storage/rclone_storage.h"

namespace sennit::agent {

class AttemptTransfers final : private Transfers::Sink {
 public:
  struct Events {
    std::function<void(std::string_view line)> line;  // for the log, without prefix and newline
    std::function<void(TransferWay way, const TransferProgress& progress)> progress;
    std::function<void(const Result<void>& result)> done;  // the last call of download() or upload()
  };

  struct Parts {
    std::unique_ptr<storage::Storage> storage;
    TaskTransfers::Items inputs;
    TaskTransfers::Items outputs;
    std::vector<Checkpoint*> checkpoints;  // among the outputs
  };

  AttemptTransfers(loop::Loop& loop, Parts parts);

  void tell(Events events) { events_ = std::move(events); }
  void download();
  void upload();
  void cancel() { task_.cancel(); }

  // While the command runs.
  void start_checkpoints();
  void stop_checkpoints();

  // The inputs are there. They stay, when the command is started again in place.
  bool downloaded() const { return downloaded_; }
  std::int32_t exit_code() const { return task_.failure_code(); }

 private:
  void on_transfer_line(std::string_view line) override;
  void on_transfer_progress(const TransferProgress& progress) override;
  void on_transfer_done(const Result<void>& result) override;

  std::unique_ptr<storage::Storage> storage_;
  std::vector<Checkpoint*> checkpoints_;
  Events events_;
  TransferWay way_ = TransferWay::kDownload;
  bool downloaded_ = false;
  TaskTransfers task_;  // first to go: its items use the storage
};

}  // namespace sennit::agent
