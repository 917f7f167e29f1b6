#include "logs/log_reader.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <utility>
#include <vector>

namespace sennit::logs {
namespace {

constexpr std::size_t kBlock = 64 * 1024;

// Reads until `limit` bytes or the end of the file; the number of bytes, or an errno.
Result<std::size_t> read_at(int fd, std::uint64_t offset, char* out, std::size_t limit) {
  std::size_t done = 0;
  while (done < limit) {
    const ssize_t n = ::pread(fd, out + done, limit - done, static_cast<off_t>(offset + done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return Error::from_errno("read log", errno);
    if (n == 0) break;
    done += static_cast<std::size_t>(n);
  }
  return done;
}

Result<std::uint64_t> size_of(int fd) {
  struct stat info {};
  if (::fstat(fd, &info) != 0) return Error::from_errno("stat log", errno);
  return static_cast<std::uint64_t>(info.st_size);
}

// The records of an index, read in blocks. Records that are not there (yet) lie behind every offset.
class IndexRecords {
 public:
  explicit IndexRecords(int fd) : fd_(fd) {
    char magic[kIndexHeaderBytes];
    const bool readable = fd >= 0 && read_block(0, magic, sizeof magic) == sizeof magic;
    if (!readable || std::string_view(magic, sizeof magic) != kIndexMagic) return;
    const Result<std::uint64_t> size = size_of(fd);
    if (size) count_ = (*size - kIndexHeaderBytes) / kIndexRecordBytes;  // a torn record at the end does not count
  }

  std::size_t count() const { return count_; }

  IndexRecord operator[](std::size_t i) {
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

  // The first record whose offset is greater than `offset`.
  std::size_t first_behind(std::uint64_t offset) {
    std::size_t low = 0;
    std::size_t high = count_;
    while (low < high) {
      const std::size_t middle = low + (high - low) / 2;
      if ((*this)[middle].offset <= offset) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

 private:
  std::size_t read_block(std::uint64_t offset, char* out, std::size_t limit) const {
    const Result<std::size_t> n = read_at(fd_, offset, out, limit);
    return n ? *n : 0;
  }

  int fd_;
  std::size_t count_ = 0;
  std::string block_;
  std::size_t block_first_ = 0;
};

// Walks forward through the index along rising offsets of the log. Linear over a whole walk, whatever the lines.
class IndexCursor {
 public:
  IndexCursor(int fd, std::uint64_t offset) : here_(fd), ahead_(fd), next_(here_.first_behind(offset)), scan_(next_) {
    if (next_ > 0) current_ = here_[next_ - 1];
  }

  // Moves to the record that covers `offset`.
  void seek(std::uint64_t offset) {
    while (next_ < here_.count() && here_[next_].offset <= offset) current_ = here_[next_++];
  }

  // The stream and time of the place sought; stdout and unknown in front of the first record.
  const IndexRecord& current() const { return current_; }

  // The first offset before `limit` where another stream begins, else `limit`.
  std::uint64_t next_switch(std::uint64_t limit) {
    scan_ = std::max(scan_, next_);
    while (scan_ < ahead_.count()) {
      const IndexRecord record = ahead_[scan_];
      if (record.offset >= limit) break;
      if (record.stream != current_.stream) return record.offset;
      ++scan_;
    }
    return limit;
  }

 private:
  // Two, as the scan runs ahead and each would throw out the other's block.
  IndexRecords here_;
  IndexRecords ahead_;
  std::size_t next_;
  std::size_t scan_;  // records before it do not switch
  IndexRecord current_;
};

// A window on the log that moves forward as lines are taken from it.
class Window {
 public:
  Window(int fd, std::uint64_t offset, std::uint64_t end) : fd_(fd), offset_(offset), end_(end) {}

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
    SENNIT_ASSIGN(const std::size_t n, read_at(fd_, offset_ + before, buffer_.data() + before, wanted));
    buffer_.resize(before + n);
    if (n < wanted) end_ = offset_ + buffer_.size();  // cut short while we read
    return {};
  }

 private:
  int fd_;
  std::uint64_t offset_;  // of bytes()
  std::uint64_t end_;
  std::string buffer_;
  std::size_t taken_ = 0;
};

}  // namespace

Result<LogReader> LogReader::open(const std::string& log, const std::string& index) {
  UniqueFd log_fd(::open(log.c_str(), O_RDONLY | O_CLOEXEC));
  if (!log_fd) return Error::from_errno("open log " + log, errno);
  return LogReader(std::move(log_fd), UniqueFd(::open(index.c_str(), O_RDONLY | O_CLOEXEC)));
}

Result<std::uint64_t> LogReader::size() const { return size_of(log_.get()); }

Result<std::string> LogReader::read(std::uint64_t offset, std::size_t limit) const {
  SENNIT_ASSIGN(const std::uint64_t end, size());
  if (offset >= end) return std::string();
  std::string bytes(static_cast<std::size_t>(std::min<std::uint64_t>(limit, end - offset)), '\0');
  SENNIT_ASSIGN(const std::size_t n, read_at(log_.get(), offset, bytes.data(), bytes.size()));
  bytes.resize(n);
  return bytes;
}

Result<std::uint64_t> LogReader::start_of_last_lines(std::uint64_t count) const {
  SENNIT_ASSIGN(const std::uint64_t end, size());
  if (count == 0 || end == 0) return end;
  std::vector<char> block(kBlock);
  std::uint64_t seen = 0;
  std::uint64_t begin = end;
  while (begin > 0) {
    const std::uint64_t from = begin > kBlock ? begin - kBlock : 0;
    SENNIT_ASSIGN(const std::size_t n, read_at(log_.get(), from, block.data(), static_cast<std::size_t>(begin - from)));
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
  Window window(log_.get(), offset, std::min(end, written));
  IndexCursor index(index_.get(), offset);
  std::size_t searched = 0;  // of the window: no newline there
  while (!(window.at_end() && window.bytes().empty())) {
    index.seek(window.offset());
    const std::string_view bytes = window.bytes();
    const std::size_t newline = bytes.find('\n', searched);
    const auto limit = static_cast<std::size_t>(index.next_switch(window.offset() + kMaxLineBytes) - window.offset());
    LogLine line{.offset = window.offset(), .stream = index.current().stream, .at = index.current().at, .text = {}};
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

}  // namespace sennit::logs
