#include "storage/remote.h"

#include <fmt/format.h>

#include "storage/azure_access.h"

namespace sennit::storage {
namespace {

constexpr std::string_view kPrefix = "RCLONE_CONFIG_SENNIT_";

class Builder {
 public:
  explicit Builder(std::string_view type) { set("TYPE", std::string(type)); }

  void set(std::string_view name, std::string value) {
    if (!value.empty()) remote_.variables.emplace_back(fmt::format("{}{}", kPrefix, name), std::move(value));
  }
  void keep_secret(const std::string& value) {
    if (!value.empty()) remote_.secrets.push_back(value);
  }
  void set_secret(std::string_view name, const std::string& value) {
    keep_secret(value);
    set(name, value);
  }
  void made_if_missing() { remote_.missing_bucket = Remote::MissingBucket::kMade; }
  void take_ambient() { remote_.ambient = Remote::Ambient::kTaken; }
  Remote finish(const spec::StorageUrl& url) && {
    remote_.root = fmt::format("sennit:{}{}{}", url.container, url.path.empty() ? "" : "/", url.path);
    return std::move(remote_);
  }

 private:
  Remote remote_;
};

// Where the S3 interface is.
std::string s3_endpoint(const spec::StorageUrl& url, const DataCredential& credential) {
  return credential.override_url.empty() ? url.endpoint() : credential.override_url;
}

bool wants_path_style(const spec::StorageUrl& url, const DataCredential& credential) {
  if (credential.addressing_style == "path") return true;
  if (credential.addressing_style == "virtual") return false;
  // Amazon and TOS want the bucket in the host's name; a server of one's own rarely has such names.
  return !credential.override_url.empty() || url.scheme == "gs";
}

Result<Remote> s3_remote(const Location& location, const CredentialFound& found) {
  const DataCredential credential = found.value_or(DataCredential{});
  const std::string& style = credential.addressing_style;
  if (!style.empty() && style != "path" && style != "virtual" && style != "auto") {
    return Error(ErrorCode::kInvalid,
                 fmt::format("addressing_style is '{}': path, virtual or auto was expected", style));
  }
  const std::string endpoint = s3_endpoint(location.url, credential);
  Builder builder("s3");
  builder.set("PROVIDER", endpoint.empty() ? "AWS" : "Other");
  builder.set("ENDPOINT", endpoint);
  builder.set("REGION", credential.region.empty() && endpoint.empty() ? "us-east-1" : credential.region);
  builder.set("FORCE_PATH_STYLE", wants_path_style(location.url, credential) ? "true" : "false");
  // A bucket that is not there is a mistake, not something to make.
  builder.set("NO_CHECK_BUCKET", "true");
  builder.set("ENV_AUTH", found ? "false" : "true");
  if (found) {
    builder.take_ambient();
    builder.set("ACCESS_KEY_ID", credential.access_key_id);
    builder.set_secret("SECRET_ACCESS_KEY", credential.access_key);
    builder.set_secret("SESSION_TOKEN", credential.session_token);
  }
  return std::move(builder).finish(location.url);
}

Result<Remote> azure_remote(const Location& location, const CredentialFound& found, Instant now) {
  Builder builder("azureblob");
  builder.made_if_missing();
  if (!found) {
    builder.set("ACCOUNT", location.url.account);
    builder.set("USE_MSI", "true");
    return std::move(builder).finish(location.url);
  }
  builder.take_ambient();
  AzureConnection connection{.account = location.url.account, .key = found->access_key, .endpoint = {}};
  if (is_azure_connection(found->access_key)) {
    SENNIT_ASSIGN(connection, parse_azure_connection(found->access_key));
    connection.account = location.url.account;
  }
  if (!found->override_url.empty()) connection.endpoint = found->override_url;
  builder.keep_secret(connection.key);
  const bool is_signature = is_azure_signature(connection.key);
  if (connection.endpoint.empty() && !is_signature) {
    builder.set("ACCOUNT", connection.account);
    builder.set("KEY", connection.key);
  } else {
    SENNIT_ASSIGN(const std::string url,
                  is_signature ? url_signed_by(connection.key, connection, now) : signed_azure_url(connection, now));
    builder.keep_secret(url.substr(url.find("sig=") + 4));
    builder.set("SAS_URL", url);
  }
  return std::move(builder).finish(location.url);
}

// Swift's own interface. Version 1 of the authentication has a user and a key; version 3 (Keystone) a project too, for
// which the account of the URL stands.
Result<Remote> swift_remote(const Location& location, const DataCredential& credential) {
  constexpr std::string_view kAccountPrefix = "AUTH_";
  const spec::StorageUrl& url = location.url;
  const std::string auth =
      credential.override_url.empty() ? fmt::format("{}/auth/v1.0", url.endpoint()) : credential.override_url;
  Builder builder("swift");
  builder.made_if_missing();
  builder.take_ambient();
  builder.set("AUTH", auth);
  builder.set("USER", credential.access_key_id);
  builder.set_secret("KEY", credential.access_key);
  builder.set("REGION", credential.region);
  if (auth.find("/v3") != std::string::npos) {
    std::string project = url.account;
    if (project.starts_with(kAccountPrefix)) project.erase(0, kAccountPrefix.size());
    builder.set("TENANT_ID", std::move(project));
    builder.set("DOMAIN", "default");
  } else {
    // The account of the URL, which need not be the user's own.
    builder.set("STORAGE_URL",
                fmt::format("{}/v1/{}", auth.substr(0, auth.find('/', auth.find("://") + 3)), url.account));
  }
  return std::move(builder).finish(url);
}

Error no_credential(const Location& location) {
  return Error(ErrorCode::kNotFound,
               fmt::format("there is no credential for {}: set one for the profile {}, or set "
                           "SENNIT_DATA_ACCESS_KEY_ID and SENNIT_DATA_ACCESS_KEY in the environment",
                           location.text(), location.profile()));
}

}  // namespace

std::string Remote::below(std::string_view name) const {
  return root.ends_with('/') || root.ends_with(':') ? fmt::format("{}{}", root, name)
                                                    : fmt::format("{}/{}", root, name);
}

std::vector<std::string> Remote::probe_words() const { return {"lsjson", below(".sennit-access-check/")}; }

Result<Remote> remote_of(const Location& location, const CredentialFound& credential, Instant now) {
  if (location.is_file()) {
    Remote remote;
    remote.root = location.url.path;
    return remote;
  }
  if (!credential && !location.url.has_ambient_access()) return no_credential(location);
  if (location.url.scheme == "azure") return azure_remote(location, credential, now);
  if (location.url.scheme == "swift") return swift_remote(location, *credential);
  return s3_remote(location, credential);
}

}  // namespace sennit::storage
