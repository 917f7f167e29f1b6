// A bucket in a directory of this host. Objects are made beside their place and renamed into it; numbers are
// directories (making one succeeds once); holds are locks of the kernel (flock), which end with the process.
//
// Where the file system can share blocks between files (Btrfs, XFS), objects are clones and cost no copy.
//
// Threads, errors: as bucket.h says.
#pragma once

#include "base/unique_fd.h"
#include "storage/dataset/bucket.h"

namespace sennit::storage {

class FileBucket final : public Bucket {
 public:
  explicit FileBucket(std::string directory) : directory_(std::move(directory)) {}

  std::string text() const override { return "file://" + directory_; }
  Result<std::vector<StoredObject>> list(const std::string& prefix) override;
  Result<std::map<std::string, std::string>> read(const std::vector<std::string>& names) override;
  Result<void> write(const std::string& name, std::string_view contents) override;
  Result<std::uint32_t> take_number(const std::string& row) override;
  Result<std::vector<std::size_t>> missing(const std::string& prefix, std::span<const StoredObject> objects) override;
  Result<void> send(std::span<const Outgoing> files, Meter& meter) override;
  Result<void> fetch(const std::string& prefix, std::span<const Incoming> objects, const std::string& directory,
                     Meter& meter) override;
  Result<void> remove(const std::string& prefix, std::span<const std::string> names) override;
  Result<std::unique_ptr<Hold>> hold_to_send(const std::string& dataset) override;
  Result<std::unique_ptr<Hold>> hold_to_remove(const std::string& dataset) override;
  Result<void> flush() override;
  std::optional<std::string> local_path(const std::string& name) const override { return path_of(name); }

 private:
  std::string path_of(std::string_view name) const;
  Result<UniqueFd> open_lock(const std::string& dataset) const;

  std::string directory_;
};

}  // namespace sennit::storage
