// Reads the log of one attempt: also while it is being written, after its writer was killed, and once it is packed.
//
// Threads:   one at a time; different readers of one log do not know of each other.
// Ownership: holds the files open, so a log that is removed or packed meanwhile can still be read to its end.
// Errors:    open() fails with kNotFound when the attempt has written nothing (yet): logs are made at the first byte.
//            A torn or missing index is no error: bytes that it does not cover count as stdout, time unknown.
//            kCorrupt: a packed log that is damaged.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/instant.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "logs/log_format.h"
#include "logs/log_index.h"
#include "logs/packed_log.h"
#include "logs/run_layout.h"

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

  static constexpr std::uint64_t kEnd = ~std::uint64_t{0};

  // `index` may name a file that does not exist: a plain text file is a log, too. `packed`: what may stand in the place
  // of both.
  static Result<LogReader> open(const std::string& log, const std::string& index, const std::string& packed = {});
  static Result<LogReader> open(const RunLayout& layout) { return open(layout.log, layout.index, layout.packed); }

  // Bytes written by now.
  Result<std::uint64_t> size() const;

  // Up to `limit` raw bytes from `offset` on; fewer only at the end of what is written by now.
  Result<std::string> read(std::uint64_t offset, std::size_t limit) const;

  // Where the last `count` lines in front of `before` begin (lines end at newlines; an open one at the end counts).
  // The cost is that of the lines, not of the log. With 0 it is the end, with more than there are the beginning.
  Result<std::uint64_t> start_of_last_lines(std::uint64_t count, std::uint64_t before = kEnd) const;

  // The first line that begins at `since` or later; kEnd: none has by now. By the index, whose times are taken as
  // rising: where a clock was set back, one of several places.
  Result<std::uint64_t> first_line_since(Instant since) const;
  // The first line that begins at `offset` or behind it; the end, if there is none.
  Result<std::uint64_t> line_start_from(std::uint64_t offset) const;
  // When the byte at `offset` came; not set: unknown.
  Instant time_at(std::uint64_t offset) const;

  // Calls `visit` for each line from `offset` (the beginning of a line) to `end`, which does not pass what is written.
  // `visit` returns whether to go on. Returns the offset behind the last line visited. Lines that are kOpen are visited
  // too; who follows goes on from the open line's own offset.
  enum class Visit : std::uint8_t { kContinue, kStop };
  Result<std::uint64_t> lines(std::uint64_t offset, std::uint64_t end,
                              const std::function<Visit(const LogLine&)>& visit) const;

  // Null: it is not packed.
  const PackedLog* packed() const { return packed_ ? &*packed_ : nullptr; }

 private:
  LogReader(UniqueFd log, UniqueFd index) : log_(std::move(log)), index_(std::move(index)) {}
  explicit LogReader(PackedLog packed) : packed_(std::move(packed)) {}

  Result<std::size_t> read_at(std::uint64_t offset, char* out, std::size_t limit) const;
  std::unique_ptr<IndexCursor> index_from(std::uint64_t offset) const;
  std::uint64_t first_record_since(Instant since) const;
  std::uint64_t packed_before_last_lines(std::uint64_t count, std::uint64_t end) const;

  UniqueFd log_;
  UniqueFd index_;                   // empty: there is none
  std::optional<PackedLog> packed_;  // else the two above
};

}  // namespace sennit::logs
