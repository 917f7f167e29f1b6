#include "store/private_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "base/unique_fd.h"
#include "base/write_all.h"

namespace sennit::store {
namespace {

Error failed(const char* doing, const std::string& path) {
  const int number = errno;
  return Error::from_errno(std::string(doing) + " " + path, number);
}

Result<void> fill(int fd, std::string_view contents, const std::string& path) {
  SENNIT_TRY(write_all(fd, contents, "write " + path));
  if (::fsync(fd) != 0) return failed("flush", path);
  return {};
}

}  // namespace

std::string parent_of(const std::string& path) {
  const std::string parent = std::filesystem::path(path).parent_path().string();
  return parent.empty() ? "." : parent;
}

Result<void> flush_directory(const std::string& path) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd) return failed("open", path);
  if (::fsync(fd.get()) != 0) return failed("flush", path);
  return {};
}

Result<std::string> read_file(const std::string& path, Bytes limit) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return failed("open", path);
  std::string contents;
  char chunk[4096];
  while (true) {
    const ssize_t got = ::read(fd.get(), chunk, sizeof chunk);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed("read", path);
    if (got == 0) return contents;
    contents.append(chunk, static_cast<std::size_t>(got));
    if (contents.size() > limit.count()) {
      return Error(ErrorCode::kExhausted, "read " + path + ": longer than " + std::to_string(limit.count()) + " bytes");
    }
  }
}

Result<std::string> read_or_create(const std::string& path, std::string_view contents, Bytes limit) {
  Result<std::string> existing = read_file(path, limit);
  if (existing || existing.error().code() != ErrorCode::kNotFound) return existing;
  // A file under another name is linked into place when it is complete: link() fails if somebody was faster, and a
  // crash leaves at worst a stray temporary file, never a half-written one under the real name.
  std::string temporary = path + ".XXXXXX";
  const UniqueFd fd(::mkostemp(temporary.data(), O_CLOEXEC));  // 0600
  if (!fd) return failed("create", temporary);
  const Result<void> filled = fill(fd.get(), contents, temporary);
  const bool linked = filled.ok() && (::link(temporary.c_str(), path.c_str()) == 0 || errno == EEXIST);
  const int link_errno = errno;
  ::unlink(temporary.c_str());
  if (!filled) return filled.error();
  if (!linked) return Error::from_errno("create " + path, link_errno);
  SENNIT_TRY(flush_directory(parent_of(path)));
  return read_file(path, limit);
}

}  // namespace sennit::store
