// What GPUs cost, and what is expected of a workflow: views to text, pure.
#pragma once

#include <string>

#include "base/instant.h"
#include "views/views.h"

namespace sennit::cli {

// "$1.25": more digits for less than a dollar.
std::string money(double amount);

// "$1.25 for 0.50 GPU-hours (at $2.50 an hour)"; "": no price is set.
std::string cost_text(const views::CostView& cost);

// "$12.40 for 3.1 GPU-hours (at $4.00 an hour; median of 5 runs)": of the whole workflow; "": no price is set. Without
// earlier runs it says that it cannot tell.
std::string estimate_text(const views::CostView& cost);

}  // namespace sennit::cli
