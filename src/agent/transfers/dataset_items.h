// Datasets of a task: a version that is brought in, or made of what it has put out.
//
// A version that lies in a directory of this host is not copied: its files become clones of the bucket's or links to
// them. Reading, hashing and sending run on a thread of the item's own.
//
// Threads:   the loop's. Ownership: the storage and the cache outlive it; destroying it ends its work, and waits for
//            that (a moment).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/transfers/transfer_item.h"
#include "agent/transfers/upload_source.h"
#include "loop/timer.h"
#include "storage/dataset/dataset_name.h"
#include "storage/dataset/dataset_thread.h"
#include "storage/dataset/link.h"
#include "storage/dataset/upload.h"

namespace sennit::agent {

class DatasetItem : public TransferItem {
 public:
  struct Setup {
    loop::Loop& loop;
    storage::Storage& storage;
    storage::HashCache& hashes;
    storage::Effort effort;
    storage::Target place;  // of the bucket
    storage::DatasetName name;
  };

  void cancel() final;

 protected:
  explicit DatasetItem(Setup setup) : setup_(std::move(setup)), timer_(setup_.loop) {}

  const Setup& setup() const { return setup_; }
  const std::string& dataset() const { return setup_.name.name; }
  // "digits:3 in s3://bucket/sets".
  std::string shown(std::uint32_t version) const;
  std::string shown() const { return setup_.name.text() + " in " + setup_.place.location.text(); }
  bool is_on_this_host() const { return setup_.place.location.is_file(); }
  void say(std::string_view line) { sink_->on_item_line(line); }
  Micros took() const { return setup_.loop.clock().boot() - began_; }
  void begin(Sink& sink);
  // `work(const DatasetWork&) -> Result<T>` on the other thread, then `done(Result<T>)`.
  template <class Work, class Done>
  void run(Work work, Done done) {
    thread_.emplace(setup_.loop, setup_.storage, setup_.place, setup_.effort, setup_.hashes);
    show_later();
    thread_->submit(std::move(work), std::move(done));
  }
  void finish(Result<void> result);

 private:
  void show_later();
  void show();

  Setup setup_;
  Sink* sink_ = nullptr;
  Micros began_{};
  Micros told_{};  // when progress was last said in the log
  loop::Timer timer_;
  std::optional<storage::DatasetThread> thread_;
};

class DatasetInput final : public DatasetItem {
 public:
  // `directory`: made if it is not there; the files lie below the dataset's name in it.
  DatasetInput(Setup setup, std::string directory, std::string regex, storage::HardLinks hard_links)
      : DatasetItem(std::move(setup)),
        directory_(std::move(directory)),
        regex_(std::move(regex)),
        hard_links_(hard_links) {}

  void check(Sink& sink) override;
  void carry(Sink& sink) override;

 private:
  std::string directory_;
  std::string regex_;
  storage::HardLinks hard_links_;
};

class DatasetOutput final : public DatasetItem {
 public:
  struct Part {
    UploadSource source;
    std::string below;  // the directory in the dataset
  };
  struct What {
    std::string output;  // the task's output directory
    std::vector<Part> parts;
    std::vector<std::string> metadata;  // files below it
    std::vector<std::string> labels;
    storage::UploadRequest::Onto onto = storage::UploadRequest::Onto::kNothing;
    std::string source;  // "<workflow>/<task>"
  };
  DatasetOutput(Setup setup, What what) : DatasetItem(std::move(setup)), what_(std::move(what)) {}

  void check(Sink& sink) override;
  void carry(Sink& sink) override;

 private:
  What what_;
};

}  // namespace sennit::agent
