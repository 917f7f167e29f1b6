// What an attempt gets of the credentials that its body names: variables, and files where it asks for a directory.
//
// Threads: pure. Errors: kNotFound (`values` is without what `uses` names), kInvalid (two in one directory).
#pragma once

#include <vector>

#include "base/result.h"
#include "launch/prepared.h"
#include "model/credential.h"
#include "model/task_body.h"

namespace sennit::launch {

// Where the task sets the same variable itself, these count: put them behind its own.
Result<EnvironmentList> credential_variables(const std::vector<CredentialUse>& uses, const CredentialValues& values);

// One file for each key, for its owner alone.
Result<std::vector<PlacedFile>> credential_files(const std::vector<CredentialUse>& uses,
                                                 const CredentialValues& values);

}  // namespace sennit::launch
