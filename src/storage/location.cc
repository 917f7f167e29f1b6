#include "storage/location.h"

#include <fmt/format.h>

#include <optional>

#include "base/printable.h"
#include "base/utf8.h"
#include "storage/object_name.h"

namespace sennit::storage {
namespace {

constexpr std::string_view kFile = "file://";
constexpr std::string_view kForms =
    "s3://bucket/path, gs://bucket/path, azure://account/container/path, swift://host/account/container/path, "
    "tos://host/bucket/path or file:///path";

Error invalid(std::string_view text, std::string_view why) {
  return Error(ErrorCode::kInvalid, fmt::format("'{}' {}", printable(text), why));
}

Result<Location> file_location(std::string_view text) {
  const std::string_view path = text.substr(kFile.size());
  if (!path.starts_with('/')) return invalid(text, "is not a file URL: an absolute path was expected, file:///path");
  return Location{.url = {.scheme = "file", .host = {}, .account = {}, .container = {}, .path = std::string(path)}};
}

}  // namespace

std::string Location::text() const {
  if (is_file()) return fmt::format("file://{}", url.path);
  return url.path.empty() ? url.container_url() : fmt::format("{}/{}", url.container_url(), url.path);
}

Result<Location> parse_location(std::string_view text) {
  if (has_control_character(text)) return invalid(text, "has control characters, which no place for data has");
  if (first_bad_utf8(text) != std::string_view::npos) return invalid(text, "is not UTF-8");
  Result<Location> location = Location{};
  if (text.starts_with(kFile)) {
    location = file_location(text);
    if (!location) return location;
  } else {
    std::optional<spec::StorageUrl> url = spec::parse_storage_url(text);
    if (!url) return invalid(text, fmt::format("is not a place for data; there are {}", kForms));
    location->url = std::move(*url);
  }
  if (has_dot_component(location->url.path)) return invalid(text, "has '.' or '..' as a part of its path");
  return location;
}

}  // namespace sennit::storage
