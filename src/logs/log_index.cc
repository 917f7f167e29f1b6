#include "logs/log_index.h"

#include <algorithm>
#include <limits>

#include "logs/log_file.h"

namespace sennit::logs {
namespace {

constexpr std::size_t kBlock = 64 * 1024;

}  // namespace

IndexRecords::IndexRecords(int fd) : fd_(fd) {
  char magic[kIndexHeaderBytes];
  const bool readable = fd >= 0 && read_block(0, magic, sizeof magic) == sizeof magic;
  if (!readable || std::string_view(magic, sizeof magic) != kIndexMagic) return;
  const Result<std::uint64_t> size = size_of(fd);
  if (size) count_ = (*size - kIndexHeaderBytes) / kIndexRecordBytes;  // a torn record at the end does not count
}

std::size_t IndexRecords::read_block(std::uint64_t offset, char* out, std::size_t limit) const {
  const Result<std::size_t> n = read_at(fd_, offset, out, limit);
  return n ? *n : 0;
}

IndexRecord IndexRecords::operator[](std::size_t i) {
  constexpr std::size_t kRecords = kBlock / kIndexRecordBytes;
  const std::size_t first = i / kRecords * kRecords;
  if (block_.empty() || first != block_first_) {
    block_.resize(kBlock);
    block_.resize(read_block(kIndexHeaderBytes + first * kIndexRecordBytes, block_.data(), kBlock));
    block_first_ = first;
  }
  const std::size_t at = (i - first) * kIndexRecordBytes;
  if (at + kIndexRecordBytes > block_.size()) return {.offset = std::numeric_limits<std::uint64_t>::max()};
  return decode_record(block_.data() + at);
}

template <class Less>
std::size_t IndexRecords::first_not(Less less) {
  std::size_t low = 0;
  std::size_t high = count_;
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (less((*this)[middle])) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

std::size_t IndexRecords::first_behind(std::uint64_t offset) {
  return first_not([offset](const IndexRecord& record) { return record.offset <= offset; });
}

std::size_t IndexRecords::first_since(Instant at) {
  return first_not([at](const IndexRecord& record) { return record.at < at; });
}

WrittenIndexCursor::WrittenIndexCursor(int fd, std::uint64_t offset)
    : here_(fd), ahead_(fd), next_(here_.first_behind(offset)), scan_(next_) {
  if (next_ > 0) current_ = here_[next_ - 1];
}

void WrittenIndexCursor::seek(std::uint64_t offset) {
  while (next_ < here_.count() && here_[next_].offset <= offset) current_ = here_[next_++];
}

std::uint64_t WrittenIndexCursor::next_switch(std::uint64_t limit) {
  scan_ = std::max(scan_, next_);
  while (scan_ < ahead_.count()) {
    const IndexRecord record = ahead_[scan_];
    if (record.offset >= limit) break;
    if (record.stream != current_.stream) return record.offset;
    ++scan_;
  }
  return limit;
}

}  // namespace sennit::logs
