#include "storage/dataset/storage_bridge.h"

namespace sennit::storage {

bool StorageBridge::may_not_start(Purpose purpose) {
  const std::lock_guard<std::mutex> guard(mutex_);
  return ended_ || (cancelled_ && purpose == Purpose::kWork);
}

void StorageBridge::cancel() {
  {
    const std::lock_guard<std::mutex> guard(mutex_);
    cancelled_ = true;
  }
  if (job_ != nullptr) job_->cancel();
}

void StorageBridge::end() {
  job_.reset();
  const std::lock_guard<std::mutex> guard(mutex_);
  ended_ = true;
  if (give_up_) give_up_();
}

}  // namespace sennit::storage
