#include "spec/storage_url.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "spec/grammar.h"

namespace sennit::spec {
namespace {

constexpr std::string_view kGoogle = "storage.googleapis.com";
constexpr std::string_view kAzure = "blob.core.windows.net";

struct Parts {
  std::string scheme;
  std::string location;  // between "://" and the next slash
  std::string path;      // without slashes at its beginning, and without doubled ones
};

std::string without_breaks(std::string_view url) {
  std::string text(url);
  std::erase_if(text, [](char c) { return c == '\n' || c == '\r' || c == '\t'; });
  return text;
}

std::optional<Parts> cut(std::string_view url) {
  std::string text;
  for (const char c : without_breaks(url)) {
    const bool doubled = c == '/' && text.ends_with('/') && text.find("://") != std::string::npos;
    if (!doubled) text += c;
  }
  const std::size_t scheme = text.find("://");
  if (scheme == std::string::npos) return std::nullopt;
  const std::size_t begin = scheme + 3;
  const std::size_t slash = std::min(text.find('/', begin), text.size());
  Parts parts{text.substr(0, scheme), text.substr(begin, slash - begin), text.substr(std::min(slash + 1, text.size()))};
  // Brackets are for IPv6 addresses, which no provider has for a bucket.
  if (parts.location.find_first_of("[]") != std::string::npos) return std::nullopt;
  return parts;
}

// Takes the first part off a path.
std::string take_part(std::string& path) {
  const std::size_t slash = std::min(path.find('/'), path.size());
  std::string part = path.substr(0, slash);
  path.erase(0, std::min(slash + 1, path.size()));
  return part;
}

StorageUrl url_of(Parts parts) {
  StorageUrl url;
  url.scheme = std::move(parts.scheme);
  if (url.scheme == "s3" || url.scheme == "gs") {
    url.container = std::move(parts.location);
    if (url.scheme == "gs") url.host = kGoogle;
  } else if (url.scheme == "azure") {
    url.account = std::move(parts.location);
    url.host = kAzure;
  } else {
    url.host = std::move(parts.location);
    if (url.scheme == "swift") url.account = take_part(parts.path);
  }
  if (url.container.empty()) url.container = take_part(parts.path);
  url.path = std::move(parts.path);
  return url;
}

// The parts of a path without "." and with ".." applied; those above the bucket stay.
std::vector<std::string> resolved_parts(std::string path) {
  std::vector<std::string> parts;
  while (!path.empty()) {
    std::string part = take_part(path);
    if (part.empty() || part == ".") continue;
    if (part == ".." && !parts.empty() && parts.back() != "..") {
      parts.pop_back();
    } else {
      parts.push_back(std::move(part));
    }
  }
  return parts;
}

std::string without_slashes_at_end(std::string text) {
  while (text.ends_with('/')) text.pop_back();
  return text;
}

}  // namespace

std::string StorageUrl::profile() const {
  if (scheme == "tos") return fmt::format("tos://{}/{}", host, container);
  if (scheme == "azure") return fmt::format("azure://{}", account);
  if (scheme == "swift") return fmt::format("swift://{}/{}", host, account);
  return fmt::format("{}://{}", scheme, container);
}

std::string StorageUrl::container_url() const {
  return scheme == "azure" || scheme == "swift" ? fmt::format("{}/{}", profile(), container) : profile();
}

std::string StorageUrl::endpoint() const {
  if (scheme == "s3") return {};
  return scheme == "azure" ? fmt::format("https://{}.{}", account, host) : fmt::format("https://{}", host);
}

std::string StorageUrl::link(std::string_view region) const {
  std::string text;
  if (scheme == "s3") text = fmt::format("https://{}.s3.{}.amazonaws.com/{}", container, region, path);
  if (scheme == "gs") text = fmt::format("https://{}/storage/v1/b/{}/o/{}", host, container, path);
  if (scheme == "tos") text = fmt::format("https://{}.{}/{}", container, host, path);
  if (scheme == "azure") text = fmt::format("{}/{}/{}", endpoint(), container, path);
  if (scheme == "swift") text = fmt::format("https://{}/v1/{}/{}/{}", host, account, container, path);
  return without_slashes_at_end(std::move(text));
}

std::optional<StorageUrl> parse_storage_url(std::string_view url) {
  if (!is_storage_url(url) || !is_storage_url(without_breaks(url))) return std::nullopt;
  std::optional<Parts> parts = cut(url);
  if (!parts) return std::nullopt;
  return url_of(std::move(*parts));
}

std::optional<StorageUrl> parse_profile_url(std::string_view url) {
  std::optional<Parts> parts = cut(url);
  if (!parts) return std::nullopt;
  const bool has_bucket = parts->scheme == "s3" || parts->scheme == "gs" || parts->scheme == "tos";
  const bool has_path = parts->scheme == "tos" || parts->scheme == "swift";
  // The grammar of a whole URL, with a container where the profile has none.
  for (const std::string& form : {std::string(url), without_breaks(url)}) {
    const std::string profile = without_slashes_at_end(form);
    const auto slashes = static_cast<std::size_t>(std::ranges::count(profile, '/'));
    if (slashes != (has_path ? 3U : 2U) || !is_storage_url(profile + (has_bucket ? "" : "/c"))) return std::nullopt;
  }
  parts->path = without_slashes_at_end(std::move(parts->path));
  if (parts->scheme == "tos") parts->path.clear();
  return url_of(std::move(*parts));
}

bool contains(const StorageUrl& outer, const StorageUrl& inner) {
  if (outer.scheme != inner.scheme || outer.host != inner.host || outer.account != inner.account ||
      outer.container != inner.container) {
    return false;
  }
  if (outer.path.empty()) return true;
  if (inner.path.empty()) return false;
  const std::vector<std::string> above = resolved_parts(outer.path);
  const std::vector<std::string> below = resolved_parts(inner.path);
  return above.size() <= below.size() && std::equal(above.begin(), above.end(), below.begin());
}

}  // namespace sennit::spec
