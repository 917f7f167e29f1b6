// The index of a log: which stream its bytes came from, and when. Of one that is written (log.idx), and of a packed
// one.
//
// Threads: one at a time. Errors: an index that is not there, is torn or cannot be read has no records.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "logs/log_format.h"

namespace sennit::logs {

// Walks forward through an index along rising offsets of the log. Linear over a whole walk, whatever the lines.
class IndexCursor {
 public:
  virtual ~IndexCursor() = default;
  // Moves to the record that covers `offset`.
  virtual void seek(std::uint64_t offset) = 0;
  // The stream and time of the place sought; stdout and unknown in front of the first record.
  virtual const IndexRecord& current() const = 0;
  // The first offset before `limit` where another stream begins, else `limit`.
  virtual std::uint64_t next_switch(std::uint64_t limit) = 0;
};

// The records of log.idx, read in blocks. Records that are not there (yet) lie behind every offset.
class IndexRecords {
 public:
  // Borrowed; below 0: there is no index.
  explicit IndexRecords(int fd);

  std::size_t count() const { return count_; }
  IndexRecord operator[](std::size_t i);

  // The first record whose offset is greater than `offset`.
  std::size_t first_behind(std::uint64_t offset);
  // The first record of `at` or later, by halves: where a clock was set back, one of several.
  std::size_t first_since(Instant at);

 private:
  template <class Less>
  std::size_t first_not(Less less);
  std::size_t read_block(std::uint64_t offset, char* out, std::size_t limit) const;

  int fd_;
  std::size_t count_ = 0;
  std::string block_;
  std::size_t block_first_ = 0;
};

// Of log.idx.
class WrittenIndexCursor final : public IndexCursor {
 public:
  WrittenIndexCursor(int fd, std::uint64_t offset);
  void seek(std::uint64_t offset) override;
  const IndexRecord& current() const override { return current_; }
  std::uint64_t next_switch(std::uint64_t limit) override;

 private:
  // Two, as the scan runs ahead and each would throw out the other's block.
  IndexRecords here_;
  IndexRecords ahead_;
  std::size_t next_;
  std::size_t scan_;  // records before it do not switch
  IndexRecord current_;
};

}  // namespace sennit::logs
