#include "storage/dataset/verify.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <map>

#include "storage/dataset/farm.h"
#include "storage/dataset/layout.h"
#include "storage/dataset/parallel.h"

namespace sennit::storage {
namespace {

// What is fetched at a time, so that a large dataset needs no disk of its size.
constexpr std::uint64_t kBytesAtOnce = 1ULL << 30;

struct Checked {
  Incoming object;
  Damage damage;
  bool is_damaged = false;
};

std::vector<Checked> objects_of(const Manifest& manifest) {
  std::map<Digest, std::size_t> seen;
  std::vector<Checked> all;
  for (const ManifestFile& file : manifest.files) {
    const auto [at, is_new] = seen.emplace(file.digest, all.size());
    if (is_new) {
      all.push_back({.object = {.name = object_name_of(file.digest), .digest = file.digest, .size = file.size},
                     .damage = {.path = file.path, .digest = file.digest}});
    }
    ++all[at->second].damage.files;
  }
  return all;
}

class Verification {
 public:
  Verification(const DatasetWork& work, std::string prefix, std::vector<Checked> objects)
      : work_(work), prefix_(std::move(prefix)), objects_(std::move(objects)) {}

  Result<void> list() {
    std::vector<StoredObject> expected;
    for (const Checked& checked : objects_) expected.push_back({checked.object.name, checked.object.size});
    SENNIT_ASSIGN(const std::vector<std::size_t> missing, work_.bucket.missing(prefix_, expected));
    for (const std::size_t i : missing) objects_[i].is_damaged = true;
    return {};
  }

  Result<void> read() {
    std::uint64_t bytes = 0;
    for (const Checked& checked : objects_) bytes += checked.is_damaged ? 0 : checked.object.size;
    work_.meter.begin(Stage::kVerifying, objects_.size(), bytes);
    if (work_.bucket.local_path(prefix_)) return hash_in_place();
    std::size_t begin = 0;
    while (begin < objects_.size()) {
      std::uint64_t size = 0;
      std::size_t end = begin;
      while (end < objects_.size() && (end == begin || size + objects_[end].object.size <= kBytesAtOnce)) {
        size += objects_[end++].object.size;
      }
      SENNIT_TRY(fetch_and_hash(std::span(objects_).subspan(begin, end - begin)));
      begin = end;
    }
    return {};
  }

  std::vector<Damage> damages() const {
    std::vector<Damage> found;
    for (const Checked& checked : objects_) {
      if (checked.is_damaged) found.push_back(checked.damage);
    }
    return found;
  }

 private:
  Result<void> hash_in_place() {
    return in_parallel(objects_.size(), 0, [&](std::size_t i) -> Result<void> {
      SENNIT_TRY(hash(objects_[i], *work_.bucket.local_path(prefix_ + objects_[i].object.name)));
      work_.meter.add(1, objects_[i].object.size);
      return {};
    });
  }

  Result<void> fetch_and_hash(std::span<Checked> some) {
    SENNIT_ASSIGN(const TemporaryDirectory directory, TemporaryDirectory::make());
    std::vector<Incoming> wanted;
    for (const Checked& checked : some) {
      if (!checked.is_damaged) wanted.push_back(checked.object);
    }
    SENNIT_TRY(work_.bucket.fetch(prefix_, wanted, directory.path(), work_.meter));
    return in_parallel(some.size(), 0, [&](std::size_t i) {
      return hash(some[i], fmt::format("{}/{}", directory.path(), some[i].object.name));
    });
  }

  Result<void> hash(Checked& checked, const std::string& path) const {
    SENNIT_TRY(work_.meter.may_go_on());
    if (checked.is_damaged) return {};
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd && errno != ENOENT) return Error::from_errno(fmt::format("open {}", path), errno);
    checked.is_damaged = true;
    if (!fd) return {};
    SENNIT_ASSIGN(const Digest digest, digest_of_open(fd.get(), work_.meter));
    checked.is_damaged = digest != checked.object.digest;
    checked.damage.kind = Damage::Kind::kChanged;
    return {};
  }

  const DatasetWork& work_;
  std::string prefix_;
  std::vector<Checked> objects_;
};

}  // namespace

Result<std::vector<Damage>> verify(const DatasetWork& work, const std::string& dataset, const Manifest& manifest,
                                   Depth depth) {
  Verification verification(work, objects_prefix(dataset), objects_of(manifest));
  SENNIT_TRY(verification.list());
  if (depth == Depth::kRead) SENNIT_TRY(verification.read());
  return verification.damages();
}

}  // namespace sennit::storage
