#include <array>
#include <boost/json.hpp>

#include "misc_kinds.h"
#include "spec/image_reference.h"
#include "spec/storage_url.h"
#include "vectors.h"

namespace json = boost::json;

namespace sennit::conformance {
namespace {

constexpr std::string_view kRegion = "us-east-1";  // of the recorded links

json::value or_null(const std::optional<std::string>& text) { return text ? json::value(*text) : json::value(nullptr); }

Answer url_answer(const std::optional<spec::StorageUrl>& url, const std::optional<std::string>& link) {
  if (!url) return std::nullopt;
  return result_of(json::object{{"scheme", url->scheme},
                                {"container", url->container},
                                {"path", url->path},
                                {"profile", url->profile()},
                                {"container_uri", url->container_url()},
                                {"endpoint", url->endpoint()},
                                {"link", or_null(link)},
                                {"ambient_auth", url->has_ambient_access()}});
}

Answer uri(const json::object& input) {
  const std::optional<spec::StorageUrl> url = spec::parse_storage_url(text_of(input, "uri"));
  return url_answer(url, url ? std::optional(url->link(kRegion)) : std::nullopt);
}

Answer uri_profile(const json::object& input) {
  return url_answer(spec::parse_profile_url(text_of(input, "uri")), std::nullopt);
}

Answer uri_contains(const json::object& input) {
  const auto outer = spec::parse_storage_url(text_of(input, "outer"));
  const auto inner = spec::parse_storage_url(text_of(input, "inner"));
  if (!outer || !inner) return std::nullopt;
  return result_of(spec::contains(*outer, *inner));
}

Answer image(const json::object& input) {
  const std::optional<spec::ImageReference> reference = spec::parse_image(text_of(input, "image"));
  if (!reference) return std::nullopt;
  return result_of(json::object{{"host", reference->host},
                                {"port", reference->port},
                                {"name", reference->name},
                                {"tag", or_null(reference->tag)},
                                {"digest", or_null(reference->digest)},
                                {"manifest_url", reference->manifest_url()},
                                {"scope", reference->scope()}});
}

Answer registry_scope(const json::object& input) {
  const std::optional<spec::ImageReference> reference = spec::parse_image(text_of(input, "image"));
  if (!reference) return std::nullopt;
  const std::string scope = spec::normalised_registry_scope(text_of(input, "scope"));
  return json::object{{"normalised", scope}, {"result", spec::covers_image(scope, *reference)}};
}

constexpr auto kKinds = std::to_array<MiscKind>({{"uri", uri},
                                                 {"uri_profile", uri_profile},
                                                 {"uri_contains", uri_contains},
                                                 {"image", image},
                                                 {"registry_scope", registry_scope}});

}  // namespace

std::span<const MiscKind> storage_kinds() { return kKinds; }

}  // namespace sennit::conformance
