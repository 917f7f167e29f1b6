// Writes the log of one attempt: its bytes as they come, the index beside them, and a copy where the job asks for one.
//
// The files (and the directories above them) are made at the first byte: most tasks of a large workflow print nothing.
//
// Never refuses: when bytes cannot be written (full disk, directory gone) they are counted and dropped, so that the
// task goes on instead of hanging on a full pipe; once writing works again, a note in the log says how much is missing
// there.
//
// Threads:   one at a time.
// Errors:    only told by summary(); the copy in job.log fails on its own, without harm to the log.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/instant.h"
#include "base/unique_fd.h"
#include "logs/log_format.h"

namespace sennit::logs {

struct LogPlaces {
  std::string log;
  std::string index;
  std::string copy;  // "<job_dir>/job.log", appended to; "": none
};

struct LogSummary {
  std::uint64_t size = 0;        // of the log file
  std::uint64_t lost = 0;        // bytes that could not be written
  std::string why_lost;          // the first reason
  std::string why_copy_stopped;  // "": it did not
};

class LogWriter {
 public:
  explicit LogWriter(LogPlaces places) : places_(std::move(places)) {}
  LogWriter(LogWriter&&) = default;
  LogWriter& operator=(LogWriter&&) = default;
  ~LogWriter() = default;

  void write(Stream stream, Instant at, std::string_view bytes);

  // Says where bytes at the end of the log are missing, if any are and it can be said. Last call.
  void finish(Instant at);

  std::uint64_t size() const { return summary_.size; }
  const LogSummary& summary() const { return summary_; }

 private:
  bool open_files();
  void note_loss(Instant at);
  bool append(Stream stream, Instant at, std::string_view bytes);
  void append_copy(std::string_view bytes);
  void lose(std::size_t bytes, int error);

  LogPlaces places_;
  UniqueFd log_;
  UniqueFd index_;
  UniqueFd copy_;
  bool indexed_ = false;  // `last_` has been written
  IndexRecord last_;
  std::uint64_t unsaid_ = 0;  // bytes lost since the last note
  LogSummary summary_;
};

}  // namespace sennit::logs
