#include "agent/progress_keeper.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "base/unique_fd.h"

namespace sennit::agent {
namespace {

// Of the task's file at once; of what is more only the end is read.
constexpr std::uint64_t kMostTold = 256 * 1024;
constexpr std::uint64_t kToldAgain = 4 * 1024;
// So much of what was read last must still stand there: a line that replaces another one is often as long.
constexpr std::size_t kKnownEnd = 1024;

bool still_has(const UniqueFd& file, std::string_view end, std::uint64_t at) {
  std::array<char, kKnownEnd> there;
  const ssize_t count = ::pread(file.get(), there.data(), end.size(), static_cast<off_t>(at - end.size()));
  return count >= 0 && std::string_view(there.data(), static_cast<std::size_t>(count)) == end;
}

}  // namespace

ProgressKeeper::ProgressKeeper(std::string_view verb, std::string series, std::shared_ptr<const logs::SecretMask> mask)
    : kind_(progress::kind_of(verb)),
      mask_(std::move(mask)),
      file_(std::move(series)),
      reader_([this](std::string_view line) { take_line(line); }) {}

void ProgressKeeper::load() {
  for (const progress::Series& series : file_.load()) {
    if (!series.points.empty()) tracker_.adopt(series.name, series.points.back().last);
  }
}

void ProgressKeeper::take_line(std::string_view line) {
  progress::Readings readings;
  progress::read_line(line, kind_, scratch_, readings);
  if (!readings.empty() && !has_secret(readings)) tracker_.take(readings, now_);
}

void ProgressKeeper::take_told(std::string_view line, Instant now) {
  progress::Readings readings;
  progress::read_told(line, scratch_, readings);
  if (!readings.empty() && !has_secret(readings)) tracker_.take(readings, now);
}

bool ProgressKeeper::has_secret(const progress::Readings& readings) const {
  if (!mask_ || mask_->empty()) return false;
  return std::ranges::any_of(readings, [this](const auto& one) { return mask_->mask(one.name) != one.name; });
}

void ProgressKeeper::take(std::size_t stream, std::string_view bytes, Instant now, Micros boot) {
  now_ = now;
  reader_.take(stream, bytes, boot);
}

void ProgressKeeper::read_told(const std::string& path, Instant now) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  struct stat info {};
  if (!file || ::fstat(file.get(), &info) != 0 || !S_ISREG(info.st_mode)) return;
  const auto size = static_cast<std::uint64_t>(info.st_size);
  if (info.st_ino != told_inode_ || size < told_bytes_ || !still_has(file, told_end_, told_bytes_)) {
    // Another file, or begun anew.
    told_inode_ = info.st_ino;
    told_bytes_ = 0;
    told_end_.clear();
    told_.break_off();
    told_.take("\n", [](std::string_view) {});
  }
  if (size - told_bytes_ > kMostTold) {
    told_bytes_ = size - kMostTold;
    told_end_.clear();
    told_.break_off();
  }
  const progress::LineCutter::OnLine on_line = [&](std::string_view line) { take_told(line, now); };
  std::array<char, 16 * 1024> piece;
  while (told_bytes_ < size) {
    const ssize_t count = ::pread(file.get(), piece.data(), piece.size(), static_cast<off_t>(told_bytes_));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    const std::string_view bytes(piece.data(), static_cast<std::size_t>(count));
    told_bytes_ += bytes.size();
    told_.take(bytes, on_line);
    told_end_ += bytes;
    if (told_end_.size() > kKnownEnd) told_end_.erase(0, told_end_.size() - kKnownEnd);
  }
}

void ProgressKeeper::pass_over_told(const std::string& path) {
  struct stat info {};
  if (::lstat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return;
  const auto size = static_cast<std::uint64_t>(info.st_size);
  if (size <= kToldAgain) return;
  told_inode_ = info.st_ino;
  told_bytes_ = size - kToldAgain;
  told_end_.clear();
  told_.break_off();
}

bool ProgressKeeper::settle(Instant now) {
  now_ = now;
  reader_.settle();
  if (!tracker_.has_news()) return false;
  file_.append(tracker_.take_news());
  return true;
}

bool ProgressKeeper::end(Instant now) {
  now_ = now;
  reader_.end();
  told_.end([&](std::string_view line) { take_told(line, now); });
  return settle(now);
}

}  // namespace sennit::agent
