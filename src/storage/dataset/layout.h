// The names of a bucket's objects: the one place that knows them (docs/formats/dataset.md).
//
//   register/NAME/versions/N.json   what version N is        data/NAME/objects/AB/AB12...   contents, by their hash
//   register/NAME/tags/TAG.json     which version TAG means  data/NAME/manifests/HASH.jsonl what a version consists of
//   register/NAME/numbers/N/...     N is taken, for ever     locks/NAME, marks/NAME/...     who sends, who removes
//
// What describes lies apart from what is large, so that listing the one does not walk the other.
//
// Threads: pure functions.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "storage/dataset/digest.h"

namespace sennit::storage {

inline std::string register_prefix(std::string_view dataset) { return fmt::format("register/{}/", dataset); }
inline std::string numbers_prefix(std::string_view dataset) { return fmt::format("register/{}/numbers/", dataset); }
inline std::string version_object(std::string_view dataset, std::uint32_t number) {
  return fmt::format("register/{}/versions/{}.json", dataset, number);
}
inline std::string tag_object(std::string_view dataset, std::string_view tag) {
  return fmt::format("register/{}/tags/{}.json", dataset, tag);
}
inline std::string data_prefix(std::string_view dataset) { return fmt::format("data/{}/", dataset); }
inline std::string objects_prefix(std::string_view dataset) { return fmt::format("data/{}/objects/", dataset); }
inline std::string manifest_object(std::string_view dataset, const Digest& digest) {
  return fmt::format("data/{}/manifests/{}.jsonl", dataset, hex_of(digest));
}
// Below objects_prefix.
inline std::string object_name_of(const Digest& digest) {
  const std::string hex = hex_of(digest);
  return fmt::format("{}/{}", std::string_view(hex).substr(0, 2), hex);
}
inline std::string lock_name(std::string_view dataset) { return fmt::format("locks/{}", dataset); }
inline std::string marks_prefix(std::string_view dataset) { return fmt::format("marks/{}/", dataset); }

}  // namespace sennit::storage
