// The phases of every attempt as a table: views to text, pure.
#pragma once

#include <string>

#include "cli/text/style.h"
#include "views/views.h"

namespace sennit::cli {

// A line an attempt that was placed; "": there is none. A phase that has not ended shows "...".
std::string phases_text(const views::WorkflowView& workflow, const Style& style);

}  // namespace sennit::cli
