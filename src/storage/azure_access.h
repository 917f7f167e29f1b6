// Access to Azure's blob storage with an account's key: connection strings, and addresses with a signature in them.
//
// rclone takes an account and a key for Azure itself only; where the server is elsewhere (an emulator, a national
// cloud) its releases differ in what they make of `endpoint`. All of them take an address that is signed already, so we
// sign one: a shared access signature of the account, for a day.
//
// Threads: pure functions. Errors: kInvalid; a message never shows the text, because a key is in it.
#pragma once

#include <string>
#include <string_view>

#include "base/instant.h"
#include "base/result.h"

namespace sennit::storage {

struct AzureConnection {
  std::string account;
  std::string key;       // base64
  std::string endpoint;  // the URL of the service; "" for Azure's own
};

// "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=...;EndpointSuffix=core.windows.net".
bool is_azure_connection(std::string_view text);
Result<AzureConnection> parse_azure_connection(std::string_view text);

// A signature that somebody else has made (SAS): "sv=...&se=2027-01-01T00:00:00Z&sig=...", with or without a '?' before
// it.
bool is_azure_signature(std::string_view text);
// The service's URL with that signature. Fails with kInvalid if it has expired by `now`.
Result<std::string> url_signed_by(std::string_view signature, const AzureConnection& connection, Instant now);

// The service's URL with a signature that is good for a day from `now`.
Result<std::string> signed_azure_url(const AzureConnection& connection, Instant now);

}  // namespace sennit::storage
