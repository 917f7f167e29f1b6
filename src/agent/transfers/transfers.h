// What brings a task's inputs in and its outputs out: the download and upload phases of a course.
//
// Threads: the loop's; nothing blocks, and no answer comes within a call.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "model/exit_codes.h"
#include "model/transfer.h"

namespace sennit::agent {

class Transfers {
 public:
  class Sink {
   public:
    virtual ~Sink() = default;
    // For the task's log: "Downloading s3://bucket/data". Without the prefix, without a newline.
    virtual void on_transfer_line(std::string_view line) = 0;
    virtual void on_transfer_progress(const TransferProgress& progress) = 0;
    // The answer to download() or upload(). kCancelled after cancel().
    virtual void on_transfer_done(const Result<void>& result) = 0;
  };

  virtual ~Transfers() = default;
  // Either may be called again for a task whose ctrl was replaced in the middle: it goes on with what is not there yet.
  virtual void download(Sink& sink) = 0;
  virtual void upload(Sink& sink) = 0;
  virtual void cancel() = 0;
  // Of model/exit_codes.h: what a command that cannot begin for the last failure counts as.
  virtual std::int32_t failure_code() const { return exit_codes::kDownloadFailed; }
};

}  // namespace sennit::agent
