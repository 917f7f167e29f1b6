// What the name of an image says, and which of a user's registry credentials are for it (osmo-spec.md 1.9 and 6).
//
// Threads:   pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sennit::spec {

// Docker Hub, which an image without a host is from.
inline constexpr std::string_view kDefaultRegistry = "registry-1.docker.io";

struct ImageReference {
  std::string host{kDefaultRegistry};
  std::uint32_t port = 443;
  std::string name;                // "library/alpine"
  std::optional<std::string> tag;  // "latest" if neither a tag nor a digest is given
  std::optional<std::string> digest;

  // Where the registry tells what the image consists of.
  std::string manifest_url() const;
  // "host[:port]/name", which the scope of a credential is compared with.
  std::string scope() const;
};

std::optional<ImageReference> parse_image(std::string_view image);

// A credential's scope, "host[:port][/path]", in its one form: Docker Hub by its full name, no port 443, no slash at
// the end.
std::string normalised_registry_scope(std::string_view scope);

// Whether a credential of this scope is for images of that one; both are in their one form. Paths match part by part.
bool covers_image(std::string_view scope, const ImageReference& image);

}  // namespace sennit::spec
