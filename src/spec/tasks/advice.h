// What `sennit validate` says beyond mistakes: things that are right and seldom meant.
//
// Threads:   one.
#pragma once

#include <string_view>

#include "model/workflow.h"
#include "spec/graph_assembly.h"
#include "spec/reporter.h"

namespace sennit::spec {

// A task that is connected with no other one where all others are, and that puts out nothing.
void advise_on_task_apart(const Workflow& workflow, const GraphAssembly& graph, Reporter& reporter);

// A good image without a version.
void advise_on_image(std::string_view image, Span at, Reporter& reporter);

}  // namespace sennit::spec
