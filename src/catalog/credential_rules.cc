#include "catalog/credential_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include "base/utf8.h"
#include "spec/image_reference.h"
#include "spec/storage_url.h"
#include "spec/suggest.h"

namespace sennit::catalog {
namespace {

constexpr std::size_t kMaxName = 128;

enum class Need : std::uint8_t { kRequired, kOptional };

struct Key {
  std::string_view name;
  Need need;
};

constexpr auto kRegistryKeys =
    std::to_array<Key>({{"auth", Need::kRequired}, {"registry", Need::kOptional}, {"username", Need::kOptional}});
constexpr auto kDataKeys = std::to_array<Key>({{"access_key_id", Need::kRequired},
                                               {"access_key", Need::kRequired},
                                               {"endpoint", Need::kRequired},
                                               {"region", Need::kOptional},
                                               {"override_url", Need::kOptional},
                                               {"addressing_style", Need::kOptional}});

Error invalid(std::string message) { return {ErrorCode::kInvalid, std::move(message)}; }

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_alphanumeric(char c) { return is_letter(c) || (c >= '0' && c <= '9'); }

// ^[a-zA-Z]([a-zA-Z0-9_-]*[a-zA-Z0-9])?$
bool is_name(std::string_view name) {
  if (name.empty() || name.size() > kMaxName || !is_letter(name.front()) || !is_alphanumeric(name.back())) return false;
  return std::ranges::all_of(name, [](char c) { return is_alphanumeric(c) || c == '_' || c == '-'; });
}

// A key is the name of a file where the credential is mounted.
bool is_key(std::string_view key) {
  if (key.empty() || key.size() > 253 || key == "." || key == "..") return false;
  return std::ranges::all_of(key, [](char c) { return is_alphanumeric(c) || c == '_' || c == '-' || c == '.'; });
}

Result<void> check_value(std::string_view key, std::string_view value) {
  if (value.size() > kMaxValueBytes) {
    return invalid(
        fmt::format("the value of '{}' has {} bytes; {} at most can be stored", key, value.size(), kMaxValueBytes));
  }
  if (value.find('\0') != std::string_view::npos) {
    return invalid(
        fmt::format("the value of '{}' has a NUL byte, which no variable can hold; store it as Base64", key));
  }
  if (first_bad_utf8(value) != std::string_view::npos) {
    return invalid(fmt::format("the value of '{}' is not UTF-8 text; store it as Base64", key));
  }
  return {};
}

Result<void> check_payload(const CredentialPayload& payload) {
  if (payload.empty()) return invalid("a credential needs at least one key with its value");
  if (payload.size() > kMaxKeys) {
    return invalid(fmt::format("{} keys are too many; {} at most can be stored", payload.size(), kMaxKeys));
  }
  std::size_t bytes = 0;
  for (const auto& [key, value] : payload) {
    if (!is_key(key)) {
      return invalid(fmt::format("'{}' cannot be a key: letters, digits, '_', '-' and '.' were expected", key));
    }
    SENNIT_TRY(check_value(key, value));
    bytes += key.size() + value.size();
  }
  if (bytes <= kMaxPayloadBytes) return {};
  return invalid(fmt::format("keys and values have {} bytes; {} at most can be stored in one credential", bytes,
                             kMaxPayloadBytes));
}

std::string names_of(std::span<const Key> keys, Need need) {
  std::string text;
  for (const Key& key : keys) {
    if (key.need == need) text.append(text.empty() ? "" : ", ").append(key.name);
  }
  return text;
}

Result<void> check_keys(CredentialType type, std::span<const Key> keys, const CredentialPayload& payload) {
  const std::string wanted =
      fmt::format("{}; optional: {}", names_of(keys, Need::kRequired), names_of(keys, Need::kOptional));
  for (const auto& [name, value] : payload) {
    if (std::ranges::find(keys, name, &Key::name) != keys.end()) continue;
    spec::Nearest nearest(name);
    for (const Key& key : keys) nearest.consider(key.name);
    const std::string meant = nearest.result().empty() ? "" : fmt::format("; did you mean '{}'?", nearest.result());
    return invalid(fmt::format("a {} credential has no key '{}'{}; it has: {}", to_string(type), name, meant, wanted));
  }
  for (const Key& key : keys) {
    const auto found = payload.find(std::string(key.name));
    const bool there = found != payload.end() && !found->second.empty();
    if (there || key.need == Need::kOptional) continue;
    return invalid(
        fmt::format("a {} credential needs a value for '{}'; its keys: {}", to_string(type), key.name, wanted));
  }
  return {};
}

std::string value_of(const CredentialPayload& payload, const char* key) {
  const auto found = payload.find(key);
  return found == payload.end() ? std::string() : found->second;
}

Result<std::string> registry_profile(const CredentialPayload& payload) {
  SENNIT_TRY(check_keys(CredentialType::kRegistry, kRegistryKeys, payload));
  std::string registry = value_of(payload, "registry");
  if (registry.find("://") != std::string::npos || registry.find_first_of(" \t\r\n@") != std::string::npos) {
    return invalid(
        fmt::format("'{}' is not a registry: host[:port][/path] was expected, such as nvcr.io or "
                    "ghcr.io/team",
                    registry));
  }
  return spec::normalised_registry_scope(registry);
}

Result<void> check_connection(const CredentialPayload& payload) {
  const std::string url = value_of(payload, "override_url");
  if (!url.empty() && !url.starts_with("http://") && !url.starts_with("https://")) {
    return invalid(fmt::format("override_url '{}': http://host[:port] or https://host[:port] was expected", url));
  }
  const std::string style = value_of(payload, "addressing_style");
  if (style.empty() || style == "virtual" || style == "path" || style == "auto") return {};
  return invalid(fmt::format("addressing_style '{}': one of virtual, path, auto was expected", style));
}

// A credential is found by the profile of what is read or written. One for less than that would never be found.
Result<std::string> data_profile(const CredentialPayload& payload) {
  SENNIT_TRY(check_keys(CredentialType::kData, kDataKeys, payload));
  SENNIT_TRY(check_connection(payload));
  const std::string endpoint = value_of(payload, "endpoint");
  // What is looked up is the profile of something below it.
  const std::size_t end = endpoint.find_last_not_of('/') + 1;
  const auto below = spec::parse_storage_url(endpoint.substr(0, end) + "/x");
  if (below && spec::parse_profile_url(endpoint)) return below->profile();
  if (const auto storage = spec::parse_storage_url(endpoint)) {
    return invalid(
        fmt::format("endpoint '{}' is more than credentials are stored for: write {}", endpoint, storage->profile()));
  }
  return invalid(
      fmt::format("endpoint '{}' is no storage: s3://BUCKET, gs://BUCKET, azure://ACCOUNT, "
                  "swift://ENDPOINT/ACCOUNT or tos://ENDPOINT/BUCKET was expected",
                  endpoint));
}

Result<std::string> profile_of(CredentialType type, const CredentialPayload& payload) {
  switch (type) {
    case CredentialType::kGeneric: return std::string();
    case CredentialType::kRegistry: return registry_profile(payload);
    case CredentialType::kData: return data_profile(payload);
  }
  return std::string();
}

}  // namespace

Result<Credential> checked(std::string name, CredentialType type, CredentialPayload payload) {
  if (!is_name(name)) {
    return invalid(
        fmt::format("'{}' cannot be the name of a credential: a letter, then letters, digits, '_' and '-', "
                    "a letter or digit last, {} at most",
                    name, kMaxName));
  }
  SENNIT_TRY(check_payload(payload));
  SENNIT_ASSIGN(std::string profile, profile_of(type, payload));
  Credential credential;
  credential.name = std::move(name);
  credential.type = type;
  credential.profile = std::move(profile);
  credential.payload = std::move(payload);
  return credential;
}

}  // namespace sennit::catalog
