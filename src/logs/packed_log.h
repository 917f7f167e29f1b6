// Reads a packed log: its text at any place, and what its table and filters know without reading text.
//
// Threads:   one at a time.
// Ownership: holds the file open. Keeps the block that was read last.
// Errors:    kCorrupt; what a damaged file says is never taken for a place in memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "logs/log_index.h"
#include "logs/packed_format.h"

namespace sennit::logs {

class PackedLog {
 public:
  static Result<PackedLog> open(UniqueFd file);
  ~PackedLog();
  PackedLog(PackedLog&&) noexcept;
  PackedLog& operator=(PackedLog&&) noexcept;

  const PackedTable& table() const { return table_; }
  std::uint64_t size() const { return table_.text_bytes; }
  // The block of a place in the text.
  std::size_t block_at(std::uint64_t offset) const;

  // The text of a block. Valid until the next call.
  Result<std::string_view> text(std::size_t block) const;
  // Those behind its first byte.
  Result<std::vector<IndexRecord>> records(std::size_t block) const;
  // With the one of its first byte in front. Those that cannot be read are none. The last few are kept: a search makes
  // many cursors, one after the other, in the same block.
  using Records = std::shared_ptr<const std::vector<IndexRecord>>;  // shared by the cursors that are in the block
  Records all_records(std::size_t block) const;
  // Up to `limit` bytes; fewer only at the end.
  Result<std::size_t> read_at(std::uint64_t offset, char* out, std::size_t limit) const;

  // Of the blocks [first, first + count) those whose filters have all the bits; one without a filter counts as such.
  // Reads a few bytes for each bit and group, no text.
  Result<std::vector<bool>> blocks_with(const std::vector<std::uint32_t>& bits, std::size_t first,
                                        std::size_t count) const;

 private:
  struct Cache;
  PackedLog(UniqueFd file, PackedTable table);
  Result<void> unpack(std::uint64_t at, std::size_t bytes, std::size_t most, std::string& out) const;
  Result<void> narrow(std::vector<bool>& found, const std::vector<std::uint32_t>& bits, std::size_t first,
                      std::size_t group) const;

  UniqueFd file_;
  PackedTable table_;
  std::unique_ptr<Cache> cache_;
};

// Of a packed log, which must outlive it.
class PackedIndexCursor final : public IndexCursor {
 public:
  PackedIndexCursor(const PackedLog& log, std::uint64_t offset) : log_(log) { seek(offset); }
  void seek(std::uint64_t offset) override;
  const IndexRecord& current() const override { return current_; }
  std::uint64_t next_switch(std::uint64_t limit) override;

 private:
  const PackedLog& log_;
  std::size_t block_ = ~std::size_t{0};  // that of here_
  PackedLog::Records here_;
  std::size_t next_ = 0;        // of here_: behind the place sought
  std::uint64_t searched_ = 0;  // up to here no other stream begins
  IndexRecord current_;
};

}  // namespace sennit::logs
