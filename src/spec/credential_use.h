// Whether the credentials that a task names are there, and what to say if not.
//
// Threads:   pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/credential.h"

namespace sennit::spec {

struct CredentialComplaint {
  std::string message;     // "there is no credential 'hf-tok'"
  std::string expected;    // what there is, and the command that makes what there is not
  std::string suggestion;  // what may have been meant; "": nothing near
};

// About a credential that there is none of.
std::optional<CredentialComplaint> complain_of_name(const std::string& name, const CredentialKeys& known);
// About a key that a credential has not. Of a credential that there is none of: nothing.
std::optional<CredentialComplaint> complain_of_key(const std::string& name, const std::string& key,
                                                   const CredentialKeys& known);

// Both, of all that a task uses, in one sentence. Fails: kNotFound.
Result<void> check_uses(const std::vector<CredentialUse>& uses, const CredentialKeys& known);

// The URLs that a task fetches from and sends to, with {{workflow_id}} in them replaced, or left as it is if that is
// "".
std::vector<std::string> urls_of(const TaskBody& body, std::string_view workflow_id);

// The complaint in one sentence.
std::string sentence_of(const CredentialComplaint& complaint);

}  // namespace sennit::spec
