#include "storage/dataset/source_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>

#include "base/printable.h"
#include "storage/dataset/beneath.h"
#include "storage/dataset/parallel.h"

namespace sennit::storage {

SourceFiles::SourceFiles(const std::vector<UploadPart>& parts) : parts_(parts) {
  for (const UploadPart& whole : parts) {
    for (const SendPart& part : whole.files.parts) {
      for (const std::string& name : part.names) {
        places_.push_back({.below = &whole.below, .directory = part.directory.get(), .name = &name, .stamp = {}});
      }
    }
  }
  files_.resize(places_.size());
}

std::uint64_t SourceFiles::bytes() const {
  std::uint64_t sum = 0;
  for (const UploadPart& part : parts_) sum += part.files.bytes;
  return sum;
}

Error SourceFiles::changed(std::size_t place) const {
  return Error(ErrorCode::kConflict, fmt::format("{} changed while it was uploaded; repeat it when nobody writes to it",
                                                 printable(*places_[place].name)));
}

Result<void> SourceFiles::hash_one(std::size_t place, const DatasetWork& work) {
  SENNIT_TRY(work.meter.may_go_on());
  Place& source = places_[place];
  std::string path = source.below->empty() ? *source.name : fmt::format("{}/{}", *source.below, *source.name);
  if (const auto why = unlistable(path)) {
    return Error(ErrorCode::kInvalid,
                 fmt::format("the file '{}' {} and cannot be part of a dataset", printable(path), *why));
  }
  // A pipe that took the file's place meanwhile must not block us.
  SENNIT_ASSIGN(const UniqueFd fd, open_beneath(source.directory, *source.name, O_RDONLY | O_NONBLOCK));
  struct stat info {};
  if (::fstat(fd.get(), &info) != 0 || !S_ISREG(info.st_mode)) return changed(place);
  SENNIT_ASSIGN(source.stamp, stamp_of(fd.get()));
  std::optional<Digest> digest = work.hashes.find(source.stamp);
  if (!digest) {
    const Instant now = work.clock.now();
    Result<Digest> read = digest_of_open(fd.get(), work.meter);
    if (!read) return std::move(read).error().in(printable(*source.name));
    digest = *read;
    SENNIT_TRY(check_unchanged(place, fd.get()));
    work.hashes.add(source.stamp, *digest, now);
  }
  files_[place] = {
      .path = std::move(path),
      .size = source.stamp.size,
      .digest = *digest,
      .mode = (info.st_mode & S_IXUSR) != 0 ? ManifestFile::Mode::kExecutable : ManifestFile::Mode::kPlain};
  work.meter.add(1, source.stamp.size);
  return {};
}

Result<void> SourceFiles::hash(const DatasetWork& work) {
  return in_parallel(places_.size(), 0, [&](std::size_t place) { return hash_one(place, work); });
}

Result<UniqueFd> SourceFiles::open_unchanged(std::size_t place) const {
  SENNIT_ASSIGN(UniqueFd fd, open_beneath(places_[place].directory, *places_[place].name, O_RDONLY | O_NONBLOCK));
  SENNIT_TRY(check_unchanged(place, fd.get()));
  return fd;
}

Result<void> SourceFiles::check_unchanged(std::size_t place, int fd) const {
  SENNIT_ASSIGN(const FileStamp stamp, stamp_of(fd));
  if (stamp != places_[place].stamp) return changed(place);
  return {};
}

}  // namespace sennit::storage
