#include "model/credential.h"

#include <algorithm>
#include <array>

namespace sennit {
namespace {

constexpr std::array kTypes = {CredentialType::kGeneric, CredentialType::kRegistry, CredentialType::kData};

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }

}  // namespace

std::string_view to_string(CredentialType type) {
  switch (type) {
    case CredentialType::kGeneric: return "GENERIC";
    case CredentialType::kRegistry: return "REGISTRY";
    case CredentialType::kData: return "DATA";
  }
  return {};
}

std::optional<CredentialType> parse_credential_type(std::string_view text) {
  for (const CredentialType type : kTypes) {
    const std::string_view name = to_string(type);
    if (std::ranges::equal(text, name, {}, upper)) return type;
  }
  return std::nullopt;
}

bool is_secret(CredentialType type, std::string_view key) {
  switch (type) {
    case CredentialType::kGeneric: return true;
    case CredentialType::kRegistry: return key == "auth";
    case CredentialType::kData: return key == "access_key" || key == "access_key_id";
  }
  return true;
}

}  // namespace sennit
