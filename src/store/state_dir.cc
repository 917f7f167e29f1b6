#include "store/state_dir.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <system_error>

#include "store/private_file.h"
#include "store/random_id.h"

namespace sennit::store {
namespace {

constexpr mode_t kPrivate = 0700;
constexpr Bytes kInstanceFileLimit{256};

Error failed(const std::string& doing) {
  const int number = errno;
  return Error::from_errno(doing, number);
}

// A directory that others may write to could be filled with files that we then trust.
Result<void> check_ours(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return failed("look at " + path);
  if (!S_ISDIR(info.st_mode)) return Error(ErrorCode::kInvalid, path + " is not a directory");
  if (info.st_uid != ::geteuid()) {
    return Error(ErrorCode::kInvalid, fmt::format("{} belongs to the user with id {}, not to you", path, info.st_uid));
  }
  if ((info.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return Error(ErrorCode::kInvalid, fmt::format("other users may write to {}; 'chmod 700 {}' mends it", path, path));
  }
  return {};
}

Result<void> make_private(const std::string& path) {
  if (::mkdir(path.c_str(), kPrivate) != 0 && errno != EEXIST) return failed("make directory " + path);
  return check_ours(path);
}

Result<void> make_parents(const std::string& path) {
  std::error_code error;
  const std::filesystem::path parent = std::filesystem::path(path).parent_path();
  std::filesystem::create_directories(parent, error);
  if (error) return Error::from_errno("make directory " + parent.string(), error.value());
  return {};
}

// /tmp belongs to everybody: each level of the short socket directory must be ours, and no link to elsewhere.
Result<void> make_socket_dir(const StateLayout& layout) {
  if (layout.socket_dir == layout.root) return {};
  for (const std::string& path : {parent_of(layout.socket_dir), layout.socket_dir}) {
    struct stat info {};
    if (::lstat(path.c_str(), &info) == 0 && S_ISLNK(info.st_mode)) {
      return Error(ErrorCode::kInvalid, path + " is a symbolic link, not a directory");
    }
    SENNIT_TRY(make_private(path));
  }
  return {};
}

Result<InstanceId> load_instance(const std::string& path) {
  SENNIT_ASSIGN(const std::string text,
                read_or_create(path, fmt::format("{:016x}\n", random_u64()), kInstanceFileLimit));
  std::uint64_t value = 0;
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, value, 16);
  const bool whole = end == last || *end == '\n';
  if (error != std::errc{} || !whole || value == 0) {
    return Error(ErrorCode::kCorrupt, "instance file " + path + " does not hold 16 hex digits");
  }
  return InstanceId(value);
}

Error held_by_another(int fd, const std::string& path, const std::string& what) {
  std::array<char, 32> text{};
  const ssize_t size = ::pread(fd, text.data(), text.size() - 1, 0);
  int pid = 0;
  if (size > 0) std::from_chars(text.data(), text.data() + size, pid);
  const std::string who = pid > 0 ? fmt::format(" (pid {})", pid) : "";
  return {ErrorCode::kConflict, fmt::format("another {}{} uses the state directory {}", what, who, parent_of(path))};
}

}  // namespace

Result<StateLock> StateLock::take(const std::string& path, const std::string& what) {
  UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!fd) return failed("open " + path);
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return held_by_another(fd.get(), path, what);
    return failed("lock " + path);
  }
  // A full disk must not keep us from working: the pid in the file is for people, the lock is what counts.
  const std::string text = fmt::format("{}\n", ::getpid());
  if (::ftruncate(fd.get(), 0) == 0) {
    [[maybe_unused]] const ssize_t written = ::pwrite(fd.get(), text.data(), text.size(), 0);
  }
  return StateLock(std::move(fd));
}

Result<StateDir> StateDir::open(const std::string& state_dir) {
  StateLayout layout = layout_of(state_dir);
  SENNIT_TRY(make_parents(layout.root));
  SENNIT_TRY(make_private(layout.root));
  SENNIT_TRY(make_private(layout.runs));
  SENNIT_TRY(make_private(layout.spool));
  SENNIT_TRY(make_socket_dir(layout));
  SENNIT_ASSIGN(const InstanceId instance, load_instance(layout.instance));
  return StateDir(std::move(layout), instance);
}

}  // namespace sennit::store
