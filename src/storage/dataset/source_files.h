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

struct UploadPart {
  SendPlan files;     // of plan_send(..., SendNames::kAny)
  std::string below;  // the directory of the dataset that they are put in; "": at the top
};

class SourceFiles {
 public:
  // The parts must outlive it.
  explicit SourceFiles(const std::vector<UploadPart>& parts);

  Result<void> hash(const DatasetWork& work);
  std::uint64_t bytes() const;  // as the plans say
  // In their order.
  const std::vector<ManifestFile>& files() const { return files_; }
  Result<UniqueFd> open_unchanged(std::size_t place) const;
  // After it was sent: what was sent is what was hashed.
  Result<void> check_unchanged(std::size_t place, int fd) const;

 private:
  struct Place {
    const std::string* below = nullptr;
    int directory = -1;
    const std::string* name = nullptr;
    FileStamp stamp;
  };
  Result<void> hash_one(std::size_t place, const DatasetWork& work);
  Error changed(std::size_t place) const;

  const std::vector<UploadPart>& parts_;
  std::vector<Place> places_;
  std::vector<ManifestFile> files_;
};

}  // namespace sennit::storage
