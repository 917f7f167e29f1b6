// Where the datasets of a task are, by the server's configuration.
#pragma once

#include "base/result.h"
#include "model/credential.h"
#include "model/task_body.h"
#include "spec/config/config.h"
#include "store/state_layout.h"

namespace sennit::main {

// The places of the buckets that the task's datasets name; where a token stands for a name, of all of them. Fails with
// kNotFound, saying which buckets there are.
Result<DatasetPlaces> dataset_places(const spec::DatasetsConfig& config, const TaskBody& body,
                                     const store::VariableLookup& variable);

}  // namespace sennit::main
