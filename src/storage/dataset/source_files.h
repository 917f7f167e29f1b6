// The files of an upload: hashed, and opened again to be sent only if they have not changed since.
//
// Threads: blocking; hashing uses some of its own. Errors: kConflict, naming the file that changed; kInvalid.
#pragma once

#include <string>
#include <vector>

#include "storage/dataset/manifest.h"
#include "storage/dataset/work.h"
#include "storage/local_tree.h"

namespace sennit::storage {

class SourceFiles {
 public:
  // The plan must outlive it.
  explicit SourceFiles(const SendPlan& plan);

  Result<void> hash(const DatasetWork& work);
  // In the order of the plan.
  const std::vector<ManifestFile>& files() const { return files_; }
  Result<UniqueFd> open_unchanged(std::size_t place) const;
  // After it was sent: what was sent is what was hashed.
  Result<void> check_unchanged(std::size_t place, int fd) const;

 private:
  struct Place {
    int directory = -1;
    const std::string* name = nullptr;
    FileStamp stamp;
  };
  Result<void> hash_one(std::size_t place, const DatasetWork& work);
  Error changed(std::size_t place) const;

  std::vector<Place> places_;
  std::vector<ManifestFile> files_;
};

}  // namespace sennit::storage
