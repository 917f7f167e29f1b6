// The JSON Schema of each format, for editors: made from the tables that the readers read by.
//
// Threads:   any; pure.
#pragma once

#include <string>

#include "model/workflow.h"

namespace sennit::spec {

// Draft 2020-12, compact.
std::string json_schema(Dialect dialect);

}  // namespace sennit::spec
