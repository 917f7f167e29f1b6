// What `sennit errors` prints. Threads: pure functions.
#pragma once

#include <string>

#include "cli/text/style.h"
#include "views/views.h"

namespace sennit::cli {

std::string failures_text(const views::FailureList& failures, const Style& style);

}  // namespace sennit::cli
