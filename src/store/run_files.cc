#include "store/run_files.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <optional>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "base/unique_fd.h"

namespace sennit::store {
namespace {

constexpr std::size_t kDeepestMeasured = 256;  // each level has a directory open
constexpr std::size_t kDeepestRemoved = 32;    // what lies deeper is moved up first
constexpr int kRounds = 3;                     // through a directory into which somebody still writes
constexpr std::uint64_t kBlock = 512;          // of st_blocks, whatever the file system's are
constexpr std::string_view kMovedUp = ".sennit-removed-";

struct CloseDir {
  void operator()(DIR* dir) const { ::closedir(dir); }
};
using OpenDir = std::unique_ptr<DIR, CloseDir>;

// A directory that `name` is in `parent`; no link, no mount, nothing outside.
UniqueFd open_below(int parent, const char* name) {
  constexpr int kFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  open_how how{};
  how.flags = static_cast<std::uint64_t>(kFlags);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV;
  const long fd = ::syscall(SYS_openat2, parent, name, &how, sizeof how);
  if (fd >= 0) return UniqueFd(static_cast<int>(fd));
  // A sandbox that does not know the call. A name without a slash cannot leave the directory, unless it is a mount.
  if (errno != ENOSYS && errno != EPERM) return {};
  return UniqueFd(::openat(parent, name, kFlags));
}

OpenDir list_of(UniqueFd fd) {
  OpenDir dir(::fdopendir(fd.get()));
  if (dir) fd.release();
  return dir;
}

bool is_dots(const char* name) {
  const std::string_view text(name);
  return text == "." || text == "..";
}

bool is_one_name(const std::string& id) {
  return !id.empty() && id != "." && id != ".." && id.find('/') == std::string::npos;
}

UniqueFd open_runs(const std::string& runs_dir) {
  return UniqueFd(::open(runs_dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

// --- measuring -----------------------------------------------------------------------------------------------------

class Measure {
 public:
  explicit Measure(const std::stop_token& stop) : stop_(stop) {}

  std::uint64_t take(int runs, const char* id) {
    look_at(runs, id);
    while (!open_.empty() && !stop_.stop_requested()) {
      DIR* const dir = open_.back().get();
      const dirent* const entry = ::readdir(dir);
      if (entry == nullptr) {
        open_.pop_back();
      } else if (!is_dots(entry->d_name)) {
        look_at(::dirfd(dir), entry->d_name);
      }
    }
    return bytes_;
  }

 private:
  void look_at(int parent, const char* name) {
    struct stat info {};
    if (::fstatat(parent, name, &info, AT_SYMLINK_NOFOLLOW) != 0) return;
    const bool is_dir = S_ISDIR(info.st_mode);
    if (!is_dir && info.st_nlink > 1 && !several_names_.insert({info.st_dev, info.st_ino}).second) return;
    bytes_ += static_cast<std::uint64_t>(info.st_blocks) * kBlock;
    if (!is_dir || open_.size() == kDeepestMeasured) return;
    if (OpenDir dir = list_of(open_below(parent, name))) open_.push_back(std::move(dir));
  }

  const std::stop_token& stop_;
  std::vector<OpenDir> open_;
  std::set<std::pair<dev_t, ino_t>> several_names_;
  std::uint64_t bytes_ = 0;
};

// --- removing ------------------------------------------------------------------------------------------------------

// Goes through the tree with the directories on the way open. One that lies deep is moved to the top and taken from
// there, so that neither descriptors nor the length of a path limit the depth.
class Removal {
 public:
  Removal(std::string path, const std::stop_token& stop) : path_(std::move(path)), stop_(stop) {}

  Result<void> take(int runs, const char* id) {
    remove_name(runs, id);
    while (!open_.empty()) {
      if (stop_.stop_requested()) return Error(ErrorCode::kCancelled, "remove " + path_ + ": the server ends");
      step();
    }
    if (trouble_) return std::move(*trouble_);
    return {};
  }

 private:
  struct Level {
    OpenDir dir;
    int parent = -1;  // open as long as this one: it is the level before, or `runs`
    std::string name;
    int rounds = 0;
    bool left = false;  // something of it could not be removed
  };

  void step() {
    Level& level = open_.back();
    const dirent* const entry = ::readdir(level.dir.get());
    if (entry == nullptr) return leave();
    if (is_dots(entry->d_name)) return;
    const std::string name = entry->d_name;
    remove_name(::dirfd(level.dir.get()), name.c_str(), entry->d_type);
  }

  // Removes it, or enters it. A type is what it was a moment ago: the calls themselves tell what it is now.
  void remove_name(int parent, const char* name, unsigned char type = DT_UNKNOWN) {
    if (type != DT_DIR) {
      if (::unlinkat(parent, name, 0) == 0 || errno == ENOENT) return;
      // Linux says EISDIR of a directory, and EPERM is what POSIX has for it.
      if (errno != EISDIR && errno != EPERM) return complain(name, errno);
    }
    enter(parent, name);
  }

  void enter(int parent, const char* name) {
    if (open_.size() >= kDeepestRemoved && move_up(parent, name)) return;
    UniqueFd fd = open_below(parent, name);
    if (!fd && errno == EACCES) {
      // Ours, and closed. By a descriptor of the directory itself: a link in its place is left alone.
      ::fchmodat(parent, name, S_IRWXU, AT_SYMLINK_NOFOLLOW);
      fd = open_below(parent, name);
    }
    if (!fd) {
      const int error = errno;
      if (error == ENOENT) return;
      // No directory (any more): a link or a file is removed as what it is.
      const bool other = error == ENOTDIR || error == ELOOP;
      if (other && (::unlinkat(parent, name, 0) == 0 || errno == ENOENT)) return;
      return complain(name, other ? errno : error);
    }
    struct stat info {};
    const bool writable = ::fstat(fd.get(), &info) == 0 && (info.st_mode & S_IRWXU) == S_IRWXU;
    if (!writable) ::fchmod(fd.get(), info.st_mode | S_IRWXU);
    OpenDir dir = list_of(std::move(fd));
    if (!dir) return complain(name, errno);
    open_.push_back({.dir = std::move(dir), .parent = parent, .name = name});
  }

  bool move_up(int parent, const char* name) {
    // A directory that changes its parent has to be writable itself.
    if (const UniqueFd fd = open_below(parent, name)) ::fchmod(fd.get(), S_IRWXU);
    const std::string moved = fmt::format("{}{}", kMovedUp, ++moved_);
    const int top = ::dirfd(open_.front().dir.get());
    if (::renameat(parent, name, top, moved.c_str()) != 0) return false;
    open_.front().rounds = 0;  // it comes again, however often: each time a level is gone
    again_ = true;
    return true;
  }

  void leave() {
    Level level = std::move(open_.back());
    open_.pop_back();
    const bool is_top = open_.empty();
    if (is_top && std::exchange(again_, false)) return come_again(std::move(level));
    level.dir.reset();
    if (level.left) return mark();
    if (::unlinkat(level.parent, level.name.c_str(), AT_REMOVEDIR) == 0 || errno == ENOENT) return;
    const int error = errno;
    if ((error != ENOTEMPTY && error != EEXIST) || level.rounds + 1 >= kRounds) return complain(level.name, error);
    const std::size_t depth = open_.size();
    enter(level.parent, level.name.c_str());
    if (open_.size() > depth) open_.back().rounds = level.rounds + 1;
  }

  void come_again(Level level) {
    ::rewinddir(level.dir.get());
    open_.push_back(std::move(level));
  }

  void complain(std::string_view name, int error) {
    std::string path = path_;
    for (std::size_t i = 1; i < open_.size(); ++i) path += "/" + open_[i].name;
    if (!open_.empty()) path.append("/").append(name);
    if (!trouble_ && error == EXDEV) {
      trouble_ = Error(ErrorCode::kConflict,
                       fmt::format("remove {}: another file system is mounted there; unmount it first", path));
    }
    if (!trouble_) trouble_ = Error::from_errno("remove " + path, error);
    mark();
  }

  // What holds something that stays, stays.
  void mark() {
    if (!open_.empty()) open_.back().left = true;
  }

  std::string path_;
  const std::stop_token& stop_;
  std::vector<Level> open_;
  std::uint64_t moved_ = 0;
  bool again_ = false;  // something was moved to the top
  std::optional<Error> trouble_;
};

}  // namespace

std::uint64_t measure_run(const std::string& runs_dir, const std::string& id, const std::stop_token& stop) {
  const UniqueFd runs = open_runs(runs_dir);
  if (!runs || !is_one_name(id)) return 0;
  return Measure(stop).take(runs.get(), id.c_str());
}

Result<void> remove_run(const std::string& runs_dir, const std::string& id, const std::stop_token& stop) {
  if (!is_one_name(id)) return Error(ErrorCode::kInvalid, fmt::format("'{}' is not the name of a run", id));
  const UniqueFd runs = open_runs(runs_dir);
  if (!runs && errno == ENOENT) return {};
  if (!runs) return Error::from_errno("open " + runs_dir, errno);
  return Removal(runs_dir + "/" + id, stop).take(runs.get(), id.c_str());
}

}  // namespace sennit::store
