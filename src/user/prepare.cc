#include "user/prepare.h"

#include <fcntl.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <vector>

#include "base/unique_fd.h"
#include "base/write_all.h"

namespace sennit::user {
namespace {

// mkdir -p, the last one with this mode whatever the umask says.
Result<void> make_directory(const std::string& path, mode_t mode) {
  for (std::size_t slash = path.find('/', 1); slash != std::string::npos; slash = path.find('/', slash + 1)) {
    const std::string parent = path.substr(0, slash);
    if (::mkdir(parent.c_str(), 0755) != 0 && errno != EEXIST) return Error::from_errno("make " + parent, errno);
  }
  if (::mkdir(path.c_str(), mode) != 0 && errno != EEXIST) return Error::from_errno("make " + path, errno);
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return Error::from_errno("look at " + path, errno);
  if (!S_ISDIR(info.st_mode)) return Error(ErrorCode::kConflict, path + " is there and is no directory");
  if ((info.st_mode & 07777) == mode) return {};
  if (::chmod(path.c_str(), mode) != 0) return Error::from_errno("set mode of " + path, errno);
  return {};
}

Result<void> copy_bytes(const UniqueFd& from, const UniqueFd& to, const std::string& name) {
  std::vector<char> buffer(256 * 1024);
  while (true) {
    const ssize_t count = ::read(from.get(), buffer.data(), buffer.size());
    if (count < 0) return Error::from_errno("read the program for " + name, errno);
    if (count == 0) return {};
    SENNIT_TRY(write_all(to.get(), {buffer.data(), static_cast<std::size_t>(count)}, "write " + name));
  }
}

Result<void> copy_program(const std::string& from, const std::string& to) {
  const UniqueFd source(::open(from.c_str(), O_RDONLY | O_CLOEXEC));
  if (!source) return Error::from_errno("open " + from, errno);
  const std::string fresh = to + ".new";
  const UniqueFd target(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755));
  if (!target) return Error::from_errno("make " + fresh, errno);
  SENNIT_TRY(copy_bytes(source, target, fresh));
  if (::fchmod(target.get(), 0755) != 0) return Error::from_errno("set mode of " + fresh, errno);
  if (::rename(fresh.c_str(), to.c_str()) != 0) return Error::from_errno("put " + to + " in its place", errno);
  return {};
}

Result<void> link_name(const std::string& target, const std::string& path) {
  const std::string fresh = path + ".new";
  ::unlink(fresh.c_str());
  if (::symlink(target.c_str(), fresh.c_str()) != 0) return Error::from_errno("make " + fresh, errno);
  if (::rename(fresh.c_str(), path.c_str()) != 0) return Error::from_errno("put " + path + " in its place", errno);
  return {};
}

}  // namespace

Result<std::string> own_program() {
  std::array<char, 4096> target;
  const ssize_t count = ::readlink("/proc/self/exe", target.data(), target.size());
  if (count > 0 && static_cast<std::size_t>(count) < target.size()) {
    return std::string(target.data(), static_cast<std::size_t>(count));
  }
  // Without /proc the kernel still says what it was asked to run.
  const auto* name = reinterpret_cast<const char*>(::getauxval(AT_EXECFN));
  char* whole = name == nullptr ? nullptr : ::realpath(name, nullptr);
  if (whole == nullptr) return Error(ErrorCode::kNotFound, "this program cannot find its own file: there is no /proc");
  std::string path(whole);
  std::free(whole);
  return path;
}

Result<void> prepare(const PrepareOptions& options) {
  for (const char* shared : {"/data/input", "/data/output"}) {
    SENNIT_TRY(make_directory(options.root + shared, 0777));
  }
  // Ctrl's user may be another one than ours; the sticky bit keeps the task from taking ctrl's socket away.
  SENNIT_TRY(make_directory(options.root + "/data/socket", 01777));
  const std::string programs = options.root + "/usr/bin";
  SENNIT_TRY(make_directory(programs, 0755));
  SENNIT_ASSIGN(const std::string own, own_program());
  SENNIT_TRY(copy_program(own, programs + "/sennit-user"));
  std::string ctrl = options.ctrl;
  if (ctrl.empty()) {
    const std::string beside = own.substr(0, own.rfind('/')) + "/sennit-ctrl";
    if (::access(beside.c_str(), X_OK) == 0) ctrl = beside;
  }
  if (!ctrl.empty()) SENNIT_TRY(copy_program(ctrl, programs + "/sennit-ctrl"));
  for (const char* name : {"/sennit", "/osmo"}) SENNIT_TRY(link_name("sennit-user", programs + name));
  return {};
}

}  // namespace sennit::user
