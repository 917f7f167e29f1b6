// The jobs that move data, by rclone. Internal to the room.
//
// Threads: the loop's. Ownership: the last call of each may destroy it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "storage/name_list.h"
#include "storage/selection.h"
#include "storage/setup.h"
#include "storage/storage.h"

namespace sennit::storage {

// Turns the numbers of rclone's runs, which each begin at 0, into those of the job.
class Tally {
 public:
  void expect(std::uint64_t files) { total_files_ = files; }
  void take(const TransferStats& stats) { now_ = stats; }
  void begin_anew();  // another run begins
  // A run is done with all of its `files`.
  void finish_part(std::uint64_t files);
  Progress progress() const;
  Moved moved() const;

 private:
  TransferStats now_;
  std::uint64_t bytes_before_ = 0;
  std::uint64_t moved_before_ = 0;
  std::uint64_t done_before_ = 0;  // files of parts that are finished
  std::uint64_t total_files_ = 0;
};

class FetchJob final : public Job, public AttemptSink {
 public:
  FetchJob(JobSetup setup, FetchRequest request, UniqueFd directory, Watcher& watcher, Transferred done);
  void start();
  void cancel() override;

 private:
  void fetch_wanted();
  void on_selected(Result<Selection> selection);
  Result<void> check_names() const;
  Result<void> copy();
  Result<void> verify() const;
  void on_stats(const TransferStats& stats) override;
  void on_retry(const Retry& retry) override;
  void on_finished(Result<TransferStats> result) override;
  void finish(Result<Moved> result);

  JobSetup setup_;
  std::string directory_path_;
  std::optional<std::vector<std::string>> wanted_;
  UniqueFd directory_;
  Watcher& watcher_;
  Transferred done_;
  Selector selector_;
  Selection selection_;
  loop::Timer soon_;
  std::optional<NameList> names_;
  std::unique_ptr<Attempts> attempts_;
  Tally tally_;
  bool cancelled_ = false;
};

class SendJob final : public Job, public AttemptSink {
 public:
  SendJob(JobSetup setup, SendRequest request, Watcher& watcher, Transferred done);
  void start();
  void cancel() override;

 private:
  void probe();
  void next();
  Result<void> send(const SendPart& part);
  Result<void> verify(const SendPart& part) const;
  void on_stats(const TransferStats& stats) override;
  void on_retry(const Retry& retry) override;
  void on_finished(Result<TransferStats> result) override;
  void finish(Result<Moved> result);

  JobSetup setup_;
  SendPlan plan_;
  SendRequest::Links links_;
  std::size_t part_ = 0;
  Watcher& watcher_;
  Transferred done_;
  std::optional<NameList> names_;
  std::unique_ptr<Attempts> attempts_;
  loop::Timer soon_;
  Tally tally_;
  enum class Step : std::uint8_t { kProbing, kSending } step_ = Step::kSending;
  bool cancelled_ = false;
};

class RemoveJob final : public Job, public AttemptSink {
 public:
  RemoveJob(JobSetup setup, RemoveRequest request, Transferred done);
  void start();
  void cancel() override;

 private:
  void remove_wanted();
  void on_selected(Result<Selection> selection);
  Result<void> remove(const Selection& selection);
  void on_finished(Result<TransferStats> result) override;
  void finish(Result<Moved> result);

  JobSetup setup_;
  std::optional<std::vector<std::string>> wanted_;
  Transferred done_;
  Selector selector_;
  loop::Timer soon_;
  bool cancelled_ = false;
  std::uint64_t count_ = 0;
  std::uint64_t bytes_ = 0;
  std::optional<NameList> names_;
  std::unique_ptr<Attempts> attempts_;
};

}  // namespace sennit::storage
