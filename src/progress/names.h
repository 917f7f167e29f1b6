// What programs call the numbers that mean something to us. Pure.
#pragma once

#include <string_view>

#include "progress/readings.h"

namespace sennit::progress {

// "lr" -> "learning_rate", "global_step" -> "step"; any other name is its own. Of numbers that were given by name: in a
// dictionary, behind a bar.
std::string_view canonical_name(std::string_view name);

// Whether a name alone makes it likely that who wrote it speaks of its progress: step, epoch, anything of a loss or an
// accuracy. A line of JSON that has none of them is a log line of some server.
bool speaks_of_progress(std::string_view name);

}  // namespace sennit::progress
