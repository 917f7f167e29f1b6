#include "logs/packed_log.h"

#include <zstd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "logs/log_file.h"

namespace sennit::logs {
namespace {

// Of a block's records, unpacked: no more than one for each byte, and they are small.
constexpr std::size_t kMaxRecordBytes = 64 * 1024 * 1024;

Error damaged(std::string_view what) {
  return {ErrorCode::kCorrupt, std::string("the packed log is damaged: ").append(what)};
}

}  // namespace

struct PackedLog::Cache {
  struct FreeContext {
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
  };
  std::unique_ptr<ZSTD_DCtx, FreeContext> context{ZSTD_createDCtx()};
  std::string frame;
  std::size_t block = ~std::size_t{0};  // whose text is here
  std::string text;
  std::array<std::pair<std::size_t, Records>, 4> records;
  std::size_t next_records = 0;
};

PackedLog::PackedLog(UniqueFd file, PackedTable table)
    : file_(std::move(file)), table_(std::move(table)), cache_(std::make_unique<Cache>()) {}
PackedLog::~PackedLog() = default;
PackedLog::PackedLog(PackedLog&&) noexcept = default;
PackedLog& PackedLog::operator=(PackedLog&&) noexcept = default;

Result<PackedLog> PackedLog::open(UniqueFd file) {
  SENNIT_ASSIGN(const std::uint64_t size, size_of(file.get()));
  std::string foot(kPackedFootBytes, '\0');
  if (size < foot.size()) return damaged("it is too short");
  SENNIT_ASSIGN(const std::size_t n, logs::read_at(file.get(), size - foot.size(), foot.data(), foot.size()));
  foot.resize(n);
  SENNIT_ASSIGN(const TablePlace place, find_table(foot, size));
  std::string bytes(place.bytes, '\0');
  SENNIT_ASSIGN(const std::size_t there, logs::read_at(file.get(), place.at, bytes.data(), bytes.size()));
  bytes.resize(there);
  SENNIT_ASSIGN(PackedTable table, decode_table(bytes, place));
  return PackedLog(std::move(file), std::move(table));
}

std::size_t PackedLog::block_at(std::uint64_t offset) const {
  const auto behind = std::ranges::upper_bound(table_.blocks, offset, {}, &PackedBlock::text_at);
  return static_cast<std::size_t>(behind - table_.blocks.begin()) - 1;
}

Result<void> PackedLog::unpack(std::uint64_t at, std::size_t bytes, std::size_t most, std::string& out) const {
  std::string& frame = cache_->frame;
  frame.resize(bytes);
  SENNIT_ASSIGN(const std::size_t n, logs::read_at(file_.get(), at, frame.data(), frame.size()));
  const unsigned long long size = ZSTD_getFrameContentSize(frame.data(), n);  // NOLINT(google-runtime-int): zstd's
  if (size == ZSTD_CONTENTSIZE_UNKNOWN || size == ZSTD_CONTENTSIZE_ERROR || size > most) return damaged("a frame");
  out.resize(static_cast<std::size_t>(size));
  const std::size_t got = ZSTD_decompressDCtx(cache_->context.get(), out.data(), out.size(), frame.data(), n);
  if (ZSTD_isError(got) != 0) return damaged(ZSTD_getErrorName(got));
  if (got != out.size()) return damaged("a frame is short");
  return {};
}

Result<std::string_view> PackedLog::text(std::size_t block) const {
  if (cache_->block == block) return std::string_view(cache_->text);
  const PackedBlock& row = table_.blocks[block];
  cache_->block = ~std::size_t{0};
  SENNIT_TRY(unpack(row.file_at, row.frame_bytes, row.text_bytes, cache_->text));
  if (cache_->text.size() != row.text_bytes) return damaged("a block is short");
  cache_->block = block;
  return std::string_view(cache_->text);
}

Result<std::vector<IndexRecord>> PackedLog::records(std::size_t block) const {
  const PackedBlock& row = table_.blocks[block];
  if (row.record_bytes <= kAsideHeaderBytes) return std::vector<IndexRecord>();
  std::string bytes;
  SENNIT_TRY(unpack(row.file_at + row.frame_bytes + kAsideHeaderBytes, row.record_bytes - kAsideHeaderBytes,
                    kMaxRecordBytes, bytes));
  return decode_records(bytes, row);
}

Result<std::size_t> PackedLog::read_at(std::uint64_t offset, char* out, std::size_t limit) const {
  std::size_t done = 0;
  while (done < limit && offset + done < size()) {
    const std::size_t block = block_at(offset + done);
    SENNIT_ASSIGN(std::string_view text, this->text(block));
    text.remove_prefix(static_cast<std::size_t>(offset + done - table_.blocks[block].text_at));
    const std::size_t n = std::min(text.size(), limit - done);
    std::memcpy(out + done, text.data(), n);
    done += n;
  }
  return done;
}

Result<std::vector<bool>> PackedLog::blocks_with(const std::vector<std::uint32_t>& bits, std::size_t first,
                                                 std::size_t count) const {
  std::vector<bool> found(count, true);
  for (std::size_t group = first / table_.group_blocks; group * table_.group_blocks < first + count; ++group) {
    if (group < table_.filters.size() && table_.filters[group] != 0) SENNIT_TRY(narrow(found, bits, first, group));
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (table_.blocks[first + i].has_no_filter()) found[i] = true;
  }
  return found;
}

Result<void> PackedLog::narrow(std::vector<bool>& found, const std::vector<std::uint32_t>& bits, std::size_t first,
                               std::size_t group) const {
  const std::size_t group_first = group * table_.group_blocks;
  const std::size_t blocks = std::min<std::size_t>(table_.group_blocks, table_.blocks.size() - group_first);
  std::string row((blocks + 7) / 8, '\0');
  std::string all(row.size(), '\xff');
  for (const std::uint32_t bit : bits) {
    const std::uint64_t at = table_.filters[group] + std::uint64_t{bit} * row.size();
    SENNIT_ASSIGN(const std::size_t n, logs::read_at(file_.get(), at, row.data(), row.size()));
    if (n != row.size()) return damaged("a filter is short");
    bool any = false;
    for (std::size_t i = 0; i < row.size(); ++i) any |= (all[i] = static_cast<char>(all[i] & row[i])) != 0;
    if (!any) break;
  }
  for (std::size_t i = 0; i < blocks; ++i) {
    const std::size_t block = group_first + i;
    const bool has = (static_cast<unsigned char>(all[i / 8]) >> (i % 8) & 1U) != 0;
    if (!has && block >= first && block < first + found.size()) found[block - first] = false;
  }
  return {};
}

PackedLog::Records PackedLog::all_records(std::size_t block) const {
  for (const auto& [kept, records] : cache_->records) {
    if (records && kept == block) return records;
  }
  const PackedBlock& row = table_.blocks[block];
  std::vector<IndexRecord> all{{.offset = row.text_at, .stream = row.stream(), .at = row.first}};
  const Result<std::vector<IndexRecord>> inner = records(block);
  if (inner) all.insert(all.end(), inner->begin(), inner->end());
  auto& place = cache_->records[cache_->next_records++ % cache_->records.size()];
  place = {block, std::make_shared<const std::vector<IndexRecord>>(std::move(all))};
  return place.second;
}

void PackedIndexCursor::seek(std::uint64_t offset) {
  if (log_.size() == 0) return;
  offset = std::min(offset, log_.size() - 1);  // behind the end it is as at its end
  const std::size_t block = log_.block_at(offset);
  if (block_ != block) {
    here_ = log_.all_records(block);
    block_ = block;
    next_ = 0;
  }
  while (next_ < here_->size() && (*here_)[next_].offset <= offset) current_ = (*here_)[next_++];
}

std::uint64_t PackedIndexCursor::next_switch(std::uint64_t limit) {
  const std::uint64_t end = std::min(limit, log_.size());
  std::uint64_t from = std::max(current_.offset + 1, searched_);
  while (from < end) {
    const std::size_t block = log_.block_at(from);
    const PackedLog::Records records = log_.all_records(block);
    for (auto it = std::ranges::lower_bound(*records, from, {}, &IndexRecord::offset); it != records->end(); ++it) {
      if (it->offset >= end) return limit;
      searched_ = it->offset;
      if (it->stream != current_.stream) return it->offset;
    }
    from = searched_ = log_.table().blocks[block].text_end();
  }
  return limit;
}

}  // namespace sennit::logs
