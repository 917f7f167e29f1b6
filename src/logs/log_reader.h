// Reads the log of one attempt, also while it is being written and after its writer was killed.
//
// Threads:   one at a time; different readers of one log do not know of each other.
// Ownership: holds the two files open, so a log that is removed meanwhile can still be read to its end.
// Errors:    open() fails with kNotFound when the attempt has written nothing (yet): logs are made at the first byte.
//            A torn or missing index is no error: bytes that it does not cover count as stdout, time unknown.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/instant.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "logs/log_format.h"

namespace sennit::logs {

// One line, without its newline. It also ends where the other stream begins, as two writers share one terminal line.
struct LogLine {
  std::uint64_t offset = 0;
  Stream stream = Stream::kStdout;
  Instant at;  // not set: unknown
  std::string_view text;
  enum class End : std::uint8_t {
    kNewline,  // whole
    kCut,      // the other stream begins here, or the line is longer than kMaxLineBytes
    kOpen,     // the log ends here: more may come
  };
  End end = End::kNewline;
};

class LogReader {
 public:
  static constexpr std::size_t kMaxLineBytes = 1024 * 1024;

  // `index` may name a file that does not exist: a plain text file is a log, too.
  static Result<LogReader> open(const std::string& log, const std::string& index);

  // Bytes written by now.
  Result<std::uint64_t> size() const;

  // Up to `limit` raw bytes from `offset` on; fewer only at the end of what is written by now.
  Result<std::string> read(std::uint64_t offset, std::size_t limit) const;

  // Where the last `count` lines begin (lines end at newlines; an open one at the end counts). Reads backwards: the
  // cost is that of the lines, not of the log. With 0 it is the end, with more than there are the beginning.
  Result<std::uint64_t> start_of_last_lines(std::uint64_t count) const;

  // Calls `visit` for each line from `offset` (the beginning of a line) to `end`, which does not pass what is written.
  // `visit` returns whether to go on. Returns the offset behind the last line visited. Lines that are kOpen are visited
  // too; who follows goes on from the open line's own offset.
  enum class Visit : std::uint8_t { kContinue, kStop };
  Result<std::uint64_t> lines(std::uint64_t offset, std::uint64_t end,
                              const std::function<Visit(const LogLine&)>& visit) const;

 private:
  LogReader(UniqueFd log, UniqueFd index) : log_(std::move(log)), index_(std::move(index)) {}

  UniqueFd log_;
  UniqueFd index_;  // empty: there is none
};

}  // namespace sennit::logs
