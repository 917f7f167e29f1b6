#include "storage/credential.h"

#include <fmt/format.h>

namespace sennit::storage {
namespace {

std::string first_of(std::string a, std::string b) { return a.empty() ? std::move(b) : std::move(a); }

std::string without_slash(std::string text) {
  while (text.ends_with('/')) text.pop_back();
  return text;
}

}  // namespace

DataCredential data_credential(const CredentialPayload& payload) {
  const auto value = [&payload](const char* key) {
    const auto found = payload.find(key);
    return found == payload.end() ? std::string() : found->second;
  };
  return {.access_key_id = value("access_key_id"),
          .access_key = value("access_key"),
          .session_token = value("session_token"),
          .region = value("region"),
          .override_url = value("override_url"),
          .addressing_style = value("addressing_style")};
}

Result<CredentialFound> EnvironmentCredentials::own(const Location& location) const {
  const std::string profile = without_slash(value("SENNIT_DATA_ENDPOINT"));
  if (!profile.empty() && profile != location.profile()) return CredentialFound();
  DataCredential credential{.access_key_id = value("SENNIT_DATA_ACCESS_KEY_ID"),
                            .access_key = value("SENNIT_DATA_ACCESS_KEY"),
                            .session_token = value("SENNIT_DATA_SESSION_TOKEN"),
                            .region = value("SENNIT_DATA_REGION"),
                            .override_url = value("SENNIT_DATA_OVERRIDE_URL"),
                            .addressing_style = value("SENNIT_DATA_ADDRESSING_STYLE")};
  if (credential.access_key_id.empty() && credential.access_key.empty()) return CredentialFound();
  for (const auto& [text, name] : {std::pair(&credential.access_key_id, "SENNIT_DATA_ACCESS_KEY_ID"),
                                   std::pair(&credential.access_key, "SENNIT_DATA_ACCESS_KEY")}) {
    if (text->empty()) {
      return Error(ErrorCode::kInvalid, fmt::format("{} is not set, but the other half of the key is", name));
    }
  }
  return CredentialFound(std::move(credential));
}

CredentialFound EnvironmentCredentials::of_aws() const {
  DataCredential credential{.access_key_id = value("AWS_ACCESS_KEY_ID"),
                            .access_key = value("AWS_SECRET_ACCESS_KEY"),
                            .session_token = value("AWS_SESSION_TOKEN"),
                            .region = first_of(value("AWS_REGION"), value("AWS_DEFAULT_REGION")),
                            .override_url = first_of(value("AWS_ENDPOINT_URL_S3"), value("AWS_ENDPOINT_URL")),
                            .addressing_style = {}};
  if (credential.access_key_id.empty() || credential.access_key.empty()) return std::nullopt;
  return credential;
}

CredentialFound EnvironmentCredentials::of_azure(const Location& location) const {
  DataCredential credential;
  credential.access_key = value("AZURE_STORAGE_CONNECTION_STRING");
  credential.access_key_id = location.url.account;
  if (!credential.access_key.empty()) return credential;
  credential.access_key = first_of(value("AZURE_STORAGE_KEY"), value("AZURE_STORAGE_SAS_TOKEN"));
  const std::string account = value("AZURE_STORAGE_ACCOUNT");
  if (credential.access_key.empty() || (!account.empty() && account != location.url.account)) return std::nullopt;
  return credential;
}

Result<CredentialFound> EnvironmentCredentials::find(const Location& location) const {
  if (location.is_file()) return CredentialFound();
  SENNIT_ASSIGN(CredentialFound found, own(location));
  if (found) return found;
  if (location.url.scheme == "s3") return of_aws();
  if (location.url.scheme == "azure") return of_azure(location);
  return CredentialFound();
}

}  // namespace sennit::storage
