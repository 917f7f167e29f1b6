// One writer for each format; see workflow_file.h, which picks the right one.
#pragma once

#include "spec/write/workflow_file.h"

namespace sennit::spec {

Result<std::string> write_tasks_file(const Workflow& workflow, const SourceNotes& notes);
Result<std::string> write_jobs_file(const Workflow& workflow, const SourceNotes& notes);

}  // namespace sennit::spec
