// A user's stored credentials: set, listed without their values, and looked up for those who need the values.
//
// Threads:   the store's; what known() gives may be read by any.
// Ownership: the store must outlive it.
// Errors:    the store's, and those told at each function.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/credential.h"
#include "spec/image_reference.h"
#include "store/credential_store.h"

namespace sennit::catalog {

class Credentials {
 public:
  // `user`: whose they are; a server of one user has one.
  Credentials(store::CredentialStore& store, std::string user) : store_(store), user_(std::move(user)) {}

  struct Set {
    Credential credential;
    std::vector<std::string> replaced;  // names
  };
  // Fails as checked(): kInvalid.
  Result<Set> set(std::string name, CredentialType type, CredentialPayload payload, Instant now);
  // The one that was removed. kNotFound, naming what there is.
  Result<Credential> remove(const std::string& name);

  // By name.
  Result<std::vector<Credential>> all() const { return store_.all(user_); }

  // Names and keys, for checking what is submitted. A picture of this moment.
  Result<std::shared_ptr<const CredentialKeys>> known();  // shared with workers that check a file meanwhile

  // What URLs may name, for the same.
  Result<std::shared_ptr<const StorageProfiles>> storages();  // shared likewise

  // What a task uses: of variables the keys that they get, of a mounted one all. kNotFound, naming what is missing and
  // how to set it.
  Result<CredentialValues> values_for(const std::vector<CredentialUse>& uses);

  // What opens the storages that the task's URLs name, where one is stored. {{workflow_id}} in a URL is `workflow_id`;
  // what is no storage's URL is left out: whoever uses it says so.
  Result<StorageKeys> keys_for(const TaskBody& body, const std::string& workflow_id) const;
  Result<StorageKeys> keys_for(const std::vector<std::string>& urls) const;

  // For a bucket or account, by StorageUrl::profile().
  Result<std::optional<Credential>> for_storage(std::string_view profile) const {
    return store_.find_for(user_, profile);
  }
  // All that are for this image, the most specific scope first.
  Result<std::vector<Credential>> for_image(const spec::ImageReference& image) const;

 private:
  store::CredentialStore& store_;
  std::string user_;
  std::shared_ptr<const CredentialKeys> known_;  // until something changes, as is storages_
  std::shared_ptr<const StorageProfiles> storages_;
};

}  // namespace sennit::catalog
