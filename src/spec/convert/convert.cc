#include "spec/convert/convert.h"

#include <fmt/format.h>

#include "spec/convert/formats.h"
#include "spec/load.h"
#include "spec/write/workflow_file.h"

namespace sennit::spec {
namespace {

// The promise that what is written is valid, kept here and not by whoever wrote it.
void check_result(const std::string& text, const Workflow& source, const ConvertOptions& options, Losses& losses) {
  LoadOptions load_options;
  load_options.file = "the converted file";
  load_options.config = options.config;
  const Loaded loaded = load(text, load_options);
  const bool same_size = loaded.ok() && loaded.workflow->tasks.size() == source.tasks.size();
  if (same_size) return;
  const std::string why = loaded.diagnostics.empty() ? std::string() : one_line(loaded.diagnostics.front());
  losses.impossible(NotedPlace{}, fmt::format("the result would not be a valid file: {}", why));
}

}  // namespace

Converted convert(const Workflow& workflow, const SourceNotes& notes, const ConvertOptions& options) {
  Losses losses(options);
  Converted converted;
  const std::optional<Draft> draft = workflow.dialect == Dialect::kJobs
                                         ? jobs_to_tasks(workflow, notes, options, losses)
                                         : tasks_to_jobs(workflow, notes, options, losses);
  if (draft) {
    Result<std::string> text = write_workflow_file(draft->workflow, draft->notes);
    if (text) {
      check_result(*text, workflow, options, losses);
      converted.text = std::move(text).value();
    } else {
      losses.impossible(NotedPlace{}, text.error().message());
    }
  }
  if (!losses.is_possible()) converted.text.reset();
  converted.more = losses.more();
  converted.diagnostics = losses.take();
  return converted;
}

}  // namespace sennit::spec
