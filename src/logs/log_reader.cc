#include "logs/log_reader.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>
#include <vector>

#include "logs/log_file.h"

namespace sennit::logs {
namespace {

constexpr std::size_t kBlock = 64 * 1024;

using ReadAt = std::function<Result<std::size_t>(std::uint64_t, char*, std::size_t)>;

// A window on the log that moves forward as lines are taken from it.
class Window {
 public:
  Window(ReadAt read_at, std::uint64_t offset, std::uint64_t end)
      : read_at_(std::move(read_at)), offset_(offset), end_(end) {}

  std::uint64_t offset() const { return offset_; }
  std::string_view bytes() const { return std::string_view(buffer_).substr(taken_); }
  bool at_end() const { return offset_ + bytes().size() >= end_; }

  void take(std::size_t count) {
    taken_ += count;
    offset_ += count;
  }

  Result<void> extend() {
    buffer_.erase(0, std::exchange(taken_, 0));
    const std::size_t before = buffer_.size();
    const std::uint64_t wanted = std::min<std::uint64_t>(kBlock, end_ - offset_ - before);
    buffer_.resize(before + wanted);
    SENNIT_ASSIGN(const std::size_t n, read_at_(offset_ + before, buffer_.data() + before, wanted));
    buffer_.resize(before + n);
    if (n < wanted) end_ = offset_ + buffer_.size();  // cut short while we read
    return {};
  }

 private:
  ReadAt read_at_;
  std::uint64_t offset_;  // of bytes()
  std::uint64_t end_;
  std::string buffer_;
  std::size_t taken_ = 0;
};

}  // namespace

// Where the raw log gives way to the packed one meanwhile, one of them is found: the packed one has its name before the
// raw one goes, and the raw log goes before its index.
Result<LogReader> LogReader::open(const std::string& log, const std::string& index, const std::string& packed) {
  UniqueFd log_fd(::open(log.c_str(), O_RDONLY | O_CLOEXEC));
  const Error error = Error::from_errno("open log " + log, errno);
  UniqueFd index_fd(log_fd ? ::open(index.c_str(), O_RDONLY | O_CLOEXEC) : -1);
  if (log_fd && (index_fd || packed.empty())) return LogReader(std::move(log_fd), std::move(index_fd));
  UniqueFd packed_fd(packed.empty() ? -1 : ::open(packed.c_str(), O_RDONLY | O_CLOEXEC));
  if (packed_fd) {
    Result<PackedLog> opened = PackedLog::open(std::move(packed_fd));
    if (!opened) return std::move(opened).error().in("open log " + packed);
    return LogReader(std::move(*opened));
  }
  if (log_fd) return LogReader(std::move(log_fd), UniqueFd());
  return error;
}

Result<std::uint64_t> LogReader::size() const { return packed_ ? packed_->size() : size_of(log_.get()); }

Result<std::size_t> LogReader::read_at(std::uint64_t offset, char* out, std::size_t limit) const {
  return packed_ ? packed_->read_at(offset, out, limit) : logs::read_at(log_.get(), offset, out, limit);
}

std::unique_ptr<IndexCursor> LogReader::index_from(std::uint64_t offset) const {
  if (packed_) return std::make_unique<PackedIndexCursor>(*packed_, offset);
  return std::make_unique<WrittenIndexCursor>(index_.get(), offset);
}

Result<std::string> LogReader::read(std::uint64_t offset, std::size_t limit) const {
  SENNIT_ASSIGN(const std::uint64_t end, size());
  if (offset >= end) return std::string();
  std::string bytes(static_cast<std::size_t>(std::min<std::uint64_t>(limit, end - offset)), '\0');
  SENNIT_ASSIGN(const std::size_t n, read_at(offset, bytes.data(), bytes.size()));
  bytes.resize(n);
  return bytes;
}

// The end of the block in which the newline lies that the last lines begin behind: what follows need not be read.
std::uint64_t LogReader::packed_before_last_lines(std::uint64_t count, std::uint64_t end) const {
  const std::vector<PackedBlock>& blocks = packed_->table().blocks;
  if (end < packed_->size() || packed_->table().newlines <= count) return end;
  // Newlines in front of the one that is looked for; the last line may be open, so it may be one more.
  const std::uint64_t before = packed_->table().newlines - count;
  const auto behind = std::ranges::upper_bound(blocks, before, {}, &PackedBlock::newlines_before);
  return behind == blocks.end() ? end : behind->text_at;
}

Result<std::uint64_t> LogReader::start_of_last_lines(std::uint64_t count, std::uint64_t before) const {
  SENNIT_ASSIGN(const std::uint64_t written, size());
  const std::uint64_t end = std::min(before, written);
  if (count == 0 || end == 0) return end;
  std::vector<char> block(kBlock);
  std::uint64_t seen = 0;
  std::uint64_t begin = end;
  if (packed_) {
    begin = packed_before_last_lines(count, end);
    if (begin < end) {
      const std::vector<PackedBlock>& blocks = packed_->table().blocks;
      seen = packed_->table().newlines - blocks[packed_->block_at(begin)].newlines_before;
      SENNIT_ASSIGN(const std::string last, read(end - 1, 1));
      if (last == "\n") --seen;
    }
  }
  while (begin > 0) {
    const std::uint64_t from = begin > kBlock ? begin - kBlock : 0;
    SENNIT_ASSIGN(const std::size_t n, read_at(from, block.data(), static_cast<std::size_t>(begin - from)));
    for (std::size_t i = n; i > 0; --i) {
      // The newline that ends the last line begins no line behind it.
      if (block[i - 1] != '\n' || from + i == end) continue;
      if (++seen == count) return from + i;
    }
    begin = from;
  }
  return std::uint64_t{0};
}

Result<std::uint64_t> LogReader::lines(std::uint64_t offset, std::uint64_t end,
                                       const std::function<Visit(const LogLine&)>& visit) const {
  SENNIT_ASSIGN(const std::uint64_t written, size());
  const auto read = [this](std::uint64_t at, char* out, std::size_t limit) { return read_at(at, out, limit); };
  Window window(read, offset, std::min(end, written));
  const std::unique_ptr<IndexCursor> index = index_from(offset);
  std::size_t searched = 0;  // of the window: no newline there
  while (!(window.at_end() && window.bytes().empty())) {
    index->seek(window.offset());
    const std::string_view bytes = window.bytes();
    const std::size_t newline = bytes.find('\n', searched);
    const auto limit = static_cast<std::size_t>(index->next_switch(window.offset() + kMaxLineBytes) - window.offset());
    LogLine line{.offset = window.offset(), .stream = index->current().stream, .at = index->current().at, .text = {}};
    std::size_t taken = 0;
    if (newline != std::string_view::npos && newline < limit) {
      line.text = bytes.substr(0, newline);
      taken = newline + 1;
    } else if (bytes.size() >= limit) {
      line.text = bytes.substr(0, limit);
      line.end = LogLine::End::kCut;
      taken = limit;
    } else if (window.at_end()) {
      line.text = bytes;
      line.end = LogLine::End::kOpen;
      taken = bytes.size();
    } else {
      searched = bytes.size();
      SENNIT_TRY(window.extend());
      continue;
    }
    searched = 0;
    const Visit go_on = visit(line);
    window.take(taken);
    if (go_on == Visit::kStop) break;
  }
  return window.offset();
}

// The offset of the first record of `since` or later; kEnd: there is none.
std::uint64_t LogReader::first_record_since(Instant since) const {
  if (!packed_) {
    IndexRecords records(index_.get());
    const std::size_t first = records.first_since(since);
    return first < records.count() ? records[first].offset : kEnd;
  }
  const std::vector<PackedBlock>& blocks = packed_->table().blocks;
  const auto block = std::ranges::lower_bound(blocks, since, {}, &PackedBlock::latest);
  if (block == blocks.end()) return kEnd;
  if (block->first >= since) return block->text_at;
  const Result<std::vector<IndexRecord>> records = packed_->records(static_cast<std::size_t>(block - blocks.begin()));
  if (!records) return block->text_at;
  const auto found = std::ranges::find_if(*records, [since](const IndexRecord& r) { return r.at >= since; });
  return found == records->end() ? block->text_end() : found->offset;
}

Result<std::uint64_t> LogReader::line_start_from(std::uint64_t offset) const {
  SENNIT_ASSIGN(const std::uint64_t end, size());
  if (offset == 0 || offset >= end) return std::min(offset, end);
  const std::unique_ptr<IndexCursor> index = index_from(offset - 1);
  const Stream before = index->current().stream;
  index->seek(offset);
  if (index->current().stream != before) return offset;
  std::uint64_t found = end;
  // The rest of the line in front ends where the next one begins.
  SENNIT_TRY(lines(offset - 1, end, [&found](const LogLine& line) {
    if (line.end != LogLine::End::kOpen) found = line.offset + line.text.size() + (line.end == LogLine::End::kNewline);
    return Visit::kStop;
  }));
  return found;
}

Result<std::uint64_t> LogReader::first_line_since(Instant since) const {
  const std::uint64_t offset = first_record_since(since);
  if (offset == kEnd) return kEnd;
  return line_start_from(offset);
}

Instant LogReader::time_at(std::uint64_t offset) const { return index_from(offset)->current().at; }

}  // namespace sennit::logs
