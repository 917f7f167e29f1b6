// The jobs that only look: listing, and trying out access. Internal to the room.
//
// Threads: the loop's. Ownership: the last call of each may destroy it.
#pragma once

#include <memory>

#include "storage/selection.h"
#include "storage/setup.h"
#include "storage/storage.h"

namespace sennit::storage {

class ListJob final : public Job {
 public:
  ListJob(JobSetup setup, ListRequest request, Listed done);
  void start();
  void cancel() override { selector_.stop(); }

 private:
  JobSetup setup_;
  Listed done_;
  Selector selector_;
};

class CheckJob final : public Job, public AttemptSink {
 public:
  CheckJob(JobSetup setup, Access access, Checked done);
  void start();
  void cancel() override;

 private:
  enum class Step : std::uint8_t { kRead, kWrite, kRemove };

  void run(Step step);
  void on_finished(Result<TransferStats> result) override;
  void finish(Result<void> result);

  JobSetup setup_;
  Access access_;
  Checked done_;
  Step step_ = Step::kRead;
  std::unique_ptr<Attempts> attempts_;
};

// A directory of this host asks the kernel instead.
class FileCheckJob final : public Job {
 public:
  FileCheckJob(loop::Loop& loop, std::string path, Access access, Checked done);
  void cancel() override {}

 private:
  loop::Timer soon_;
  std::string path_;
  Access access_;
  Checked done_;
};

}  // namespace sennit::storage
