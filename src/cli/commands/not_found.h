// An error of a command that names a workflow, with the id that may have been meant.
#pragma once

#include <string_view>

#include "cli/exit_code.h"
#include "cli/session.h"
#include "client/api.h"

namespace sennit::cli {

// Prints the error; for an unknown workflow it looks among the newest ones for one whose id is near.
ExitCode fail_for_workflow(Session& session, client::Api& api, const Error& error, std::string_view workflow);

}  // namespace sennit::cli
