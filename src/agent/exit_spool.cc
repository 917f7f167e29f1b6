#include "agent/exit_spool.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string_view>

#include "wire/messages.h"

namespace sennit::agent {
namespace {

constexpr std::string_view kMagic = "SNEXITS1";
constexpr std::size_t kRecordHeader = 8;  // size and checksum, 4 bytes each, little-endian
constexpr std::uint32_t kMaxRecord = 1024 * 1024;
constexpr off_t kReserved = 256 * 1024;              // some thousand exits
constexpr std::uint64_t kEmptyWhenOver = 64 * 1024;  // emptied rarely: it costs more than many records
constexpr std::uint64_t kRewriteWhenOver = 4 * 1024 * 1024;

void put_u32(std::uint32_t value, std::string& out) {
  for (int i = 0; i < 4; ++i) out += static_cast<char>(value >> (8 * i));
}

std::uint32_t take_u32(std::string_view bytes) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i)
    value |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
  return value;
}

// FNV-1a: what it has to find are torn writes, not malice.
std::uint32_t checksum(std::string_view bytes) {
  std::uint32_t value = 0x811c9dc5;
  for (const char c : bytes) value = (value ^ static_cast<unsigned char>(c)) * 0x01000193;
  return value;
}

void append_record(const fact::AttemptExited& exit, std::string& out) {
  std::string payload;
  wire::encode_exited(exit, payload);
  put_u32(static_cast<std::uint32_t>(payload.size()), out);
  put_u32(checksum(payload), out);
  out += payload;
}

// All or nothing: a record that did not fit is taken back.
Result<void> append_whole(int fd, std::string_view bytes, std::uint64_t& size) {
  ssize_t n = 0;
  while ((n = ::write(fd, bytes.data(), bytes.size())) < 0 && errno == EINTR) {
  }
  if (n == static_cast<ssize_t>(bytes.size())) {
    size += bytes.size();
    return {};
  }
  const int error = n < 0 ? errno : ENOSPC;
  if (n > 0 && ::ftruncate(fd, static_cast<off_t>(size)) != 0) return Error::from_errno("take back a torn exit", errno);
  return Error::from_errno("write exit", error);
}

Result<std::string> read_whole(int fd) {
  std::string bytes;
  char block[64 * 1024];
  for (;;) {
    const ssize_t n = ::read(fd, block, sizeof block);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return Error::from_errno("read", errno);
    if (n == 0) return bytes;
    bytes.append(block, static_cast<std::size_t>(n));
  }
}

UniqueFd open_spool(const std::string& path, int flags) {
  return UniqueFd(::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | flags, 0600));
}

// Keeps room for exits on a disk that fills up. Not every file system can.
void reserve(int fd) { static_cast<void>(::fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, kReserved)); }

}  // namespace

Result<ExitSpool> ExitSpool::open(const std::string& directory) {
  if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) return Error::from_errno("make " + directory, errno);
  const std::string path = directory + "/exits";
  UniqueFd file = open_spool(path, 0);
  if (!file) return Error::from_errno("open " + path, errno);
  ExitSpool spool(path, std::move(file));
  if (Result<void> loaded = spool.load(); !loaded) return std::move(loaded).error().in(path);
  return spool;
}

Result<void> ExitSpool::load() {
  SENNIT_ASSIGN(const std::string bytes, read_whole(file_.get()));
  if (kMagic.starts_with(bytes)) {  // new, or cut short while it was being made
    if (::ftruncate(file_.get(), 0) != 0) return Error::from_errno("empty", errno);
    reserve(file_.get());
    return append_whole(file_.get(), kMagic, size_);
  }
  if (!bytes.starts_with(kMagic)) {
    return Error(ErrorCode::kCorrupt, "this is no list of exits of this release; it is left as it is");
  }
  std::string_view rest = std::string_view(bytes).substr(kMagic.size());
  while (rest.size() >= kRecordHeader) {
    const std::uint32_t size = take_u32(rest);
    if (size > kMaxRecord || rest.size() - kRecordHeader < size) break;
    const std::string_view payload = rest.substr(kRecordHeader, size);
    if (checksum(payload) != take_u32(rest.substr(4))) break;
    SENNIT_ASSIGN(fact::AttemptExited exit, wire::decode_exited(payload));
    kept_.insert_or_assign(exit.attempt, std::move(exit));
    rest.remove_prefix(kRecordHeader + size);
  }
  size_ = bytes.size();
  if (!rest.empty()) return rewrite();
  return {};
}

Result<void> ExitSpool::add(const fact::AttemptExited& exit) {
  kept_.insert_or_assign(exit.attempt, exit);
  std::string record;
  append_record(exit, record);
  return append_whole(file_.get(), record, size_);
}

void ExitSpool::forget(const AttemptId& attempt) {
  kept_.erase(attempt);
  make_small();
}

// What is forgotten stays in the file until it is worth the trouble: reported again, it would be ignored.
void ExitSpool::make_small() {
  if (kept_.empty() && size_ > kEmptyWhenOver) {
    if (::ftruncate(file_.get(), static_cast<off_t>(kMagic.size())) == 0) size_ = kMagic.size();
    reserve(file_.get());
  } else if (size_ > kRewriteWhenOver && kept_.size() < size_ / 1024) {
    ignore(rewrite(), "the old file holds everything, too");
  }
}

Result<void> ExitSpool::rewrite() {
  const std::string fresh_path = path_ + ".new";
  UniqueFd fresh = open_spool(fresh_path, O_TRUNC);
  if (!fresh) return Error::from_errno("open " + fresh_path, errno);
  std::string bytes(kMagic);
  for (const auto& [attempt, exit] : kept_) append_record(exit, bytes);
  reserve(fresh.get());
  std::uint64_t size = 0;
  SENNIT_TRY(append_whole(fresh.get(), bytes, size));
  if (::rename(fresh_path.c_str(), path_.c_str()) != 0) return Error::from_errno("replace " + path_, errno);
  file_ = std::move(fresh);
  size_ = size;
  return {};
}

const fact::AttemptExited* ExitSpool::find(const AttemptId& attempt) const {
  const auto it = kept_.find(attempt);
  return it == kept_.end() ? nullptr : &it->second;
}

}  // namespace sennit::agent
