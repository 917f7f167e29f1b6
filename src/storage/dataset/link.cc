#include "storage/dataset/link.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/printable.h"
#include "storage/dataset/beneath.h"
#include "storage/dataset/layout.h"
#include "storage/dataset/parallel.h"

namespace sennit::storage {
namespace {

class Linking {
 public:
  Linking(const DatasetWork& work, const DownloadRequest& request, int directory, HardLinks hard_links)
      : work_(work),
        prefix_(*work.bucket.local_path(objects_prefix(request.dataset))),
        directory_(directory),
        hard_links_(hard_links) {}

  Result<void> place(const ManifestFile& file) {
    SENNIT_TRY(work_.meter.may_go_on());
    const std::string path = prefix_ + object_name_of(file.digest);
    const UniqueFd object(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!object) {
      return Error(errno == ENOENT ? ErrorCode::kNotFound : ErrorCode::kIo,
                   fmt::format("the object of {} is not in {}: the version was deleted, or the bucket is damaged",
                               printable(file.path), work_.bucket.text()));
    }
    SENNIT_TRY(verify(object.get(), file));
    SENNIT_ASSIGN(const UniqueFd parent, make_parent_beneath(directory_, file.path));
    const std::string name = last_part_of(file.path);
    // Under a name of its own first: what was there is replaced in one moment.
    const std::string temporary = temporary_beside(std::string());
    Result<void> made = make(object.get(), path, parent.get(), temporary, file);
    if (made && ::renameat(parent.get(), temporary.c_str(), parent.get(), name.c_str()) != 0) {
      made = Error::from_errno(fmt::format("rename to {}", printable(file.path)), errno);
    }
    // Two names of one file: renaming one to the other does nothing, and leaves both.
    ::unlinkat(parent.get(), temporary.c_str(), 0);
    SENNIT_TRY(std::move(made));
    work_.meter.add(1, file.size);
    return {};
  }

 private:
  // Making a link changes the time of the object's inode, so that time says nothing here.
  Result<void> verify(int object, const ManifestFile& file) {
    SENNIT_ASSIGN(FileStamp stamp, stamp_of(object));
    stamp.changed_ns = 0;
    std::optional<Digest> digest = work_.hashes.find(stamp);
    if (!digest) {
      const Instant now = work_.clock.now();
      SENNIT_ASSIGN(digest, digest_of_open(object, work_.meter));
      work_.hashes.add(stamp, *digest, now);
    }
    if (*digest == file.digest) return {};
    return Error(ErrorCode::kCorrupt,
                 fmt::format("{} is damaged in {}: its object {} has the hash {}", printable(file.path),
                             work_.bucket.text(), hex_of(file.digest), hex_of(*digest)));
  }

  Result<void> make(int object, const std::string& path, int parent, const std::string& name,
                    const ManifestFile& file) {
    const bool is_executable = file.mode == ManifestFile::Mode::kExecutable;
    const bool may_link = hard_links_ == HardLinks::kAllowed && !is_executable;
    UniqueFd to(::openat(parent, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!to) return Error::from_errno(fmt::format("write {}", printable(file.path)), errno);
    const bool is_cloned = ::ioctl(to.get(), FICLONE, object) == 0;
    if (!is_cloned && may_link) {
      to.reset();
      ::unlinkat(parent, name.c_str(), 0);
      if (::linkat(AT_FDCWD, path.c_str(), parent, name.c_str(), 0) == 0) return {};
      to = UniqueFd(::openat(parent, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
      if (!to) return Error::from_errno(fmt::format("write {}", printable(file.path)), errno);
    }
    Meter uncounted;
    if (!is_cloned) SENNIT_TRY(copy_contents(object, to.get(), uncounted));
    if (::fchmod(to.get(), is_executable ? 0755 : 0644) != 0) return Error::from_errno("set the mode", errno);
    return {};
  }

  const DatasetWork& work_;
  std::string prefix_;
  int directory_;
  HardLinks hard_links_;
};

}  // namespace

Result<Moved> place_links(const DatasetWork& work, const DownloadRequest& request, HardLinks hard_links) {
  const UniqueFd directory(::open(request.directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory) return Error::from_errno(fmt::format("open the directory {}", printable(request.directory)), errno);
  std::vector<const ManifestFile*> chosen;
  Moved moved;
  for (const ManifestFile& file : request.manifest.files) {
    if (!request.pattern.matches(file.path)) continue;
    chosen.push_back(&file);
    ++moved.files;
    moved.bytes += file.size;
  }
  work.meter.begin(Stage::kVerifying, moved.files, moved.bytes);
  Linking linking(work, request, directory.get(), hard_links);
  SENNIT_TRY(in_parallel(chosen.size(), 0, [&](std::size_t i) { return linking.place(*chosen[i]); }));
  ignore(work.hashes.save(), "the next one reads the objects again");
  return moved;
}

}  // namespace sennit::storage
