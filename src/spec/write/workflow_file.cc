#include "spec/write/workflow_file.h"

#include "base/check.h"
#include "spec/write/dialect_files.h"

namespace sennit::spec {

Result<std::string> write_workflow_file(const Workflow& workflow, const SourceNotes& notes) {
  SENNIT_CHECK(notes.tasks.size() == workflow.tasks.size());
  switch (workflow.dialect) {
    case Dialect::kTasks: return write_tasks_file(workflow, notes);
    case Dialect::kJobs: return write_jobs_file(workflow, notes);
  }
  return std::string();
}

}  // namespace sennit::spec
