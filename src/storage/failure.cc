#include "storage/failure.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "base/printable.h"

namespace sennit::storage {
namespace {

constexpr std::size_t kLongestText = 400;
constexpr std::size_t kShortestSecret = 4;

enum class Cause : std::uint8_t {
  kExpired,
  kSkew,
  kKeys,
  kNoKeys,
  kForbidden,
  kBucket,
  kHost,
  kRegion,
  kFull,
  kTls,
  kRefused,
  kSlow,
  kBusy
};

struct Sign {
  std::string_view words;
  Cause cause;
};

// The first that is found counts, so the particular stands before the general.
constexpr auto kSigns = std::to_array<Sign>({
    {"ExpiredToken", Cause::kExpired},
    {"TokenRefreshRequired", Cause::kExpired},
    {"token has expired", Cause::kExpired},
    {"Signature not valid in the specified time frame", Cause::kExpired},
    {"RequestTimeTooSkewed", Cause::kSkew},
    {"SignatureDoesNotMatch", Cause::kKeys},
    {"InvalidAccessKeyId", Cause::kKeys},
    {"InvalidToken", Cause::kKeys},
    {"InvalidClientTokenId", Cause::kKeys},
    {"AuthenticationFailed", Cause::kKeys},
    {"InvalidAuthenticationInfo", Cause::kKeys},
    {"Authorization Failed", Cause::kKeys},
    {"Unauthorized", Cause::kKeys},
    {"NoCredentialProviders", Cause::kNoKeys},
    {"status code: 401", Cause::kKeys},
    {"AuthorizationHeaderMalformed", Cause::kRegion},
    {"PermanentRedirect", Cause::kRegion},
    {"IllegalLocationConstraint", Cause::kRegion},
    {"status code: 301", Cause::kRegion},
    {"AccessDenied", Cause::kForbidden},
    {"AuthorizationPermissionMismatch", Cause::kForbidden},
    {"AuthorizationFailure", Cause::kForbidden},
    {"Forbidden", Cause::kForbidden},
    {"status code: 403", Cause::kForbidden},
    {"Status=403", Cause::kForbidden},
    {"Operation Not Permitted", Cause::kForbidden},
    {"NoSuchBucket", Cause::kBucket},
    {"ContainerNotFound", Cause::kBucket},
    {"ContainerBeingDeleted", Cause::kBucket},
    {"Container Not Found", Cause::kBucket},
    {"directory not found", Cause::kBucket},
    {"no such host", Cause::kHost},
    {"server misbehaving", Cause::kHost},
    {"certificate", Cause::kTls},
    {"server gave HTTP response to HTTPS client", Cause::kTls},
    {"no space left on device", Cause::kFull},
    {"file too big for remaining disk space", Cause::kFull},
    {"disk quota exceeded", Cause::kFull},
    {"QuotaExceeded", Cause::kFull},
    {"connection refused", Cause::kRefused},
    {"i/o timeout", Cause::kSlow},
    {"Client.Timeout", Cause::kSlow},
    {"SlowDown", Cause::kBusy},
    {"TooManyRequests", Cause::kBusy},
    {"ServiceUnavailable", Cause::kBusy},
    {"ServerBusy", Cause::kBusy},
    {"status code: 50", Cause::kBusy},
});

std::string masked(std::string text, const std::vector<std::string>& secrets) {
  for (const std::string& secret : secrets) {
    if (secret.size() < kShortestSecret) continue;
    for (std::size_t at = text.find(secret); at != std::string::npos; at = text.find(secret, at)) {
      text.replace(at, secret.size(), "[MASKED]");
    }
  }
  return text;
}

// The text between `begin` and the first of `ends`; "" if there is none.
std::string_view between(std::string_view text, std::string_view begin, std::string_view ends) {
  const std::size_t at = text.find(begin);
  if (at == std::string_view::npos) return {};
  text.remove_prefix(at + begin.size());
  return text.substr(0, text.find_first_of(ends));
}

// Azure's library tells the whole conversation.
std::string azure_words(std::string_view text) {
  const std::string_view description = between(text, "Description=", "\n,");
  const std::string_view status = between(text, "RESPONSE Status: ", "\n");
  return fmt::format("{}: {}", between(text, "(ServiceCode=", ")"), description.empty() ? status : description);
}

// Where rclone begins to say the same again: "Attempt 1/1 failed with ...", "2026/11/28 02:57:02 Failed to ...".
std::size_t end_of_first_telling(std::string_view text) {
  constexpr std::string_view kNext = "\n\t";
  for (std::size_t at = text.find(kNext); at != std::string_view::npos; at = text.find(kNext, at + 1)) {
    const std::string_view line = text.substr(at + kNext.size());
    const bool dated = line.size() > 4 && line[4] == '/' && line.find_first_not_of("0123456789") == 4;
    if (dated || line.starts_with("Attempt ") || line.starts_with("status code")) return at;
  }
  return text.size();
}

// The server's words on one line, without the ids that only its operator can look up.
std::string shortened(std::string_view text) {
  std::string line(text.substr(0, end_of_first_telling(text)));
  if (text.find("(ServiceCode=") != std::string_view::npos) line = azure_words(text);
  std::replace_if(
      line.begin(), line.end(), [](char c) { return c == '\n' || c == '\t'; }, ' ');
  return cut_in_the_middle(printable(line), kLongestText);
}

Error error_of(Cause cause, const Location& location) {
  const std::string at = location.text();
  const std::string profile = location.profile();
  switch (cause) {
    case Cause::kExpired:
      return {ErrorCode::kInvalid,
              fmt::format("the keys for {} have expired: set new ones for the profile {}", at, profile)};
    case Cause::kSkew:
      return {ErrorCode::kInvalid, fmt::format("{} refuses requests because the clock of this host differs from the "
                                               "server's: set the time",
                                               at)};
    case Cause::kKeys:
      return {ErrorCode::kInvalid,
              fmt::format("the keys for {} are wrong: set the right ones for the profile {}", at, profile)};
    case Cause::kNoKeys:
      return {ErrorCode::kInvalid,
              fmt::format("there are no keys for {}, nor does this host have some of its own: set a credential for the "
                          "profile {}, or SENNIT_DATA_ACCESS_KEY_ID and SENNIT_DATA_ACCESS_KEY",
                          at, profile)};
    case Cause::kForbidden:
      return {ErrorCode::kInvalid, fmt::format("access to {} is denied: the keys are wrong, or they may not do this; "
                                               "look at the credential for the profile {}",
                                               at, profile)};
    case Cause::kBucket:
      return location.is_file()
                 ? Error{ErrorCode::kNotFound, fmt::format("there is no directory or file {}", location.url.path)}
                 : Error{ErrorCode::kNotFound, fmt::format("there is no {}: make it first, or look at the name and at "
                                                           "where its server is (override_url, region)",
                                                           location.url.container_url())};
    case Cause::kHost:
      return {ErrorCode::kNotFound, fmt::format("the host of the server for {} is not known: look at its name, at "
                                                "override_url and region",
                                                at)};
    case Cause::kRegion:
      return {ErrorCode::kInvalid,
              fmt::format("{} is in another region: set `region` in the credential for the profile {}", at, profile)};
    case Cause::kFull:
      return {ErrorCode::kExhausted,
              fmt::format("there is no space left for data of {}, on this host or there: free some", at)};
    case Cause::kTls:
      return {ErrorCode::kInvalid, fmt::format("no trusted connection to the server for {}: look at http or https in "
                                               "override_url, and at its certificate (SSL_CERT_FILE)",
                                               at)};
    case Cause::kRefused:
      return {ErrorCode::kUnavailable, fmt::format("the server for {} does not answer: look whether it runs, and at "
                                                   "override_url",
                                                   at)};
    case Cause::kSlow: return {ErrorCode::kTimeout, fmt::format("the server for {} did not answer in time", at)};
    case Cause::kBusy: return {ErrorCode::kUnavailable, fmt::format("the server for {} is overloaded or broken", at)};
  }
  return {ErrorCode::kInternal, "no such cause"};
}

}  // namespace

Error explain(const RunFailure& failure, const Location& location, const std::vector<std::string>& secrets) {
  const std::string text = shortened(masked(failure.text, secrets));
  if (failure.signal != 0) {
    return {ErrorCode::kUnavailable,
            fmt::format("rclone was ended by signal {} while it moved data of {}", failure.signal, location.text())};
  }
  const auto sign =
      std::ranges::find_if(kSigns, [&](const Sign& one) { return failure.text.find(one.words) != std::string::npos; });
  if (sign == kSigns.end()) {
    const std::string why = text.empty() ? fmt::format("rclone ended with code {}", failure.exit_code) : text;
    return {ErrorCode::kIo, fmt::format("{}: {}", location.text(), why)};
  }
  const Error error = error_of(sign->cause, location);
  return text.empty() ? error : Error(error.code(), fmt::format("{} ({})", error.message(), text));
}

bool is_worth_retrying(const Error& error) {
  switch (error.code()) {
    case ErrorCode::kInvalid:
    case ErrorCode::kNotFound:
    case ErrorCode::kConflict:
    case ErrorCode::kExhausted:
    case ErrorCode::kCancelled:
    case ErrorCode::kCorrupt:
    case ErrorCode::kInternal: return false;
    case ErrorCode::kUnavailable:
    case ErrorCode::kTimeout:
    case ErrorCode::kIo: return true;
  }
  return false;
}

}  // namespace sennit::storage
