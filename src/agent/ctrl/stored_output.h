// A task's output on its way from its container to the log, across the death of whoever writes it: each byte of the
// container's output is in the log once.
//
// Beside the log lies a record of 32 bytes: which entry process the output is of, how much of it is in the log, and how
// long the log was then. It is written after the log. What a writer that was killed had added without saying so is
// therefore cut off by the next one, and comes again from the container. docs/formats/user.md has the layout.
//
// A lost power supply may cost more: neither is flushed, and the attempt is lost then anyway.
//
// Threads: one at a time. Errors: see open(); what cannot be written to the log is the LogWriter's to tell.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/unique_fd.h"
#include "logs/log_writer.h"
#include "logs/secret_mask.h"
#include "wire/user_messages.h"

namespace sennit::agent {

class StoredOutput {
 public:
  // Goes on where the record says, or begins. `mask`: of what must not get there; null: nothing.
  // Fails: kIo, kExhausted, kCorrupt (not our record).
  static Result<StoredOutput> open(logs::LogPlaces places, const std::string& record,
                                   std::shared_ptr<const logs::SecretMask> mask = {});

  std::uint64_t session() const { return session_; }    // 0: no entry process has begun
  std::uint64_t position() const { return position_; }  // of its output; what is held back (mask) lies behind it
  std::uint64_t size() const;                           // of the log

  // Output from now on is of this entry process. Of the same one: nothing changes.
  void begin(std::uint64_t session);

  // Of the entry process; follows on position().
  void write(const wire::Output& output);
  // Bytes that never came.
  void skip(Instant at, std::uint64_t bytes);
  // A line of ours, without its newline.
  void note(Instant at, std::string_view line);

  // All output has come: what is held back is shown.
  void end_output(Instant at);

  // The last call of a writer.
  logs::LogSummary finish(Instant at);

 private:
  StoredOutput(logs::LogPlaces places, UniqueFd record);
  Result<void> recover(const logs::LogPlaces& places);
  void save() const;

  logs::LogWriter writer_;
  UniqueFd record_;
  // What both streams say is masked as they come. A secret that is cut by output of the other stream is seen in parts.
  std::shared_ptr<const logs::SecretMask> mask_;  // shared with the notes of others
  std::optional<logs::MaskedStream> masked_;      // of the stream that wrote last
  wire::Output::Stream stream_ = wire::Output::Stream::kStdout;
  std::uint64_t session_ = 0;
  std::uint64_t position_ = 0;
  std::uint64_t log_before_ = 0;  // the size that the log was found with
};

}  // namespace sennit::agent
