// A workflow as a file of its own format, in one canonical form: templates filled in, defaults that matter said aloud,
// every value in one spelling, fields in one order. Fields without effect are left out.
//
// Loading the text gives an equal workflow; writing that one gives the same bytes.
//
// Threads:   pure.
// Errors:    kCorrupt if the workflow's own bytes are not what they should be.
#pragma once

#include <string>

#include "base/result.h"
#include "model/workflow.h"
#include "spec/source_notes.h"

namespace sennit::spec {

// `notes` are those of the load that made the workflow, or as if there had been one.
Result<std::string> write_workflow_file(const Workflow& workflow, const SourceNotes& notes);

}  // namespace sennit::spec
