#include "logs/log_writer.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace sennit::logs {
namespace {

// Output of one stream that arrives within this time shares an index record: a task that writes single short lines as
// fast as it can would otherwise have an index larger than its log.
constexpr Micros kSameMoment{1'000};

// Makes the directories above `path`. errno tells what went wrong.
bool make_parents(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos || slash == 0) return true;
  const std::string parent = path.substr(0, slash);
  if (::mkdir(parent.c_str(), 0700) == 0 || errno == EEXIST) return true;
  if (errno != ENOENT || !make_parents(parent)) return false;
  return ::mkdir(parent.c_str(), 0700) == 0 || errno == EEXIST;
}

UniqueFd open_for_append(const std::string& path, mode_t mode) {
  constexpr int kFlags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC;
  UniqueFd fd(::open(path.c_str(), kFlags, mode));
  if (!fd && errno == ENOENT && make_parents(path)) fd.reset(::open(path.c_str(), kFlags, mode));
  return fd;
}

// Writes as much as it can; returns how much that was, errno the reason for any rest.
std::size_t write_some(int fd, std::string_view bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t n = ::write(fd, bytes.data() + done, bytes.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    done += static_cast<std::size_t>(n);
  }
  return done;
}

std::string reason(int error) { return std::system_category().message(error); }

std::uint64_t size_of(int fd) {
  struct stat info {};
  return ::fstat(fd, &info) == 0 ? static_cast<std::uint64_t>(info.st_size) : 0;
}

}  // namespace

// The index first: a reader that finds the log finds its times and streams, too.
bool LogWriter::open_files() {
  if (log_ && index_) return true;
  if (!index_) index_ = open_for_append(places_.index, 0600);
  if (!index_) return false;
  if (!log_) {
    log_ = open_for_append(places_.log, 0600);
    if (!log_) return false;
    summary_.size = size_of(log_.get());
  }
  if (size_of(index_.get()) >= kIndexHeaderBytes) return true;
  if (::ftruncate(index_.get(), 0) != 0) return false;  // a header cut short by a full disk
  return write_some(index_.get(), kIndexMagic) == kIndexMagic.size();
}

void LogWriter::lose(std::size_t bytes, int error) {
  if (bytes == 0) return;
  if (summary_.lost == 0) summary_.why_lost = reason(error);
  summary_.lost += bytes;
  unsaid_ += bytes;
}

// The index record goes first: a record without its bytes is ignored by readers, while bytes without their record would
// count as the other stream's.
bool LogWriter::append(Stream stream, Instant at, std::string_view bytes) {
  if (!indexed_ || stream != last_.stream || at - last_.at >= kSameMoment || at < last_.at) {
    const IndexRecord record{.offset = summary_.size, .stream = stream, .at = at};
    char encoded[kIndexRecordBytes];
    encode_record(record, encoded);
    const std::size_t done = write_some(index_.get(), {encoded, sizeof encoded});
    if (done != sizeof encoded) {
      const int error = errno;
      // A torn record in the middle would shift all later ones.
      if (done > 0 && ::ftruncate(index_.get(), static_cast<off_t>(size_of(index_.get()) - done)) != 0) index_.reset();
      errno = error;
      return false;
    }
    indexed_ = true;
    last_ = record;
  }
  const std::size_t done = write_some(log_.get(), bytes);
  summary_.size += done;
  if (done == bytes.size()) return true;
  indexed_ = false;  // what follows the gap gets a record of its own
  lose(bytes.size() - done, errno);
  return true;
}

void LogWriter::note_loss(Instant at) {
  if (unsaid_ == 0) return;
  const std::string note = "\n[sennit] " + std::to_string(unsaid_) +
                           " bytes of output could not be written here: " + summary_.why_lost + "\n";
  const std::uint64_t before = summary_.size;
  const std::uint64_t unsaid = unsaid_;
  const std::uint64_t lost = summary_.lost;
  if (append(Stream::kNote, at, note) && summary_.lost == lost) unsaid_ = 0;
  if (summary_.lost == lost) return;
  // The note itself did not fit. It is no output of the task, so it is not counted; it is said again later, whole.
  if (summary_.size > before && ::ftruncate(log_.get(), static_cast<off_t>(before)) == 0) summary_.size = before;
  summary_.lost = lost;
  unsaid_ = unsaid;
}

void LogWriter::append_copy(std::string_view bytes) {
  if (places_.copy.empty() || !summary_.why_copy_stopped.empty()) return;
  if (!copy_) copy_ = open_for_append(places_.copy, 0666);
  if (!copy_ || write_some(copy_.get(), bytes) != bytes.size()) summary_.why_copy_stopped = reason(errno);
}

void LogWriter::write(Stream stream, Instant at, std::string_view bytes) {
  if (bytes.empty()) return;
  append_copy(bytes);
  if (!open_files()) return lose(bytes.size(), errno);
  note_loss(at);
  if (unsaid_ > 0) return lose(bytes.size(), ENOSPC);
  if (!append(stream, at, bytes)) lose(bytes.size(), errno);
}

void LogWriter::finish(Instant at) {
  if (unsaid_ > 0 && open_files()) note_loss(at);
}

}  // namespace sennit::logs
