// Labels and metadata as a task writes them: a file of YAML or JSON, a map of names to values.
//
// Threads: pure. Errors: kInvalid, with the line.
#pragma once

#include <string_view>

#include "base/result.h"
#include "storage/dataset/version.h"

namespace sennit::storage {

// Names of maps in maps have dots between ("model.layers"); lists are their values with ", " between.
Result<Notes> parse_notes(std::string_view text);

}  // namespace sennit::storage
