// One thing that is brought in before a task's command begins, or carried out after it has ended: what lies at a URL,
// a dataset, the files that a regex chooses of another task's output. Each kind is a class of its own; TaskTransfers
// takes them one by one.
//
// Threads:   the loop's; nothing blocks, and no answer comes within a call.
// Ownership: the sink outlives the item; destroying an item ends what it does, and tells nothing.
#pragma once

#include <string_view>

#include "base/result.h"
#include "storage/storage.h"

namespace sennit::agent {

class TransferItem {
 public:
  class Sink {
   public:
    virtual ~Sink() = default;
    // For the task's log: "Downloading s3://bucket/data". Without the prefix, without a newline.
    virtual void on_item_line(std::string_view line) = 0;
    virtual void on_item_progress(const storage::Progress& progress) = 0;
    // The answer to check() or carry(). May destroy the item.
    virtual void on_item_done(Result<void> result) = 0;
  };

  virtual ~TransferItem() = default;

  // Before anything is moved, and before the command begins: whether it may be read, or written. kInvalid and
  // kNotFound: no, and another try would not help; all else: nobody knows.
  virtual void check(Sink& sink) = 0;
  // Moves it. May be done again: goes on with what is not there yet.
  virtual void carry(Sink& sink) = 0;
  // Ends what was begun, soon: its answer is kCancelled.
  virtual void cancel() = 0;
};

}  // namespace sennit::agent
