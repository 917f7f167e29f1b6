#include "storage/dataset/storage_bridge.h"

namespace sennit::storage {

bool StorageBridge::is_cancelled() {
  const std::lock_guard<std::mutex> guard(mutex_);
  return cancelled_ || ended_;
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
