#include "spec/grammar.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "spec/template/numbers.h"
#include "spec/template/unicode.h"
#include "spec/values.h"

namespace sennit::spec {
namespace {

constexpr std::size_t kDnsLabel = 63;
constexpr std::size_t kDnsName = 253;
constexpr std::string_view kSidecar = "osmo-ctrl";

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_letter(char c) { return is_lower(c) || (c >= 'A' && c <= 'Z'); }
bool is_alphanumeric(char c) { return is_letter(c) || is_digit(c); }
bool is_lower_alphanumeric(char c) { return is_lower(c) || is_digit(c); }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

// Calls `good` for each part between separators; false as soon as it says so. No text is one empty part.
template <class Good>
bool every_part(std::string_view text, char separator, Good good) {
  while (true) {
    const std::size_t end = text.find(separator);
    if (!good(text.substr(0, end))) return false;
    if (end == std::string_view::npos) return true;
    text.remove_prefix(end + 1);
  }
}

// [0-9a-z]([0-9a-z_.-]*[0-9a-z])?
bool is_image_component(std::string_view part) {
  if (part.empty() || !is_lower_alphanumeric(part.front()) || !is_lower_alphanumeric(part.back())) return false;
  return std::ranges::all_of(part, [](char c) { return is_lower_alphanumeric(c) || c == '_' || c == '.' || c == '-'; });
}

bool is_host_label(std::string_view part) {
  if (part.empty() || !is_alphanumeric(part.front()) || !is_alphanumeric(part.back())) return false;
  return std::ranges::all_of(part, [](char c) { return is_alphanumeric(c) || c == '-'; });
}

bool is_port(std::string_view text) { return !text.empty() && text.size() <= 5 && std::ranges::all_of(text, is_digit); }

// A first component is a host if it has a dot or a port, or is "localhost".
bool is_host(std::string_view part) {
  const std::size_t colon = part.find(':');
  const std::string_view name = part.substr(0, colon);
  if (colon != std::string_view::npos && !is_port(part.substr(colon + 1))) return false;
  if (colon == std::string_view::npos && name != "localhost" && name.find('.') == std::string_view::npos) return false;
  return every_part(name, '.', is_host_label);
}

bool is_image_tag(std::string_view tag) {
  if (tag.empty() || !(is_alphanumeric(tag.front()) || tag.front() == '_')) return false;
  return std::ranges::all_of(tag, [](char c) { return is_alphanumeric(c) || c == '_' || c == '.' || c == '-'; });
}

bool is_digest(std::string_view digest) {
  const std::size_t colon = digest.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 == digest.size()) return false;
  const auto is_algorithm = [](char c) { return is_alphanumeric(c) || c == '_' || c == '+' || c == '.' || c == '-'; };
  return std::ranges::all_of(digest.substr(0, colon), is_algorithm) &&
         std::ranges::all_of(digest.substr(colon + 1), is_hex);
}

bool is_label_part(std::string_view text) {
  if (text.empty() || text.size() > kDnsLabel) return false;
  if (!is_alphanumeric(text.front()) || !is_alphanumeric(text.back())) return false;
  return std::ranges::all_of(text, [](char c) { return is_alphanumeric(c) || c == '-' || c == '_' || c == '.'; });
}

bool is_dns_label(std::string_view part) {
  if (part.empty() || part.size() > kDnsLabel) return false;
  if (!is_lower_alphanumeric(part.front()) || !is_lower_alphanumeric(part.back())) return false;
  return std::ranges::all_of(part, [](char c) { return is_lower_alphanumeric(c) || c == '-'; });
}

std::optional<std::uint32_t> exit_code(std::string_view digits) {
  if (digits.empty() || !std::ranges::all_of(digits, is_digit)) return std::nullopt;
  std::uint64_t value = 0;
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint32_t>::max();
  for (const char c : digits) value = std::min(kMost, value * 10 + static_cast<std::uint64_t>(c - '0'));
  return static_cast<std::uint32_t>(value);
}

struct StorageScheme {
  std::string_view prefix;
  int components;  // at least
};
constexpr auto kStorageSchemes =
    std::to_array<StorageScheme>({{"s3://", 1}, {"gs://", 1}, {"tos://", 2}, {"azure://", 2}, {"swift://", 3}});

bool is_dataset_part(std::string_view part) {
  return !part.empty() && std::ranges::all_of(part, [](char c) {
    return is_alphanumeric(c) || c == '_' || c == '-' || c == '{' || c == '}' || c == '.';
  });
}

}  // namespace

bool is_name(std::string_view text) {
  if (text.empty() || !is_letter(text.front()) || !is_alphanumeric(text.back())) return false;
  return std::ranges::all_of(text, [](char c) { return is_alphanumeric(c) || c == '-' || c == '_'; });
}

bool is_task_reference(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return is_name(text);
  return is_name(text.substr(0, colon)) && is_name(text.substr(colon + 1));
}

std::string folded_name(std::string_view name) {
  std::string folded(name);
  for (char& c : folded) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    if (c == '_') c = '-';
  }
  return folded;
}

bool is_reserved_task_name(std::string_view name) {
  std::string folded = folded_name(name.substr(0, kDnsLabel));
  while (folded.ends_with('-')) folded.pop_back();
  return folded == kSidecar;
}

bool is_label_key(std::string_view key) {
  const std::size_t slash = key.find('/');
  if (slash == std::string_view::npos) return is_label_part(key);
  const std::string_view prefix = key.substr(0, slash);
  return !prefix.empty() && prefix.size() <= kDnsName && every_part(prefix, '.', is_dns_label) &&
         is_label_part(key.substr(slash + 1));
}

bool is_label_value(std::string_view value) { return is_label_part(value); }

std::optional<ImageParts> split_image(std::string_view image) {
  ImageParts parts;
  if (const std::size_t at = image.find('@'); at != std::string_view::npos) {
    parts.digest = image.substr(at + 1);
    if (!is_digest(parts.digest)) return std::nullopt;
    image = image.substr(0, at);
  }
  const std::size_t slash = image.find('/');
  if (slash != std::string_view::npos && is_host(image.substr(0, slash))) {
    parts.host = image.substr(0, slash);
    const std::size_t colon = std::min(parts.host.find(':'), parts.host.size());
    parts.port = parts.host.substr(std::min(colon + 1, parts.host.size()));
    parts.host = parts.host.substr(0, colon);
    image.remove_prefix(slash + 1);
  }
  if (const std::size_t colon = image.find(':'); colon != std::string_view::npos) {
    parts.tag = image.substr(colon + 1);
    if (!is_image_tag(parts.tag)) return std::nullopt;
    image = image.substr(0, colon);
  }
  parts.name = image;
  if (!every_part(image, '/', is_image_component)) return std::nullopt;
  return parts;
}

bool is_image(std::string_view image) { return split_image(image).has_value(); }

bool is_file_url(std::string_view url) {
  return url.starts_with("file:///") && url.find('\0') == std::string_view::npos;
}

bool is_storage_url(std::string_view url) {
  for (const StorageScheme& scheme : kStorageSchemes) {
    if (!url.starts_with(scheme.prefix)) continue;
    url.remove_prefix(scheme.prefix.size());
    while (url.ends_with('/')) url.remove_suffix(1);
    int components = 0;
    const bool good = every_part(url, '/', [&](std::string_view part) {
      ++components;
      return !part.empty() && part.find_first_of(",;*") == std::string_view::npos;
    });
    return good && components >= scheme.components;
  }
  return false;
}

std::optional<std::vector<std::pair<std::uint32_t, std::uint32_t>>> parse_exit_codes(std::string_view text) {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> ranges;
  const std::string ascii = tmpl::with_ascii_digits(text);
  const bool good = every_part(ascii, ',', [&](std::string_view part) {
    const std::size_t dash = part.find('-');
    const std::optional<std::uint32_t> first = exit_code(part.substr(0, dash));
    const std::optional<std::uint32_t> last = dash == std::string_view::npos ? first : exit_code(part.substr(dash + 1));
    if (!first || !last) return false;
    ranges.emplace_back(*first, *last);
    return true;
  });
  if (!good) return std::nullopt;
  return ranges;
}

bool is_usable_file_path(std::string_view path) {
  if (path.starts_with("/osmo/data/output/")) return true;
  while (path.starts_with('/')) path.remove_prefix(1);
  return !path.empty() && path.substr(0, path.find('/')) != "osmo";
}

bool is_cache_size(std::string_view text) {
  if (!text.ends_with('%')) return parse_quantity(text).has_value();
  text.remove_suffix(1);
  const std::optional<double> percent = tmpl::parse_float(text);
  return percent && std::floor(*percent) >= 0 && std::floor(*percent) <= 100;
}

bool is_job_name(std::string_view name) {
  if (name.empty() || name == "." || name == "..") return false;
  return std::ranges::none_of(name,
                              [](char c) { return c == '/' || static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

std::string_view dataset_name(std::string_view text) { return text.substr(0, text.find(':')); }

bool is_dataset(std::string_view text) {
  // A token may stand in for a part, and tokens have colons of their own.
  if (text.find("{{") != std::string_view::npos) return true;
  const std::size_t colon = text.find(':');
  if (colon != std::string_view::npos && !is_dataset_part(text.substr(colon + 1))) return false;
  int parts = 0;
  return every_part(text.substr(0, colon), '/',
                    [&](std::string_view part) { return ++parts <= 2 && is_dataset_part(part); });
}

bool is_variable_name(std::string_view text) {
  if (text.empty() || is_digit(text.front())) return false;
  return std::ranges::all_of(text, [](char c) { return is_alphanumeric(c) || c == '_'; });
}

}  // namespace sennit::spec
