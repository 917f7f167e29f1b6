// What a workflow has to do with stored credentials.
//
// Threads:   check_credentials: any; the other the catalog's.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "catalog/credentials.h"
#include "model/workflow.h"

namespace sennit::api {

// Of a workflow that was stored: its credentials may have been deleted since. kInvalid, naming the task that wants what
// is not there.
Result<void> check_credentials(const Workflow& workflow, const CredentialKeys& known);

// A text about the workflow without the values of its credentials, as they are now.
std::string without_secrets(std::string text, const Workflow& workflow, catalog::Credentials& credentials);

}  // namespace sennit::api
