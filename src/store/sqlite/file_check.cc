#include "store/sqlite/file_check.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>
#include <vector>

#include "base/unique_fd.h"
#include "store/sqlite/schema.h"

namespace sennit::store {
namespace {

// From https://www.sqlite.org/fileformat2.html: all numbers are big-endian.
constexpr std::size_t kHeaderSize = 100;
constexpr std::string_view kMagic{"SQLite format 3\0", 16};
constexpr std::size_t kPageSizeAt = 16;
constexpr std::size_t kPageCountAt = 28;
constexpr std::size_t kUserVersionAt = 60;
constexpr std::size_t kApplicationIdAt = 68;

constexpr std::size_t kWalHeaderSize = 32;
constexpr std::size_t kFrameHeaderSize = 24;
constexpr std::size_t kSaltSize = 8;
constexpr std::size_t kSaltAt = 16;      // in the log's header
constexpr std::size_t kFrameSaltAt = 8;  // in a frame's header

std::uint32_t read_u32(const unsigned char* at) {
  return static_cast<std::uint32_t>(at[0]) << 24 | static_cast<std::uint32_t>(at[1]) << 16 |
         static_cast<std::uint32_t>(at[2]) << 8 | at[3];
}

std::uint32_t read_page_size(const unsigned char* header) {
  const auto stored = static_cast<std::uint32_t>(header[kPageSizeAt] << 8 | header[kPageSizeAt + 1]);
  return stored == 1 ? 65536 : stored;
}

Error not_ours(const std::string& path, std::string_view why) {
  return {ErrorCode::kCorrupt, fmt::format("{} is not a store of sennit: {}", path, why)};
}

Error cut_short(const std::string& path, std::string_view how) {
  return {ErrorCode::kCorrupt, fmt::format("store {} is cut short: {}", path, how)};
}

Error failed(const char* doing, const std::string& path) {
  const int number = errno;
  return Error::from_errno(fmt::format("{} store {}", doing, path), number);
}

bool read_at(int fd, std::uint64_t offset, unsigned char* into, std::size_t size) {
  return ::pread(fd, into, size, static_cast<off_t>(offset)) == static_cast<ssize_t>(size);
}

struct Shape {
  std::uint32_t page_size = 0;
  std::uint64_t file_pages = 0;
  std::uint32_t header_pages = 0;
};

// Which pages after the file's end the write-ahead log brings, and how many pages the database has after its last
// transaction (0: the log holds none).
struct WalTail {
  std::vector<std::uint32_t> pages;  // ascending
  std::uint32_t database_pages = 0;
};

// Reads only the frames' headers. Checksums are left to the library: a frame of an earlier round has another salt.
WalTail read_wal(const std::string& path, const Shape& shape) {
  WalTail tail;
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::array<unsigned char, kWalHeaderSize> header{};
  if (!fd || !read_at(fd.get(), 0, header.data(), header.size())) return tail;
  std::array<unsigned char, kFrameHeaderSize> frame{};
  std::uint64_t offset = kWalHeaderSize;
  std::vector<std::uint32_t> open_transaction;
  while (read_at(fd.get(), offset, frame.data(), frame.size())) {
    if (!std::equal(header.begin() + kSaltAt, header.begin() + kSaltAt + kSaltSize, frame.begin() + kFrameSaltAt))
      break;
    const std::uint32_t page = read_u32(frame.data());
    const std::uint32_t pages_after_commit = read_u32(frame.data() + 4);
    if (page > shape.file_pages) open_transaction.push_back(page);
    if (pages_after_commit != 0) {
      tail.database_pages = pages_after_commit;
      tail.pages.insert(tail.pages.end(), open_transaction.begin(), open_transaction.end());
      open_transaction.clear();
    }
    offset += kFrameHeaderSize + shape.page_size;
  }
  std::sort(tail.pages.begin(), tail.pages.end());
  tail.pages.erase(std::unique(tail.pages.begin(), tail.pages.end()), tail.pages.end());
  return tail;
}

// After a crash the log may be all there is of the last pages, so a short file alone says nothing: every page that the
// database has must be in one or the other.
Result<void> check_length(const std::string& path, const Shape& shape) {
  const WalTail tail = read_wal(path + "-wal", shape);
  const std::uint64_t wanted = tail.database_pages != 0 ? tail.database_pages : shape.header_pages;
  if (wanted <= shape.file_pages) return {};
  const std::uint64_t missing = wanted - shape.file_pages;
  const auto past_end = std::upper_bound(tail.pages.begin(), tail.pages.end(), wanted);
  const auto found = static_cast<std::uint64_t>(past_end - tail.pages.begin());
  if (found >= missing) return {};
  return cut_short(path, fmt::format("it has {} pages of {}", shape.file_pages + found, wanted));
}

Result<Shape> check_header(const std::string& path, int fd, std::uint64_t size, std::uint32_t newest_version) {
  if (size == 0) return cut_short(path, "it is empty");
  std::array<unsigned char, kHeaderSize> header{};
  const std::size_t got = std::min<std::size_t>(size, kHeaderSize);
  if (!read_at(fd, 0, header.data(), got)) return failed("read", path);
  const std::string_view start(reinterpret_cast<const char*>(header.data()), std::min(got, kMagic.size()));
  if (start != kMagic.substr(0, start.size())) return not_ours(path, "it is not an SQLite database");
  if (got < kHeaderSize) return cut_short(path, fmt::format("it has {} bytes", size));
  if (read_u32(header.data() + kApplicationIdAt) != kApplicationId) {
    return not_ours(path, "it is a database of another program");
  }
  const std::uint32_t version = read_u32(header.data() + kUserVersionAt);
  if (version > newest_version) {
    return Error(ErrorCode::kCorrupt,
                 fmt::format("store {} has format {}, of a later release; this release knows formats up to {}", path,
                             version, newest_version));
  }
  Shape shape;
  shape.page_size = read_page_size(header.data());
  const bool power_of_two = shape.page_size >= 512 && (shape.page_size & (shape.page_size - 1)) == 0;
  if (!power_of_two) return not_ours(path, "its header is damaged");
  shape.file_pages = size / shape.page_size;
  shape.header_pages = read_u32(header.data() + kPageCountAt);
  return shape;
}

}  // namespace

Result<FileState> check_file(const std::string& path, std::uint32_t newest_version) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));  // a FIFO must not hang us
  if (!fd && errno == ENOENT) return FileState::kAbsent;
  if (!fd) return failed("open", path);
  struct stat info {};
  if (::fstat(fd.get(), &info) != 0) return failed("read", path);
  if (!S_ISREG(info.st_mode)) return not_ours(path, "it is not a regular file");
  SENNIT_ASSIGN(const Shape shape,
                check_header(path, fd.get(), static_cast<std::uint64_t>(info.st_size), newest_version));
  SENNIT_TRY(check_length(path, shape));
  return FileState::kOurs;
}

}  // namespace sennit::store
