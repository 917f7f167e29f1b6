#include "storage/dataset/upload.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <unordered_map>

#include "storage/dataset/layout.h"

namespace sennit::storage {
namespace {

constexpr std::size_t kMostOpen = 4096;
constexpr std::size_t kLeastOpen = 64;

// As many as may be open beside what else is.
std::size_t files_at_once() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return kLeastOpen;
  return std::clamp<std::size_t>(limit.rlim_cur / 2, kLeastOpen, kMostOpen);
}

// Contents that the files of the plan have, each once: the object, and one file that has them.
struct Contents {
  std::vector<StoredObject> objects;
  std::vector<std::size_t> places;
};

Contents distinct(const std::vector<ManifestFile>& files) {
  Contents contents;
  std::unordered_map<Digest, std::size_t, DigestHash> seen;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (!seen.emplace(files[i].digest, i).second) continue;
    contents.objects.push_back({.name = object_name_of(files[i].digest), .size = files[i].size});
    contents.places.push_back(i);
  }
  return contents;
}

class Upload {
 public:
  Upload(const DatasetWork& work, UploadRequest request)
      : work_(work), request_(std::move(request)), register_(work.bucket), sources_(request_.parts) {}

  Result<Uploaded> run() {
    work_.meter.begin(Stage::kHashing, sources_.files().size(), sources_.bytes());
    Result<void> hashed = sources_.hash(work_);
    // Also of an upload that breaks off: the next one need not read again what this one has.
    ignore(work_.hashes.save(), "the next upload reads the files again");
    SENNIT_TRY(std::move(hashed));
    SENNIT_ASSIGN(const std::unique_ptr<Hold> hold, work_.bucket.hold_to_send(request_.dataset));
    SENNIT_ASSIGN(const DatasetState state, register_.load(request_.dataset));
    SENNIT_ASSIGN(const Manifest manifest, whole_manifest(state));
    const std::string text = format_manifest(manifest);
    const Digest digest = digest_of(text);
    if (is_same(state, digest)) return same_as(*state.latest(), manifest);
    SENNIT_TRY(send_contents());
    SENNIT_TRY(work_.bucket.write(manifest_object(request_.dataset, digest), text));
    SENNIT_TRY(work_.bucket.flush());
    SENNIT_TRY(hold->is_good());
    return publish(manifest, digest);
  }

 private:
  Result<Manifest> whole_manifest(const DatasetState& state) {
    SENNIT_ASSIGN(Manifest sent, manifest_of(sources_.files()));
    if (request_.onto == UploadRequest::Onto::kNothing || state.latest() == nullptr) return sent;
    SENNIT_ASSIGN(const Manifest base, register_.manifest(request_.dataset, state.latest()->manifest));
    return merged(base, sent);
  }

  bool is_same(const DatasetState& state, const Digest& digest) const {
    const VersionRecord* latest = state.latest();
    return request_.if_same == UploadRequest::IfSame::kNoVersion && latest != nullptr && latest->manifest == digest &&
           (request_.labels.empty() || request_.labels == latest->labels) &&
           (request_.metadata.empty() || request_.metadata == latest->metadata);
  }

  Result<Uploaded> same_as(const VersionRecord& version, const Manifest& manifest) {
    SENNIT_TRY(give_tags(version.number));
    return Uploaded{.version = version, .is_new = false, .kept_files = manifest.files.size()};
  }

  Result<void> send_contents() {
    work_.meter.begin(Stage::kLooking, 0, 0);
    const Contents contents = distinct(sources_.files());
    SENNIT_ASSIGN(const std::vector<std::size_t> missing,
                  work_.bucket.missing(objects_prefix(request_.dataset), contents.objects));
    std::uint64_t bytes = 0;
    for (const std::size_t i : missing) bytes += contents.objects[i].size;
    work_.meter.begin(Stage::kMoving, missing.size(), bytes);
    const std::size_t at_once = files_at_once();
    for (std::size_t begin = 0; begin < missing.size(); begin += at_once) {
      const std::size_t end = std::min(missing.size(), begin + at_once);
      SENNIT_TRY(send_some(contents, std::span(missing).subspan(begin, end - begin)));
    }
    uploaded_.sent_files = missing.size();
    uploaded_.sent_bytes = bytes;
    return {};
  }

  Result<void> send_some(const Contents& contents, std::span<const std::size_t> chosen) {
    std::vector<UniqueFd> open;
    std::vector<Outgoing> files;
    const std::string prefix = objects_prefix(request_.dataset);
    for (const std::size_t i : chosen) {
      const std::size_t place = contents.places[i];
      SENNIT_ASSIGN(UniqueFd fd, sources_.open_unchanged(place));
      files.push_back({.fd = fd.get(),
                       .name = prefix + contents.objects[i].name,
                       .digest = sources_.files()[place].digest,
                       .size = contents.objects[i].size});
      open.push_back(std::move(fd));
    }
    SENNIT_TRY(work_.bucket.send(files, work_.meter));
    for (std::size_t i = 0; i < chosen.size(); ++i) {
      Result<void> unchanged = sources_.check_unchanged(contents.places[chosen[i]], open[i].get());
      if (unchanged) continue;
      // It may have been sent with other contents than its name says.
      ignore(work_.bucket.remove(prefix, {&contents.objects[chosen[i]].name, 1}), "the error tells enough");
      return unchanged;
    }
    return {};
  }

  Result<Uploaded> publish(const Manifest& manifest, const Digest& digest) {
    SENNIT_ASSIGN(uploaded_.version, register_.publish(request_.dataset, {.manifest = digest,
                                                                          .files = manifest.files.size(),
                                                                          .bytes = manifest.bytes(),
                                                                          .created = work_.clock.now(),
                                                                          .created_by = request_.created_by,
                                                                          .source = request_.source,
                                                                          .labels = request_.labels,
                                                                          .metadata = request_.metadata}));
    uploaded_.kept_files = manifest.files.size() - std::min<std::uint64_t>(uploaded_.sent_files, manifest.files.size());
    SENNIT_TRY(give_tags(uploaded_.version.number));
    return uploaded_;
  }

  Result<void> give_tags(std::uint32_t number) {
    for (const std::string& tag : request_.tags) SENNIT_TRY(register_.set_tag(request_.dataset, tag, number));
    return {};
  }

  const DatasetWork& work_;
  UploadRequest request_;
  Register register_;
  SourceFiles sources_;
  Uploaded uploaded_;
};

}  // namespace

Result<Uploaded> upload(const DatasetWork& work, UploadRequest request) {
  return Upload(work, std::move(request)).run();
}

}  // namespace sennit::storage
