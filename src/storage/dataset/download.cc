#include "storage/dataset/download.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <optional>
#include <unordered_map>

#include "base/printable.h"
#include "storage/dataset/beneath.h"
#include "storage/dataset/layout.h"
#include "storage/dataset/parallel.h"

namespace sennit::storage {
namespace {

enum class Trust : std::uint8_t { kCache, kContentsOnly };
enum class Found : std::uint8_t { kSame, kMissing, kChanged };

mode_t mode_of(const ManifestFile& file) { return file.mode == ManifestFile::Mode::kExecutable ? 0755 : 0644; }

Result<UniqueFd> open_directory(const std::string& path) {
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd) return Error::from_errno(fmt::format("open the directory {}", printable(path)), errno);
  return fd;
}

// How the file in the directory compares with that of the manifest.
Result<Found> look_at(const DatasetWork& work, int directory, const ManifestFile& file, Trust trust) {
  SENNIT_TRY(work.meter.may_go_on());
  struct stat info {};
  // A link, a pipe or a directory in its place is not it; none of them is opened.
  const Result<UniqueFd> place = open_beneath(directory, file.path, O_PATH);
  if (!place && place.error().code() == ErrorCode::kNotFound) return Found::kMissing;
  if (!place && place.error().code() == ErrorCode::kConflict) return Found::kChanged;
  if (!place) return place.error();
  if (::fstat(place->get(), &info) != 0 || !S_ISREG(info.st_mode)) return Found::kChanged;
  if (static_cast<std::uint64_t>(info.st_size) != file.size) return Found::kChanged;
  SENNIT_ASSIGN(const UniqueFd fd, open_beneath(directory, file.path, O_RDONLY | O_NONBLOCK));
  SENNIT_ASSIGN(const FileStamp stamp, stamp_of(fd.get()));
  std::optional<Digest> digest = trust == Trust::kCache ? work.hashes.find(stamp) : std::nullopt;
  if (!digest) {
    const Instant now = work.clock.now();
    SENNIT_ASSIGN(digest, digest_of_open(fd.get(), work.meter));
    SENNIT_ASSIGN(const FileStamp after, stamp_of(fd.get()));
    if (after == stamp) work.hashes.add(stamp, *digest, now);
  }
  if (*digest != file.digest) return Found::kChanged;
  const bool is_executable = (info.st_mode & S_IXUSR) != 0;
  if (is_executable != (file.mode == ManifestFile::Mode::kExecutable) && trust == Trust::kCache) {
    ignore(::fchmod(fd.get(), mode_of(file)) == 0 ? Result<void>() : Error::from_errno("set a mode", errno),
           "the file is another's; its contents are right");
  }
  return Found::kSame;
}

std::vector<const ManifestFile*> chosen_of(const DownloadRequest& request, std::uint64_t& bytes) {
  std::vector<const ManifestFile*> chosen;
  for (const ManifestFile& file : request.manifest.files) {
    if (!request.pattern.matches(file.path)) continue;
    chosen.push_back(&file);
    bytes += file.size;
  }
  return chosen;
}

Result<std::vector<Found>> look_at_all(const DatasetWork& work, int directory,
                                       const std::vector<const ManifestFile*>& files, Trust trust) {
  std::vector<Found> found(files.size(), Found::kMissing);
  const auto look = [&](std::size_t i) -> Result<void> {
    SENNIT_ASSIGN(found[i], look_at(work, directory, *files[i], trust));
    work.meter.add(1, files[i]->size);
    return {};
  };
  SENNIT_TRY(in_parallel(files.size(), 0, look));
  return found;
}

// Contents to be fetched, and the files that have them.
struct Wanted {
  Incoming object;
  std::vector<const ManifestFile*> files;
};

std::vector<Wanted> by_contents(const std::vector<const ManifestFile*>& files) {
  std::vector<Wanted> all;
  std::unordered_map<Digest, std::size_t, DigestHash> seen;
  for (const ManifestFile* file : files) {
    const auto [at, is_new] = seen.emplace(file->digest, all.size());
    if (is_new) {
      all.push_back(
          {.object = {.name = object_name_of(file->digest), .digest = file->digest, .size = file->size}, .files = {}});
    }
    all[at->second].files.push_back(file);
  }
  return all;
}

// A directory in the directory, for what is on its way; the same for the same version, so that it is found again.
class Staging {
 public:
  static Result<Staging> open(int directory, const std::string& path, const Manifest& manifest) {
    const std::string name =
        fmt::format(".sennit-download-{}", hex_of(digest_of(format_manifest(manifest))).substr(0, 16));
    if (::mkdirat(directory, name.c_str(), 0700) != 0 && errno != EEXIST) {
      return Error::from_errno(fmt::format("make {} in {}", name, printable(path)), errno);
    }
    SENNIT_ASSIGN(UniqueFd fd, open_beneath(directory, name, O_RDONLY | O_DIRECTORY));
    if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
      return Error(ErrorCode::kConflict, fmt::format("this version is being fetched into {} already", printable(path)));
    }
    return Staging(std::move(fd), fmt::format("{}/{}", path, name));
  }
  int fd() const { return fd_.get(); }
  const std::string& path() const { return path_; }
  void remove() const {
    std::error_code ignored;  // what is left is small, and found again
    std::filesystem::remove_all(path_, ignored);
  }

 private:
  Staging(UniqueFd fd, std::string path) : fd_(std::move(fd)), path_(std::move(path)) {}
  UniqueFd fd_;
  std::string path_;
};

class Placing {
 public:
  Placing(const DatasetWork& work, int directory, int staging)
      : work_(work), directory_(directory), staging_(staging) {}

  Result<void> place(const Wanted& wanted) const {
    const Instant now = work_.clock.now();
    Result<UniqueFd> fd = open_beneath(staging_, wanted.object.name, O_RDONLY);
    if (!fd && fd.error().code() == ErrorCode::kNotFound) {
      return Error(ErrorCode::kNotFound, fmt::format("the object of {} is not in {}: the version was deleted, or the "
                                                     "bucket is damaged",
                                                     printable(wanted.files.front()->path), work_.bucket.text()));
    }
    if (!fd) return std::move(fd).error();
    SENNIT_ASSIGN(const Digest digest, digest_of_open(fd->get(), work_.meter));
    if (digest != wanted.object.digest) {
      ::unlinkat(staging_, wanted.object.name.c_str(), 0);
      return Error(ErrorCode::kCorrupt, fmt::format("{} is damaged in {}: its object {} has the hash {}",
                                                    printable(wanted.files.front()->path), work_.bucket.text(),
                                                    last_part_of(wanted.object.name), hex_of(digest)));
    }
    for (std::size_t i = 1; i < wanted.files.size(); ++i) SENNIT_TRY(copy_to(fd->get(), *wanted.files[i]));
    return move_to(fd->get(), wanted, now);
  }

 private:
  Result<void> copy_to(int from, const ManifestFile& file) const {
    SENNIT_ASSIGN(const UniqueFd parent, make_parent_beneath(directory_, file.path));
    const std::string name = last_part_of(file.path);
    const std::string temporary = temporary_beside(std::string());
    const UniqueFd to(::openat(parent.get(), temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!to) return Error::from_errno(fmt::format("write {}", printable(file.path)), errno);
    Meter uncounted;
    Result<void> done = copy_contents(from, to.get(), uncounted);
    if (done && ::fchmod(to.get(), mode_of(file)) != 0) done = Error::from_errno("set the mode", errno);
    if (done && ::renameat(parent.get(), temporary.c_str(), parent.get(), name.c_str()) != 0) {
      done = Error::from_errno(fmt::format("rename to {}", printable(file.path)), errno);
    }
    if (!done) ::unlinkat(parent.get(), temporary.c_str(), 0);
    return done;
  }

  Result<void> move_to(int fd, const Wanted& wanted, Instant now) const {
    const ManifestFile& file = *wanted.files.front();
    SENNIT_ASSIGN(const UniqueFd parent, make_parent_beneath(directory_, file.path));
    if (::fchmod(fd, mode_of(file)) != 0 ||
        ::renameat(staging_, wanted.object.name.c_str(), parent.get(), last_part_of(file.path).c_str()) != 0) {
      if (errno == EXDEV) return copy_to(fd, file);  // another file system is mounted in the directory
      return Error::from_errno(fmt::format("rename to {}", printable(file.path)), errno);
    }
    SENNIT_ASSIGN(const FileStamp stamp, stamp_of(fd));
    work_.hashes.add(stamp, file.digest, now);
    return {};
  }

  const DatasetWork& work_;
  int directory_;
  int staging_;
};

Result<Moved> fetch_and_place(const DatasetWork& work, const DownloadRequest& request, int directory,
                              const std::vector<const ManifestFile*>& files) {
  const std::vector<Wanted> wanted = by_contents(files);
  std::vector<Incoming> objects;
  Moved moved;
  std::uint64_t to_fetch = 0;
  for (const Wanted& one : wanted) {
    objects.push_back(one.object);
    to_fetch += one.object.size;
    moved.files += one.files.size();
    moved.bytes += one.object.size * one.files.size();
  }
  SENNIT_ASSIGN(const Staging staging, Staging::open(directory, request.directory, request.manifest));
  work.meter.begin(Stage::kMoving, objects.size(), to_fetch);
  SENNIT_TRY(work.bucket.fetch(objects_prefix(request.dataset), objects, staging.path(), work.meter));
  work.meter.begin(Stage::kVerifying, objects.size(), to_fetch);
  const Placing placing(work, directory, staging.fd());
  const auto place = [&](std::size_t i) -> Result<void> {
    SENNIT_TRY(work.meter.may_go_on());
    SENNIT_TRY(placing.place(wanted[i]));
    work.meter.add(1, wanted[i].object.size);
    return {};
  };
  SENNIT_TRY(in_parallel(wanted.size(), 0, place));
  staging.remove();
  return moved;
}

}  // namespace

Result<Moved> download(const DatasetWork& work, const DownloadRequest& request) {
  SENNIT_ASSIGN(const UniqueFd directory, open_directory(request.directory));
  std::uint64_t bytes = 0;
  const std::vector<const ManifestFile*> chosen = chosen_of(request, bytes);
  work.meter.begin(Stage::kHashing, chosen.size(), bytes);
  SENNIT_ASSIGN(const std::vector<Found> found, look_at_all(work, directory.get(), chosen, Trust::kCache));
  std::vector<const ManifestFile*> differing;
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    if (found[i] != Found::kSame) differing.push_back(chosen[i]);
  }
  Moved moved;
  if (!differing.empty()) {
    SENNIT_ASSIGN(moved, fetch_and_place(work, request, directory.get(), differing));
  }
  moved.unchanged = chosen.size() - differing.size();
  ignore(work.hashes.save(), "the next download reads the files again");
  return moved;
}

Result<std::vector<Difference>> compare(const DatasetWork& work, const DownloadRequest& request) {
  SENNIT_ASSIGN(const UniqueFd directory, open_directory(request.directory));
  std::uint64_t bytes = 0;
  const std::vector<const ManifestFile*> chosen = chosen_of(request, bytes);
  work.meter.begin(Stage::kVerifying, chosen.size(), bytes);
  SENNIT_ASSIGN(const std::vector<Found> found, look_at_all(work, directory.get(), chosen, Trust::kContentsOnly));
  std::vector<Difference> differences;
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    if (found[i] == Found::kSame) continue;
    differences.push_back(
        {.kind = found[i] == Found::kMissing ? Difference::Kind::kMissing : Difference::Kind::kChanged,
         .path = chosen[i]->path});
  }
  return differences;
}

}  // namespace sennit::storage
