// What `run` prints at the end: how it went, the counts, what failed and of what, the slowest tasks, and where things
// lie. Pure; of bounded length, however large the workflow.
#pragma once

#include <string>

#include "cli/follow/tally.h"
#include "cli/text/style.h"

namespace sennit::cli {

// `outputs`: the directory of outputs; "": not known.
std::string summary(const Tally& tally, const std::string& outputs, const Style& style);

}  // namespace sennit::cli
