// Numbers of an object as Python or JSON prints it: {'loss': 0.5, 'epoch': 1.2}, {"step": 3, "eval": {"f1": 0.8}}.
// Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "progress/readings.h"

namespace sennit::progress {

// Reads the object at the front of `text`, as far as it is one; false: it is not, and nothing has been added. Members
// that are not numbers are passed over; those of an object within are named "eval.f1", in `names`, which must live as
// long as the readings; a number within quotes is one (Hugging Face's Trainer prints such).
bool read_object(std::string_view text, std::string& names, Readings& readings);

}  // namespace sennit::progress
