#include "logs/packed_format.h"

#include <bit>

namespace sennit::logs {
namespace {

void put(std::string& out, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i));
}

// Takes numbers off bytes that are long enough: the caller has counted.
class Numbers {
 public:
  explicit Numbers(std::string_view bytes) : rest_(bytes) {}
  std::uint64_t take(std::size_t bytes) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < bytes; ++i) {
      value |= static_cast<std::uint64_t>(static_cast<unsigned char>(rest_[i])) << (8 * i);
    }
    rest_.remove_prefix(bytes);
    return value;
  }
  std::uint64_t u64() { return take(8); }
  std::uint32_t u32() { return static_cast<std::uint32_t>(take(4)); }
  Instant time() { return Instant::from_unix_us(static_cast<std::int64_t>(take(8))); }

 private:
  std::string_view rest_;
};

// FNV-1a by words of eight bytes: it has to find torn and changed bytes, not enemies.
std::uint64_t checksum(std::string_view bytes) {
  std::uint64_t sum = 0xcbf29ce484222325U;
  for (std::size_t i = 0; i < bytes.size(); i += 8) {
    sum = (sum ^ Numbers(bytes.substr(i)).take(std::min<std::size_t>(8, bytes.size() - i))) * 0x100000001b3U;
    sum ^= sum >> 29U;
  }
  return sum;
}

constexpr std::size_t kSummed = kPackedFootBytes - 16;  // of the foot: all but the sum and the magic

Error corrupt(std::string_view what) {
  return {ErrorCode::kCorrupt, std::string("this is no packed log, or a damaged one: ").append(what)};
}

void put_block(std::string& out, const PackedBlock& block) {
  put(out, block.text_at, 8);
  put(out, block.file_at, 8);
  put(out, block.text_bytes, 4);
  put(out, block.frame_bytes, 4);
  put(out, block.record_bytes, 4);
  put(out, block.stream_and_open, 4);
  put(out, block.newlines_before, 8);
  put(out, static_cast<std::uint64_t>(block.first.unix_us()), 8);
  put(out, static_cast<std::uint64_t>(block.latest.unix_us()), 8);
}

PackedBlock take_block(Numbers& numbers) {
  PackedBlock block;
  block.text_at = numbers.u64();
  block.file_at = numbers.u64();
  block.text_bytes = numbers.u32();
  block.frame_bytes = numbers.u32();
  block.record_bytes = numbers.u32();
  block.stream_and_open = numbers.u32();
  block.newlines_before = numbers.u64();
  block.first = numbers.time();
  block.latest = numbers.time();
  return block;
}

// Blocks follow each other in text and file, and lie in front of the table.
Result<void> check_blocks(const PackedTable& table, std::uint64_t table_at) {
  std::uint64_t text = 0;
  std::uint64_t file = 0;
  std::uint64_t newlines = 0;
  for (const PackedBlock& block : table.blocks) {
    const std::uint64_t bytes = std::uint64_t{block.frame_bytes} + block.record_bytes;
    if (block.text_at != text || block.text_bytes == 0 || block.text_bytes > kMaxBlockText) return corrupt("its text");
    if (block.file_at < file || block.file_at > table_at || bytes > table_at - block.file_at) return corrupt("a block");
    if (block.newlines_before < newlines || block.newlines_before > table.newlines) return corrupt("its lines");
    text += block.text_bytes;
    file = block.file_at + bytes;
    newlines = block.newlines_before;
  }
  if (text != table.text_bytes) return corrupt("its size");
  return {};
}

Result<void> check_filters(const PackedTable& table, std::uint64_t table_at) {
  for (std::size_t group = 0; group < table.filters.size(); ++group) {
    const std::uint64_t at = table.filters[group];
    if (at == 0) continue;
    const std::uint64_t blocks =
        std::min<std::uint64_t>(table.group_blocks, table.blocks.size() - group * table.group_blocks);
    const std::uint64_t bytes = (blocks + 7) / 8 * table.filter_bits;
    if (at > table_at || bytes > table_at - at) return corrupt("a filter");
  }
  return {};
}

void put_varint(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7U) out += static_cast<char>(value | 0x80U);
  out += static_cast<char>(value);
}

bool take_varint(std::string_view& bytes, std::uint64_t& value) {
  value = 0;
  for (unsigned shift = 0; shift < 64 && !bytes.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    value |= static_cast<std::uint64_t>(byte & 0x7fU) << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

}  // namespace

std::string aside_header(std::size_t bytes) {
  std::string out;
  put(out, kAsideMagic, 4);
  put(out, bytes, 4);
  return out;
}

std::string encode_table(const PackedTable& table, std::uint64_t at) {
  const std::size_t rows = table.blocks.size() * kPackedBlockBytes + table.filters.size() * 8;
  std::string out = aside_header(rows + kPackedFootBytes);
  for (const PackedBlock& block : table.blocks) put_block(out, block);
  for (const std::uint64_t filter : table.filters) put(out, filter, 8);
  put(out, at + kAsideHeaderBytes, 8);
  put(out, table.blocks.size(), 8);
  put(out, table.text_bytes, 8);
  put(out, table.newlines, 8);
  put(out, table.group_blocks, 4);
  put(out, table.filter_bits, 4);
  put(out, table.filters.size(), 8);
  put(out, checksum(std::string_view(out).substr(kAsideHeaderBytes)), 8);
  return out += kPackedMagic;
}

void seal_table(std::string& bytes) {
  if (bytes.size() < kPackedFootBytes) return;
  std::string sum;
  put(sum, checksum(std::string_view(bytes).substr(0, bytes.size() - 16)), 8);
  bytes.replace(bytes.size() - 16, 8, sum);
  bytes.replace(bytes.size() - 8, 8, kPackedMagic);
}

Result<TablePlace> find_table(std::string_view foot, std::uint64_t file_bytes) {
  if (foot.size() != kPackedFootBytes || !foot.ends_with(kPackedMagic)) return corrupt("its end");
  const std::uint64_t at = Numbers(foot).u64();
  if (at > file_bytes || file_bytes - at < kPackedFootBytes || file_bytes - at > 0xffff'ffffU) {
    return corrupt("the place of its table");
  }
  return TablePlace{.at = at, .bytes = static_cast<std::size_t>(file_bytes - at)};
}

Result<PackedTable> decode_table(std::string_view bytes, const TablePlace& place) {
  if (bytes.size() != place.bytes || bytes.size() < kPackedFootBytes) return corrupt("its table is short");
  const std::string_view foot = bytes.substr(bytes.size() - kPackedFootBytes);
  if (Numbers(foot.substr(kSummed)).u64() != checksum(bytes.substr(0, bytes.size() - 16))) {
    return corrupt("the checksum of its table");
  }
  Numbers end(foot);
  end.u64();  // where the table lies: known
  const std::uint64_t blocks = end.u64();
  PackedTable table{.blocks = {}, .filters = {}, .text_bytes = end.u64(), .newlines = end.u64()};
  table.group_blocks = end.u32();
  table.filter_bits = end.u32();
  const std::uint64_t groups = end.u64();
  const std::uint64_t room = bytes.size() - kPackedFootBytes;
  if (blocks > room / kPackedBlockBytes || groups != (room - blocks * kPackedBlockBytes) / 8)
    return corrupt("its rows");
  if (table.group_blocks == 0 || !std::has_single_bit(table.filter_bits)) return corrupt("its filters");
  if (groups != (blocks + table.group_blocks - 1) / table.group_blocks) return corrupt("its groups");
  Numbers rows(bytes);
  table.blocks.reserve(blocks);
  for (std::uint64_t i = 0; i < blocks; ++i) table.blocks.push_back(take_block(rows));
  for (std::uint64_t i = 0; i < groups; ++i) table.filters.push_back(rows.u64());
  SENNIT_TRY(check_blocks(table, place.at));
  SENNIT_TRY(check_filters(table, place.at));
  return table;
}

std::string encode_records(const std::vector<IndexRecord>& records, const PackedBlock& block) {
  std::string out;
  std::uint64_t offset = block.text_at;
  std::int64_t time = block.first.unix_us();
  for (const IndexRecord& record : records) {
    put_varint(out, record.offset - offset);
    // Unsigned: a time that makes no sense wraps around, and comes back.
    const std::uint64_t step = static_cast<std::uint64_t>(record.at.unix_us()) - static_cast<std::uint64_t>(time);
    put_varint(out, step << 1U ^ (step >> 63U != 0 ? ~std::uint64_t{0} : 0));
    out += static_cast<char>(record.stream);
    offset = record.offset;
    time = record.at.unix_us();
  }
  return out;
}

Result<std::vector<IndexRecord>> decode_records(std::string_view bytes, const PackedBlock& block) {
  std::vector<IndexRecord> records;
  std::uint64_t offset = block.text_at;
  auto time = static_cast<std::uint64_t>(block.first.unix_us());
  while (!bytes.empty()) {
    std::uint64_t step = 0;
    std::uint64_t later = 0;
    if (!take_varint(bytes, step) || !take_varint(bytes, later) || bytes.empty()) return corrupt("a record");
    if (step == 0 || step >= block.text_end() - offset) return corrupt("the place of a record");
    offset += step;
    time += later >> 1U ^ ((later & 1U) != 0 ? ~std::uint64_t{0} : 0);
    records.push_back({.offset = offset,
                       .stream = stream_of(static_cast<unsigned char>(bytes.front())),
                       .at = Instant::from_unix_us(static_cast<std::int64_t>(time))});
    bytes.remove_prefix(1);
  }
  return records;
}

}  // namespace sennit::logs
