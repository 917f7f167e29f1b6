// What lies in a bucket and somebody else has written: manifests, versions, tags; and the names of datasets.
// rooms: storage
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "storage/dataset/dataset_name.h"
#include "storage/dataset/manifest.h"
#include "storage/dataset/version.h"
#include "storage/object_name.h"

namespace storage = sennit::storage;

namespace {

void read_manifest(std::string_view text) {
  const sennit::Result<storage::Manifest> manifest = storage::parse_manifest(text);
  if (!manifest) return;
  for (const storage::ManifestFile& file : manifest->files) {
    if (file.path.empty() || file.path.front() == '/' || storage::has_dot_component(file.path)) std::abort();
    if (manifest->find(file.path) != &file) std::abort();
  }
  const sennit::Result<storage::Manifest> again = storage::parse_manifest(storage::format_manifest(*manifest));
  if (!again || *again != *manifest) std::abort();
  if (!storage::changes_between(*manifest, *again).empty()) std::abort();
}

void read_version(std::string_view text) {
  static_cast<void>(storage::parse_tag(text));
  const sennit::Result<storage::VersionRecord> version = storage::parse_version(text);
  if (!version) return;
  const sennit::Result<storage::VersionRecord> again = storage::parse_version(storage::format_version(*version));
  if (!again || *again != *version) std::abort();
}

void read_name(std::string_view text) {
  const sennit::Result<storage::DatasetName> name = storage::parse_dataset_name(text);
  if (!name) return;
  if (name->text() != text || storage::has_dot_component(name->text())) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  read_manifest(text);
  read_version(text);
  read_name(text);
  return 0;
}
