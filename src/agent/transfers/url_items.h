// What is fetched from a URL, and what is sent to one.
//
// Threads: the loop's. Ownership: storage and workers outlive it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "agent/transfers/transfer_item.h"
#include "agent/transfers/upload_source.h"
#include "loop/loop.h"
#include "loop/timer.h"
#include "loop/worker_pool.h"

namespace sennit::agent {

// What items of URLs have in common: a storage, and who is told how far it is.
class UrlItem : public TransferItem, private storage::Watcher {
 public:
  struct Setup {
    loop::Loop& loop;
    loop::WorkerPool& workers;
    storage::Storage& storage;
    storage::Effort effort;
    storage::Target target;
  };

  void check(Sink& sink) final;
  void cancel() override;

 protected:
  UrlItem(Setup setup, storage::Access access) : setup_(std::move(setup)), access_(access) {}

  const Setup& setup() const { return setup_; }
  std::string url() const { return setup_.target.location.text(); }
  storage::Watcher& watcher() { return *this; }
  Sink& sink() { return *sink_; }
  void begin(Sink& sink);
  void run(storage::Started job);
  void say(std::string_view line) { sink_->on_item_line(line); }
  // "Downloaded s3://b/x: 3 files, 12 MiB in 1.2 s", and the end.
  void finish(std::string_view did, const Result<storage::Moved>& result);
  void finish(Result<void> result);
  bool is_cancelled() const { return cancelled_; }

 private:
  void on_progress(const storage::Progress& progress) override;
  void on_retry(const storage::Retry& retry) override;

  Setup setup_;
  storage::Access access_;
  Sink* sink_ = nullptr;
  std::unique_ptr<storage::Job> job_;
  Micros began_{};
  Micros told_{};  // when progress was last said in the log
  bool cancelled_ = false;
  loop::Timer soon_{setup_.loop};
};

class UrlInput final : public UrlItem {
 public:
  // `directory`: made if it is not there.
  UrlInput(Setup setup, std::string directory, std::string regex)
      : UrlItem(std::move(setup), storage::Access::kRead), directory_(std::move(directory)), regex_(std::move(regex)) {}
  void carry(Sink& sink) override;

 private:
  storage::Started start();

  std::string directory_;
  std::string regex_;
};

class UrlOutput : public UrlItem {
 public:
  UrlOutput(Setup setup, UploadSource source)
      : UrlItem(std::move(setup), storage::Access::kWrite), source_(std::move(source)) {}
  void carry(Sink& sink) override;

 private:
  void send(Result<storage::SendPlan> plan);

  UploadSource source_;
  Finding finding_;
};

}  // namespace sennit::agent
