// A loaded workflow as JSON, for programs that want to know how a file is understood.
#pragma once

#include <string>

#include "base/result.h"
#include "model/workflow.h"
#include "spec/source_notes.h"

namespace sennit::cli {

// {"name", "labels", "timeout", "effectiveTimeout", "groups": [{"name", "upstream", "tasks": [...]}]}, as
// tests/conformance/README.md describes it. Times are seconds, quantities texts, what is not there null. A jobs file
// has its own fields beside these.
Result<std::string> workflow_json(const Workflow& workflow, const spec::SourceNotes& notes);

}  // namespace sennit::cli
