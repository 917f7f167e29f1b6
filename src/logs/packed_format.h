// The bytes of a packed log: what a large log becomes once its attempt is over. docs/formats/log.md has the grammar.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "base/result.h"
#include "logs/log_format.h"

namespace sennit::logs {

// Frames that zstd skips: whatever is not text lies in them, so that zstdcat shows the text alone.
inline constexpr std::uint32_t kAsideMagic = 0x184D2A5E;
inline constexpr std::size_t kAsideHeaderBytes = 8;

inline constexpr std::string_view kPackedMagic = "SNLOGZX1";
inline constexpr std::size_t kPackedBlockBytes = 56;
inline constexpr std::size_t kPackedFootBytes = 64;

// The largest text of a block that readers take: it has to fit into memory.
inline constexpr std::uint32_t kMaxBlockText = 16 * 1024 * 1024;

// A piece of the text, compressed on its own.
struct PackedBlock {
  std::uint64_t text_at = 0;          // its offset in the log
  std::uint64_t file_at = 0;          // of its frame
  std::uint32_t text_bytes = 0;       // at least one
  std::uint32_t frame_bytes = 0;      // the frame with its records lies behind the text's
  std::uint32_t record_bytes = 0;     // of that frame with its header; 0: there is none
  std::uint32_t stream_and_open = 0;  // of its first byte; bit 8: it ends within a line; bit 9: it has no filter
  std::uint64_t newlines_before = 0;
  Instant first;   // when its first byte came; not set: unknown
  Instant latest;  // the latest time of a byte up to its end

  static constexpr std::uint32_t kOpenEnd = 1U << 8U;
  static constexpr std::uint32_t kNoFilter = 1U << 9U;
  Stream stream() const { return stream_of(stream_and_open & 0xff); }
  bool ends_within_line() const { return (stream_and_open & kOpenEnd) != 0; }
  bool has_no_filter() const { return (stream_and_open & kNoFilter) != 0; }
  std::uint64_t text_end() const { return text_at + text_bytes; }
  friend bool operator==(const PackedBlock&, const PackedBlock&) = default;
};

// What the end of the file says of it, with the table in front.
struct PackedTable {
  std::vector<PackedBlock> blocks;
  std::vector<std::uint64_t> filters;  // where those of a group of blocks lie; 0: it has none
  std::uint64_t text_bytes = 0;
  std::uint64_t newlines = 0;
  std::uint32_t group_blocks = 0;
  std::uint32_t filter_bits = 0;  // of each block: a power of two
  friend bool operator==(const PackedTable&, const PackedTable&) = default;
};

// The last frame of the file, whole. `at`: where it begins.
std::string encode_table(const PackedTable& table, std::uint64_t at);

// Of the last kPackedFootBytes of a file of `file_bytes`: where the table begins and how many bytes of it and of the
// foot there are. kCorrupt.
struct TablePlace {
  std::uint64_t at = 0;
  std::size_t bytes = 0;
};
Result<TablePlace> find_table(std::string_view foot, std::uint64_t file_bytes);
// Those bytes. kCorrupt unless all of it fits together: no row leads out of the file or of the text.
Result<PackedTable> decode_table(std::string_view bytes, const TablePlace& place);

// Makes the checksum of such bytes right: for tests that change them.
void seal_table(std::string& bytes);

// The header of a frame that zstd skips.
std::string aside_header(std::size_t bytes);

// Records within a block (offsets in the log, behind the block's first byte), as differences.
std::string encode_records(const std::vector<IndexRecord>& records, const PackedBlock& block);
// kCorrupt.
Result<std::vector<IndexRecord>> decode_records(std::string_view bytes, const PackedBlock& block);

}  // namespace sennit::logs
