// What opens a storage, and where it is asked for.
//
// Threads: values; a source is asked on the thread that starts transfers. Ownership: secrets live in memory only; they
// reach rclone by its environment.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "model/credential.h"
#include "storage/location.h"

namespace sennit::storage {

// The payload of a DATA credential (its `endpoint` is the profile that it is found by).
struct DataCredential {
  std::string access_key_id;
  std::string access_key;
  std::string session_token;     // s3: of keys that expire; "" for none
  std::string region;            // "": the provider's default
  std::string override_url;      // where the server is, when not at the provider; "": at the provider
  std::string addressing_style;  // s3: virtual, path, auto or ""
};

// What a stored DATA credential holds; keys that it is without are empty.
DataCredential data_credential(const CredentialPayload& payload);

// Nothing: nobody knows one, and what surrounds the process may give access (s3, azure) or nothing does.
using CredentialFound = std::optional<DataCredential>;

class CredentialSource {
 public:
  virtual ~CredentialSource() = default;
  // Fails: kInvalid (there is one, and it is not complete), and as the source does.
  virtual Result<CredentialFound> find(const Location& location) const = 0;
};

// From environment variables: SENNIT_DATA_ACCESS_KEY_ID, _ACCESS_KEY, _SESSION_TOKEN, _REGION, _OVERRIDE_URL and
// _ADDRESSING_STYLE for any storage (only for the profile SENNIT_DATA_ENDPOINT, if that is set); else for s3 the AWS_*
// of Amazon's tools, for azure AZURE_STORAGE_ACCOUNT and _KEY or _SAS_TOKEN, or AZURE_STORAGE_CONNECTION_STRING.
class EnvironmentCredentials final : public CredentialSource {
 public:
  using Lookup = std::function<std::optional<std::string>(std::string_view name)>;
  explicit EnvironmentCredentials(Lookup lookup) : lookup_(std::move(lookup)) {}
  Result<CredentialFound> find(const Location& location) const override;

 private:
  std::string value(std::string_view name) const { return lookup_(name).value_or(std::string()); }
  Result<CredentialFound> own(const Location& location) const;
  CredentialFound of_aws() const;
  CredentialFound of_azure(const Location& location) const;

  Lookup lookup_;
};

}  // namespace sennit::storage
