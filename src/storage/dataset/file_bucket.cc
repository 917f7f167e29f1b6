#include "storage/dataset/file_bucket.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <filesystem>

#include "base/write_all.h"
#include "storage/dataset/file_copy.h"
#include "storage/dataset/layout.h"
#include "storage/dataset/parallel.h"

namespace sennit::storage {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kObjectMode = 0444;
constexpr std::uint64_t kLargestRead = 1ULL << 30;
constexpr int kMostNumberTries = 1000;

Result<void> make_directories(const std::string& path) {
  std::error_code failed;
  fs::create_directories(path, failed);
  if (failed) return Error::from_errno(fmt::format("make the directory {}", path), failed.value());
  return {};
}

std::string parent_of(const std::string& path) { return path.substr(0, std::max<std::size_t>(path.rfind('/'), 1)); }

// Opens a file of ours that does not exist yet, and makes the directory that it lies in.
Result<UniqueFd> create(const std::string& path, mode_t mode) {
  constexpr int kFlags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;
  UniqueFd fd(::open(path.c_str(), kFlags, mode));
  if (!fd && errno == ENOENT) {
    SENNIT_TRY(make_directories(parent_of(path)));
    fd = UniqueFd(::open(path.c_str(), kFlags, mode));
  }
  if (!fd) return Error::from_errno(fmt::format("make {}", path), errno);
  return fd;
}

// Gives a finished file its name, or takes it away again.
Result<void> settle(const std::string& temporary, const std::string& path, Result<void> written) {
  if (written && ::rename(temporary.c_str(), path.c_str()) == 0) return {};
  Error error = written ? Error::from_errno(fmt::format("rename to {}", path), errno) : std::move(written).error();
  ::unlink(temporary.c_str());
  return error;
}

Result<std::optional<std::string>> read_small(const std::string& path) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd && (errno == ENOENT || errno == ENOTDIR)) return std::optional<std::string>();
  if (!fd) return Error::from_errno(fmt::format("open {}", path), errno);
  SENNIT_ASSIGN(const FileStamp stamp, stamp_of(fd.get()));
  if (stamp.size > kLargestRead) return Error(ErrorCode::kExhausted, fmt::format("{} is larger than 1 GiB", path));
  std::string text(stamp.size, '\0');
  std::size_t at = 0;
  while (at < text.size()) {
    const ssize_t size = ::read(fd.get(), text.data() + at, text.size() - at);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return Error::from_errno(fmt::format("read {}", path), errno);
    if (size == 0) break;
    at += static_cast<std::size_t>(size);
  }
  text.resize(at);
  return std::optional(std::move(text));
}

Result<void> send_one(const Outgoing& file, const std::string& path, Meter& meter) {
  const std::string temporary = temporary_beside(path);
  SENNIT_ASSIGN(const UniqueFd to, create(temporary, 0600));
  Result<void> written = copy_verified(file.fd, to.get(), file.digest, meter);
  if (written && ::fchmod(to.get(), kObjectMode) != 0) written = Error::from_errno("set the mode", errno);
  SENNIT_TRY(settle(temporary, path, std::move(written)));
  meter.add(1, 0);
  return {};
}

Result<void> fetch_one(const std::string& from, const std::string& to, std::uint64_t size, Meter& meter) {
  const UniqueFd source(::open(from.c_str(), O_RDONLY | O_CLOEXEC));
  if (!source && errno == ENOENT) {
    return Error(ErrorCode::kNotFound,
                 fmt::format("the object {} is gone: the version was deleted, or the bucket damaged", from));
  }
  if (!source) return Error::from_errno(fmt::format("open {}", from), errno);
  struct stat there {};
  if (::stat(to.c_str(), &there) == 0 && static_cast<std::uint64_t>(there.st_size) == size) {
    meter.add(1, size);
    return {};
  }
  const std::string temporary = temporary_beside(to);
  SENNIT_ASSIGN(const UniqueFd target, create(temporary, 0600));
  SENNIT_TRY(settle(temporary, to, copy_contents(source.get(), target.get(), meter)));
  meter.add(1, 0);
  return {};
}

class FlockHold final : public Hold {
 public:
  explicit FlockHold(UniqueFd fd) : fd_(std::move(fd)) {}
  Result<void> is_good() const override { return {}; }

 private:
  UniqueFd fd_;
};

// What uploads that were killed had begun to write. Nobody sends now.
void remove_leftovers(const std::string& directory) {
  std::error_code ignored;  // the next removal finds what stays
  for (fs::recursive_directory_iterator at(directory, ignored), end; !ignored && at != end; at.increment(ignored)) {
    if (at->path().filename().native().starts_with(kTemporaryPrefix)) ::unlink(at->path().c_str());
  }
}

std::uint32_t highest_in(const std::string& directory) {
  std::uint32_t highest = 0;
  std::error_code failed;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory, failed)) {
    const std::string name = entry.path().filename();
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (error == std::errc() && end == name.data() + name.size()) highest = std::max(highest, number);
  }
  return highest;
}

}  // namespace

std::string FileBucket::path_of(std::string_view name) const { return fmt::format("{}/{}", directory_, name); }

Result<std::vector<StoredObject>> FileBucket::list(const std::string& prefix) {
  const std::string root = path_of(prefix);
  std::vector<StoredObject> objects;
  std::error_code failed;
  for (fs::recursive_directory_iterator at(root, failed), end; !failed && at != end; at.increment(failed)) {
    const std::string path = at->path();
    std::error_code gone;
    if (at->path().filename().native().starts_with(kTemporaryPrefix) || !at->is_regular_file(gone) || gone) continue;
    const std::uint64_t size = at->file_size(gone);
    if (!gone) objects.push_back({.name = path.substr(root.size()), .size = size});
  }
  if (failed && failed != std::errc::no_such_file_or_directory) {
    return Error::from_errno(fmt::format("list {}", root), failed.value());
  }
  std::ranges::sort(objects, {}, &StoredObject::name);
  return objects;
}

Result<std::map<std::string, std::string>> FileBucket::read(const std::vector<std::string>& names) {
  std::map<std::string, std::string> found;
  for (const std::string& name : names) {
    SENNIT_ASSIGN(std::optional<std::string> text, read_small(path_of(name)));
    if (text) found.emplace(name, std::move(*text));
  }
  return found;
}

Result<void> FileBucket::write(const std::string& name, std::string_view contents) {
  const std::string path = path_of(name);
  const std::string temporary = temporary_beside(path);
  SENNIT_ASSIGN(const UniqueFd fd, create(temporary, 0644));
  Result<void> written = write_all(fd.get(), contents, fmt::format("write {}", path));
  if (written && ::fdatasync(fd.get()) != 0) written = Error::from_errno(fmt::format("flush {}", path), errno);
  return settle(temporary, path, std::move(written));
}

Result<std::uint32_t> FileBucket::take_number(const std::string& row) {
  const std::string directory = path_of(row);
  SENNIT_TRY(make_directories(directory));
  std::uint32_t number = highest_in(directory);
  for (int i = 0; i < kMostNumberTries; ++i) {
    const std::string path = fmt::format("{}{}", directory, ++number);
    if (::mkdir(path.c_str(), 0777) == 0) {
      // A directory alone would be lost when the bucket is copied to a storage.
      SENNIT_ASSIGN(const UniqueFd mark, create(path + "/taken", 0644));
      return number;
    }
    if (errno != EEXIST) return Error::from_errno(fmt::format("make {}", path), errno);
  }
  return Error(ErrorCode::kConflict, "too many versions are made at once; try again");
}

Result<std::vector<std::size_t>> FileBucket::missing(const std::string& prefix, std::span<const StoredObject> objects) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < objects.size(); ++i) {
    struct stat info {};
    const std::string path = path_of(prefix + objects[i].name);
    if (::stat(path.c_str(), &info) == 0) {
      if (static_cast<std::uint64_t>(info.st_size) == objects[i].size) continue;
    } else if (errno != ENOENT && errno != ENOTDIR) {
      return Error::from_errno(fmt::format("look at {}", path), errno);
    }
    places.push_back(i);
  }
  return places;
}

Result<void> FileBucket::send(std::span<const Outgoing> files, Meter& meter) {
  return in_parallel(files.size(), 0, [&](std::size_t i) { return send_one(files[i], path_of(files[i].name), meter); });
}

Result<void> FileBucket::fetch(const std::string& prefix, std::span<const Incoming> objects,
                               const std::string& directory, Meter& meter) {
  return in_parallel(objects.size(), 0, [&](std::size_t i) {
    const Incoming& object = objects[i];
    return fetch_one(path_of(prefix + object.name), fmt::format("{}/{}", directory, object.name), object.size, meter);
  });
}

Result<void> FileBucket::remove(const std::string& prefix, std::span<const std::string> names) {
  for (const std::string& name : names) {
    const std::string path = path_of(prefix + name);
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) return Error::from_errno(fmt::format("remove {}", path), errno);
    // Directories that this empties go too; others refuse to.
    for (std::string parent = parent_of(path); parent.size() > directory_.size(); parent = parent_of(parent)) {
      if (::rmdir(parent.c_str()) != 0) break;
    }
  }
  return {};
}

// Beside the datasets: a lock that lay in one would be removed with it, under somebody's feet.
Result<UniqueFd> FileBucket::open_lock(const std::string& dataset) const {
  const std::string path = path_of(lock_name(dataset));
  SENNIT_TRY(make_directories(parent_of(path)));
  UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666));
  if (!fd) return Error::from_errno(fmt::format("open the lock {}", path), errno);
  return fd;
}

Result<std::unique_ptr<Hold>> FileBucket::hold_to_send(const std::string& dataset) {
  SENNIT_ASSIGN(UniqueFd fd, open_lock(dataset));
  while (::flock(fd.get(), LOCK_SH) != 0) {
    if (errno != EINTR) return Error::from_errno("wait for the dataset's lock", errno);
  }
  return std::unique_ptr<Hold>(std::make_unique<FlockHold>(std::move(fd)));
}

Result<std::unique_ptr<Hold>> FileBucket::hold_to_remove(const std::string& dataset) {
  SENNIT_ASSIGN(UniqueFd fd, open_lock(dataset));
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) == 0) {
    remove_leftovers(path_of(data_prefix(dataset)));
    return std::unique_ptr<Hold>(std::make_unique<FlockHold>(std::move(fd)));
  }
  if (errno == EWOULDBLOCK) return std::unique_ptr<Hold>();
  return Error::from_errno("take the dataset's lock", errno);
}

// One call for however many files there were: a flush of each would cost a millisecond or ten each.
Result<void> FileBucket::flush() {
  const UniqueFd fd(::open(directory_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd || ::syncfs(fd.get()) != 0) return Error::from_errno(fmt::format("flush {}", directory_), errno);
  return {};
}

}  // namespace sennit::storage
