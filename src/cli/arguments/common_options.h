// The options that every command has, as part of its declaration.
#pragma once

#include "cli/arguments/declaration.h"
#include "cli/session.h"

namespace sennit::cli {

// A short name that the command uses itself (`logs -t TASK`) is the command's.
std::vector<Option> common_options(CommonOptions& options, const Declaration& command);

}  // namespace sennit::cli
