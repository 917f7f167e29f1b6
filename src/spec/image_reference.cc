#include "spec/image_reference.h"

#include <fmt/format.h>

#include <charconv>

#include "spec/grammar.h"
#include "spec/template/unicode.h"

namespace sennit::spec {
namespace {

constexpr std::uint32_t kTlsPort = 443;

std::string registry_host(std::string_view host) {
  return std::string(host.empty() || host == "docker.io" ? kDefaultRegistry : host);
}

std::uint32_t port_of(std::string_view digits) {
  std::uint32_t port = kTlsPort;
  std::from_chars(digits.data(), digits.data() + digits.size(), port);
  return port;
}

}  // namespace

std::string ImageReference::manifest_url() const {
  return fmt::format("https://{}:{}/v2/{}/manifests/{}", host, port, name, digest ? *digest : tag.value_or("latest"));
}

std::string ImageReference::scope() const {
  return port == kTlsPort ? fmt::format("{}/{}", host, name) : fmt::format("{}:{}/{}", host, port, name);
}

std::optional<ImageReference> parse_image(std::string_view image) {
  const std::optional<ImageParts> parts = split_image(image);
  if (!parts) return std::nullopt;
  ImageReference reference;
  reference.host = registry_host(parts->host);
  if (!parts->port.empty()) reference.port = port_of(parts->port);
  reference.name = parts->name;
  if (parts->host.empty() && parts->name.find('/') == std::string_view::npos) {
    reference.name = fmt::format("library/{}", parts->name);
  }
  if (!parts->digest.empty()) reference.digest = parts->digest;
  if (!parts->tag.empty()) {
    reference.tag = parts->tag;
  } else if (!reference.digest) {
    reference.tag = "latest";
  }
  return reference;
}

std::string normalised_registry_scope(std::string_view scope) {
  scope = tmpl::strip(scope);
  while (scope.ends_with('/')) scope.remove_suffix(1);
  const std::size_t slash = scope.find('/');
  std::string_view host = scope.substr(0, slash);
  if (host.ends_with(":443")) host.remove_suffix(4);
  std::string normalised = registry_host(host);
  if (slash != std::string_view::npos) normalised += scope.substr(slash);
  return normalised;
}

bool covers_image(std::string_view scope, const ImageReference& image) {
  const std::string whole = image.scope();
  if (!whole.starts_with(scope)) return false;
  return whole.size() == scope.size() || whole[scope.size()] == '/';
}

}  // namespace sennit::spec
