#include "storage/local_tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <memory>
#include <string_view>
#include <unordered_set>

#include "base/printable.h"
#include "storage/object_name.h"

namespace sennit::storage {
namespace {

constexpr std::size_t kMostNotices = 10;
constexpr int kDeepest = 200;

// A path as the user wrote it, taken apart.
struct Wanted {
  std::string directory;
  std::string name;  // "": all that is in the directory
};

Wanted taken_apart(std::string path) {
  for (const std::string_view all : {"/*", "/."}) {
    if (path.ends_with(all)) return {.directory = path.substr(0, path.size() - 1), .name = {}};
  }
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  if (path == "*") path = ".";
  if (path == "." || path == ".." || path == "/" || path.ends_with("/..")) return {.directory = path, .name = {}};
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return {.directory = ".", .name = path};
  return {.directory = path.substr(0, slash + 1), .name = path.substr(slash + 1)};
}

std::string_view kind_of(mode_t mode) {
  if (S_ISLNK(mode)) return "a symbolic link";
  if (S_ISFIFO(mode)) return "a pipe";
  if (S_ISSOCK(mode)) return "a socket";
  return "a device";
}

Result<UniqueFd> open_below(const UniqueFd& root, const std::string& path, const std::string& shown) {
  open_how how{};
  how.flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS;
  UniqueFd fd(static_cast<int>(::syscall(SYS_openat2, root.get(), path.c_str(), &how, sizeof how)));
  if (fd) return fd;
  if (errno != ELOOP && errno != EXDEV) return Error::from_errno(fmt::format("open {}", printable(shown)), errno);
  return Error(ErrorCode::kInvalid,
               fmt::format("there is a symbolic link in {}, which is not followed", printable(shown)));
}

class Walk {
 public:
  Walk(const Pattern& pattern, SendNames allowed) : pattern_(pattern), allowed_(allowed) {}

  Result<void> add(const std::string& path);
  Result<void> add_below(const UniqueFd& root, const std::string& shown, const std::string& path);
  Result<SendPlan> finish();

 private:
  Result<SendPart*> part_of(const std::string& directory);
  SendPart* add_part(UniqueFd directory, const std::string& path);
  Result<void> add_wanted(const Wanted& wanted, const std::string& shown);
  Result<void> add_entry(int directory, const char* name, const std::string& below, int depth);
  Result<void> add_contents(UniqueFd directory, const std::string& below, int depth);
  void add_file(const std::string& name, const struct stat& info);
  void leave_out(const std::string& name, mode_t mode);

  const Pattern& pattern_;
  SendNames allowed_;
  SendPlan plan_;
  std::map<std::string, std::size_t> places_;  // directory to its part
  std::unordered_set<std::string> names_;      // of all parts
  SendPart* part_ = nullptr;
  std::string refused_;  // why the first one is
  std::uint64_t refusals_ = 0;
  std::string twice_;
};

Result<SendPart*> Walk::part_of(const std::string& directory) {
  if (const auto found = places_.find(directory); found != places_.end()) return &plan_.parts[found->second];
  UniqueFd fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd) return Error::from_errno(fmt::format("open {}", printable(directory)), errno);
  places_.emplace(directory, plan_.parts.size());
  return add_part(std::move(fd), directory);
}

SendPart* Walk::add_part(UniqueFd directory, const std::string& path) {
  plan_.parts.push_back({.directory = std::move(directory), .path = path, .names = {}});
  return &plan_.parts.back();
}

Result<void> Walk::add(const std::string& path) {
  const Wanted wanted = taken_apart(path);
  SENNIT_ASSIGN(part_, part_of(wanted.directory));
  return add_wanted(wanted, path);
}

Result<void> Walk::add_below(const UniqueFd& root, const std::string& shown, const std::string& path) {
  const Wanted wanted = taken_apart(path);
  const std::string directory = fmt::format("{}/{}", shown, wanted.directory);
  SENNIT_ASSIGN(UniqueFd fd, open_below(root, wanted.directory, directory));
  part_ = add_part(std::move(fd), directory);
  return add_wanted(wanted, fmt::format("{}/{}", shown, path));
}

// In the directory of part_.
Result<void> Walk::add_wanted(const Wanted& wanted, const std::string& shown) {
  const int directory = part_->directory.get();
  if (wanted.name.empty()) {
    // Opened again: reading a directory moves the place in the open file.
    UniqueFd fd(::openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd) return Error::from_errno(fmt::format("open {}", printable(wanted.directory)), errno);
    return add_contents(std::move(fd), "", 0);
  }
  struct stat info {};
  if (::fstatat(directory, wanted.name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) {
    return Error::from_errno(fmt::format("find {}", printable(shown)), errno);
  }
  if (!S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode)) {
    return Error(ErrorCode::kInvalid,
                 fmt::format("{} is {}, which is not sent{}", printable(shown), kind_of(info.st_mode),
                             S_ISLNK(info.st_mode) ? "; name what it points to" : ""));
  }
  return add_entry(directory, wanted.name.c_str(), "", 0);
}

Result<void> Walk::add_contents(UniqueFd directory, const std::string& below, int depth) {
  if (depth > kDeepest) {
    return Error(ErrorCode::kExhausted,
                 fmt::format("{}: directories lie more than {} deep", printable(below), kDeepest));
  }
  const int fd = directory.get();
  const std::unique_ptr<DIR, int (*)(DIR*)> entries(::fdopendir(fd), ::closedir);
  if (entries == nullptr) return Error::from_errno(fmt::format("read {}", printable(below)), errno);
  static_cast<void>(directory.release());  // closedir closes it
  for (;;) {
    errno = 0;
    const dirent* entry = ::readdir(entries.get());
    if (entry == nullptr) break;
    const std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    SENNIT_TRY(add_entry(fd, entry->d_name, below, depth));
  }
  if (errno != 0) return Error::from_errno(fmt::format("read {}", printable(below)), errno);
  return {};
}

Result<void> Walk::add_entry(int directory, const char* name, const std::string& below, int depth) {
  const std::string path = below.empty() ? std::string(name) : fmt::format("{}/{}", below, name);
  struct stat info {};
  if (::fstatat(directory, name, &info, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno == ENOENT) return {};  // gone meanwhile
    return Error::from_errno(fmt::format("find {}", printable(path)), errno);
  }
  if (S_ISREG(info.st_mode)) {
    add_file(path, info);
    return {};
  }
  if (!S_ISDIR(info.st_mode)) {
    leave_out(path, info.st_mode);
    return {};
  }
  UniqueFd fd(::openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!fd) return Error::from_errno(fmt::format("open {}", printable(path)), errno);
  return add_contents(std::move(fd), path, depth + 1);
}

void Walk::add_file(const std::string& name, const struct stat& info) {
  if (!pattern_.matches(name)) return;
  if (const auto why = allowed_ == SendNames::kAny ? std::nullopt : unsendable(name)) {
    if (refusals_++ == 0) refused_ = fmt::format("'{}' {}", printable(name), *why);
    return;
  }
  if (!names_.insert(name).second) twice_ = name;
  part_->names.push_back(name);
  ++plan_.files;
  plan_.bytes += static_cast<std::uint64_t>(info.st_size);
}

void Walk::leave_out(const std::string& name, mode_t mode) {
  if (!pattern_.matches(name)) return;
  ++plan_.left_out;
  if (plan_.notices.size() < kMostNotices) {
    plan_.notices.push_back(fmt::format("{} is {}, which is not sent", printable(name), kind_of(mode)));
  }
}

Result<SendPlan> Walk::finish() {
  if (refusals_ > 0) {
    const std::string more = refusals_ > 1 ? fmt::format(" ({} more are like it)", refusals_ - 1) : std::string();
    return Error(ErrorCode::kInvalid, fmt::format("the file {} and cannot be sent{}", refused_, more));
  }
  if (!twice_.empty()) {
    return Error(ErrorCode::kInvalid, fmt::format("two of the paths would both become {}", printable(twice_)));
  }
  std::erase_if(plan_.parts, [](const SendPart& part) { return part.names.empty(); });
  for (SendPart& part : plan_.parts) std::ranges::sort(part.names);
  return std::move(plan_);
}

}  // namespace

Result<SendPlan> plan_send(std::span<const std::string> paths, const Pattern& pattern, SendNames names) {
  Walk walk(pattern, names);
  for (const std::string& path : paths) SENNIT_TRY(walk.add(path));
  return walk.finish();
}

Result<SendPlan> plan_send_below(const UniqueFd& root, const std::string& shown, const std::string& path,
                                 const Pattern& pattern, SendNames names) {
  Walk walk(pattern, names);
  SENNIT_TRY(walk.add_below(root, shown, path));
  return walk.finish();
}

}  // namespace sennit::storage
