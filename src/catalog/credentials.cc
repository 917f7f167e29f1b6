#include "catalog/credentials.h"

#include <fmt/format.h>

#include <algorithm>

#include "catalog/credential_rules.h"
#include "spec/credential_use.h"
#include "spec/storage_url.h"

namespace sennit::catalog {
namespace {

std::vector<std::string> keys_of(const CredentialPayload& payload) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : payload) keys.push_back(key);
  return keys;
}

// The keys that variables get; all of a mounted one.
void keep_used(const CredentialUse& use, const CredentialPayload& payload, CredentialPayload& kept) {
  if (!use.mount_dir.empty()) kept = payload;
  for (const auto& [variable, key] : use.env) {
    if (const auto found = payload.find(key); found != payload.end()) kept.insert(*found);
  }
}

}  // namespace

Result<Credentials::Set> Credentials::set(std::string name, CredentialType type, CredentialPayload payload,
                                          Instant now) {
  SENNIT_ASSIGN(Credential credential, checked(std::move(name), type, std::move(payload)));
  credential.set_at = now;
  SENNIT_ASSIGN(std::vector<std::string> replaced, store_.set(user_, credential));
  known_.reset();
  storages_.reset();
  return Set{std::move(credential), std::move(replaced)};
}

Result<Credential> Credentials::remove(const std::string& name) {
  SENNIT_ASSIGN(const auto keys, known());
  if (const auto complaint = spec::complain_of_name(name, *keys)) {
    return Error(ErrorCode::kNotFound,
                 complaint->suggestion.empty()
                     ? complaint->message
                     : fmt::format("{}; did you mean '{}'?", complaint->message, complaint->suggestion));
  }
  SENNIT_ASSIGN(std::optional<Credential> credential, store_.find(user_, name));
  SENNIT_TRY(store_.remove(user_, name));
  known_.reset();
  storages_.reset();
  return std::move(credential).value_or(Credential{});
}

Result<std::shared_ptr<const CredentialKeys>> Credentials::known() {
  if (known_) return known_;
  SENNIT_ASSIGN(const std::vector<Credential> credentials, all());
  CredentialKeys keys;
  for (const Credential& credential : credentials) keys.emplace(credential.name, keys_of(credential.payload));
  known_ = std::make_shared<const CredentialKeys>(std::move(keys));
  return known_;
}

Result<std::shared_ptr<const StorageProfiles>> Credentials::storages() {
  if (storages_) return storages_;
  SENNIT_ASSIGN(const std::vector<Credential> credentials, all());
  StorageProfiles profiles;
  for (const Credential& credential : credentials) {
    if (credential.type == CredentialType::kData) profiles.insert(credential.profile);
  }
  storages_ = std::make_shared<const StorageProfiles>(std::move(profiles));
  return storages_;
}

Result<CredentialValues> Credentials::values_for(const std::vector<CredentialUse>& uses) {
  SENNIT_ASSIGN(const auto keys, known());
  SENNIT_TRY(spec::check_uses(uses, *keys));
  CredentialValues values;
  for (const CredentialUse& use : uses) {
    SENNIT_ASSIGN(const std::optional<Credential> credential, store_.find(user_, use.credential));
    if (!credential) continue;
    GivenCredential& given = values[use.credential];
    given.type = credential->type;
    keep_used(use, credential->payload, given.payload);
  }
  return values;
}

Result<StorageKeys> Credentials::keys_for(const TaskBody& body, const std::string& workflow_id) const {
  return keys_for(spec::urls_of(body, workflow_id));
}

Result<StorageKeys> Credentials::keys_for(const std::vector<std::string>& urls) const {
  StorageKeys keys;
  for (const std::string& text : urls) {
    const std::optional<spec::StorageUrl> url = spec::parse_storage_url(text);
    if (!url || keys.contains(url->profile())) continue;
    SENNIT_ASSIGN(std::optional<Credential> credential, for_storage(url->profile()));
    if (credential) keys.emplace(url->profile(), std::move(credential->payload));
  }
  return keys;
}

Result<std::vector<Credential>> Credentials::for_image(const spec::ImageReference& image) const {
  SENNIT_ASSIGN(std::vector<Credential> found, all());
  std::erase_if(found, [&image](const Credential& credential) {
    return credential.type != CredentialType::kRegistry || !spec::covers_image(credential.profile, image);
  });
  std::ranges::stable_sort(found, std::ranges::greater{},
                           [](const Credential& credential) { return credential.profile.size(); });
  return found;
}

}  // namespace sennit::catalog
