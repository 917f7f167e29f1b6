#include "storage/dataset/dataset_thread.h"

#include "storage/dataset/file_bucket.h"

namespace sennit::storage {
namespace {

std::unique_ptr<Bucket> bucket_at(StorageBridge& bridge, Target place, Effort effort, const Clock& clock) {
  if (place.location.is_file()) return std::make_unique<FileBucket>(place.location.url.path);
  return std::make_unique<RemoteBucket>(bridge, std::move(place), std::move(effort), clock);
}

}  // namespace

DatasetThread::DatasetThread(loop::Loop& loop, Storage& storage, Target place, Effort effort, HashCache& hashes)
    : loop_(loop),
      bridge_(loop, storage),
      bucket_(bucket_at(bridge_, std::move(place), std::move(effort), loop.clock())),
      work_{*bucket_, hashes, meter_, loop.clock()},
      pool_(std::make_unique<loop::WorkerPool>(loop, 1)) {}

DatasetThread::~DatasetThread() {
  meter_.is_cancelled = true;
  end();
}

void DatasetThread::cancel() {
  meter_.is_cancelled = true;
  bridge_.cancel();
}

void DatasetThread::end() { bridge_.end(); }

Progress DatasetThread::progress() {
  const Micros now = loop_.clock().boot();
  const Stage stage = meter_.stage;
  if (stage != shown_ || shown_since_ == Micros()) {
    shown_ = stage;
    shown_since_ = now;
  }
  Progress progress{.bytes = meter_.bytes,
                    .total_bytes = meter_.total_bytes,
                    .files = meter_.files,
                    .total_files = meter_.total_files};
  const double seconds = std::chrono::duration<double>(now - shown_since_).count();
  if (seconds > 0) progress.rate = static_cast<double>(progress.bytes) / seconds;
  if (progress.rate > 0 && progress.total_bytes > progress.bytes) {
    progress.eta_s = static_cast<double>(progress.total_bytes - progress.bytes) / progress.rate;
  }
  return progress;
}

}  // namespace sennit::storage
