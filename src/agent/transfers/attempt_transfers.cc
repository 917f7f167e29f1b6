#include "agent/transfers/attempt_transfers.h"

#include <utility>

namespace sennit::agent {

AttemptTransfers::AttemptTransfers(loop::Loop& loop, Parts parts)
    : storage_(std::move(parts.storage)),
      checkpoints_(std::move(parts.checkpoints)),
      task_(loop, std::move(parts.inputs), std::move(parts.outputs)) {}

void AttemptTransfers::download() {
  way_ = TransferWay::kDownload;
  events_.progress(way_, {});
  task_.download(*this);
}

void AttemptTransfers::upload() {
  way_ = TransferWay::kUpload;
  events_.progress(way_, {});
  task_.upload(*this);
}

void AttemptTransfers::start_checkpoints() {
  for (Checkpoint* checkpoint : checkpoints_) {
    checkpoint->start([this](std::string_view line) { on_transfer_line(line); });
  }
}

void AttemptTransfers::stop_checkpoints() {
  for (Checkpoint* checkpoint : checkpoints_) checkpoint->stop();
}

void AttemptTransfers::on_transfer_line(std::string_view line) { events_.line(line); }

void AttemptTransfers::on_transfer_progress(const TransferProgress& progress) { events_.progress(way_, progress); }

void AttemptTransfers::on_transfer_done(const Result<void>& result) {
  if (way_ == TransferWay::kDownload && result) downloaded_ = true;
  const auto done = events_.done;  // ours is gone when it has destroyed us
  done(result);
}

}  // namespace sennit::agent
