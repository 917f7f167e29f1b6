#include "storage/dataset/file_copy.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/fs.h>
#include <sodium.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <vector>

#include "base/write_all.h"

namespace sennit::storage {
namespace {

constexpr std::size_t kChunk = 1 << 18;
constexpr std::int64_t kBillion = 1'000'000'000;

std::int64_t nanoseconds(const timespec& time) { return time.tv_sec * kBillion + time.tv_nsec; }

// Copies by reading; `see` is called with each piece.
template <class See>
Result<void> copy_by_reading(int from, int to, Meter& meter, See see) {
  std::vector<char> buffer(kChunk);
  off_t at = 0;
  for (;;) {
    SENNIT_TRY(meter.may_go_on());
    const ssize_t size = ::pread(from, buffer.data(), buffer.size(), at);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return Error::from_errno("read", errno);
    if (size == 0) return {};
    const std::string_view bytes(buffer.data(), static_cast<std::size_t>(size));
    see(bytes);
    SENNIT_TRY(write_all(to, bytes, "write"));
    meter.add(0, bytes.size());
    at += size;
  }
}

bool clone(int from, int to) { return ::ioctl(to, FICLONE, from) == 0; }

Result<void> count_whole(int fd, Meter& meter) {
  SENNIT_ASSIGN(const FileStamp stamp, stamp_of(fd));
  meter.add(0, stamp.size);
  return {};
}

}  // namespace

Result<FileStamp> stamp_of(int fd) {
  struct stat info {};
  if (::fstat(fd, &info) != 0) return Error::from_errno("look at a file", errno);
  return FileStamp{.device = info.st_dev,
                   .inode = info.st_ino,
                   .size = static_cast<std::uint64_t>(info.st_size),
                   .modified_ns = nanoseconds(info.st_mtim),
                   .changed_ns = nanoseconds(info.st_ctim)};
}

Result<void> copy_verified(int from, int to, const Digest& digest, Meter& meter) {
  Digest found{};
  if (clone(from, to)) {
    SENNIT_ASSIGN(found, digest_of_open(to, meter));
    SENNIT_TRY(count_whole(to, meter));
  } else {
    Sha256 hash;
    SENNIT_TRY(copy_by_reading(from, to, meter, [&hash](std::string_view bytes) { hash.add(bytes); }));
    found = hash.finish();
  }
  if (found != digest) return Error(ErrorCode::kConflict, "its contents changed while it was read");
  return {};
}

Result<void> copy_contents(int from, int to, Meter& meter) {
  if (clone(from, to)) return count_whole(to, meter);
  return copy_by_reading(from, to, meter, [](std::string_view) {});
}

std::string temporary_beside(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string directory = slash == std::string::npos ? std::string() : path.substr(0, slash + 1);
  std::uint64_t number = 0;
  ::randombytes_buf(&number, sizeof number);
  return fmt::format("{}{}{:016x}", directory, kTemporaryPrefix, number);
}

}  // namespace sennit::storage
