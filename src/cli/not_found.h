// An error of a command that names a workflow, with the name that may have been meant.
#pragma once

#include <string_view>

#include "cli/exit_code.h"
#include "cli/session.h"
#include "client/api.h"

namespace sennit::cli {

// Prints the error. For something that was not found it looks for what may have been meant: among the workflow's tasks
// if the workflow is there, else among the newest workflows.
ExitCode fail_for_workflow(Session& session, client::Api& api, const Error& error, std::string_view workflow,
                           std::string_view task = {});

// The same on a connection of its own.
ExitCode fail_for_workflow(Session& session, const Error& error, std::string_view workflow, std::string_view task);

}  // namespace sennit::cli
