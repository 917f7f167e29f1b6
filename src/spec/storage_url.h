// What a storage URL names (osmo-spec.md 1.8 and 1.9, and section 6 for the profiles of credentials).
//
// Threads:   pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sennit::spec {

struct StorageUrl {
  std::string scheme;     // s3, gs, tos, azure, swift
  std::string host;       // tos, swift: of the URL; azure, gs: the provider's; s3: ""
  std::string account;    // azure: the storage account; swift: the namespace
  std::string container;  // the bucket
  std::string path;       // without a leading slash; "" for the whole bucket

  // What a credential is stored under: "s3://bucket", "azure://account", "swift://host/account".
  std::string profile() const;
  // The URL without its path.
  std::string container_url() const;
  // Where the provider's API is; "" for s3, which the region decides.
  std::string endpoint() const;
  // Where a browser finds it.
  std::string link(std::string_view region) const;
  // Whether the surroundings of a task may give access, so that no credential is needed.
  bool has_ambient_access() const { return scheme == "s3" || scheme == "azure"; }
};

// Line breaks and tabs inside a URL are left out, and slashes that follow each other are one.
std::optional<StorageUrl> parse_storage_url(std::string_view url);
// A URL that names a profile and no more. tos, azure and swift: the container stays empty.
std::optional<StorageUrl> parse_profile_url(std::string_view url);

// Whether everything at `inner` is also below `outer`.
bool contains(const StorageUrl& outer, const StorageUrl& inner);

}  // namespace sennit::spec
