#include "storage/azure_access.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <optional>

#include "base/base64.h"
#include "base/check.h"
#include "base/printable.h"

namespace sennit::storage {
namespace {

constexpr std::string_view kVersion = "2020-08-04";
constexpr std::string_view kPermissions = "rwdlacup";
constexpr Micros kLifetime = std::chrono::hours(24);
// Clocks differ.
constexpr Micros kEarlier = std::chrono::minutes(15);

// Calls `each` with the name and the value of each part.
template <class Each>
void each_part(std::string_view text, Each each) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(';'), text.size());
    const std::string_view part = text.substr(0, end);
    const std::size_t equals = part.find('=');
    if (equals != std::string_view::npos) each(part.substr(0, equals), part.substr(equals + 1));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

std::string utc(Instant at) {
  const std::time_t seconds = at.unix_us() / 1'000'000;
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return {text.data(), size};
}

std::string hmac_sha256(std::string_view key, std::string_view text) {
  SENNIT_CHECK(::sodium_init() >= 0);
  std::array<unsigned char, crypto_auth_hmacsha256_BYTES> digest{};
  crypto_auth_hmacsha256_state state{};
  ::crypto_auth_hmacsha256_init(&state, reinterpret_cast<const unsigned char*>(key.data()), key.size());
  ::crypto_auth_hmacsha256_update(&state, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  ::crypto_auth_hmacsha256_final(&state, digest.data());
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

std::string query_value(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
    if (plain) {
      escaped += c;
    } else {
      escaped += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return escaped;
}

std::string without_slash(std::string text) {
  while (text.ends_with('/')) text.pop_back();
  return text;
}

}  // namespace

bool is_azure_connection(std::string_view text) { return text.find("AccountKey=") != std::string_view::npos; }

Result<AzureConnection> parse_azure_connection(std::string_view text) {
  AzureConnection connection;
  std::string suffix;
  each_part(text, [&](std::string_view name, std::string_view value) {
    if (name == "AccountName") connection.account = value;
    if (name == "AccountKey") connection.key = value;
    if (name == "EndpointSuffix") suffix = value;
    if (name == "BlobEndpoint") connection.endpoint = value;
  });
  if (connection.key.empty()) return Error(ErrorCode::kInvalid, "the connection string for azure has no AccountKey");
  if (connection.endpoint.empty() && !suffix.empty() && suffix != "core.windows.net") {
    connection.endpoint = fmt::format("https://{}.blob.{}", connection.account, suffix);
  }
  return connection;
}

bool is_azure_signature(std::string_view text) {
  return !is_azure_connection(text) && text.find("sig=") != std::string_view::npos;
}

Result<std::string> url_signed_by(std::string_view signature, const AzureConnection& connection, Instant now) {
  if (signature.starts_with('?')) signature.remove_prefix(1);
  // "2027-01-01T00:00:00Z", whose colons may be escaped; or a date alone. They compare as texts.
  std::string until;
  const std::size_t at = signature.find("se=");
  if (at != std::string_view::npos && (at == 0 || signature[at - 1] == '&')) {
    until = signature.substr(at + 3, signature.substr(at).find('&') - 3);
    for (std::size_t colon = until.find("%3A"); colon != std::string::npos; colon = until.find("%3A")) {
      until.replace(colon, 3, ":");
    }
  }
  if (!until.empty() && until < utc(now)) {
    return Error(ErrorCode::kInvalid, fmt::format("the signature for azure://{} has expired at {}: set a new one",
                                                  connection.account, printable(until)));
  }
  const std::string endpoint = connection.endpoint.empty()
                                   ? fmt::format("https://{}.blob.core.windows.net", connection.account)
                                   : without_slash(connection.endpoint);
  return fmt::format("{}?{}", endpoint, signature);
}

Result<std::string> signed_azure_url(const AzureConnection& connection, Instant now) {
  const std::optional<std::string> key = decode_base64(connection.key);
  if (!key || key->empty()) return Error(ErrorCode::kInvalid, "the key of the azure account is not base64");
  const std::string from = utc(now - kEarlier);
  const std::string until = utc(now + kLifetime);
  // Services: blob. Resources: service, container, object. No address range; both protocols, for emulators have one.
  const std::string to_sign = fmt::format("{}\n{}\nb\nsco\n{}\n{}\n\nhttps,http\n{}\n", connection.account,
                                          kPermissions, from, until, kVersion);
  const std::string signature = encode_base64(hmac_sha256(*key, to_sign));
  return fmt::format("{}?sv={}&ss=b&srt=sco&sp={}&st={}&se={}&spr=https,http&sig={}",
                     without_slash(connection.endpoint), kVersion, kPermissions, query_value(from), query_value(until),
                     query_value(signature));
}

}  // namespace sennit::storage
