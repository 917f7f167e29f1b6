#include "cli/commands/render_file.h"

#include "cli/render/diagnostics.h"
#include "cli/render/workflow_json.h"
#include "spec/write/workflow_file.h"

namespace sennit::cli {
namespace {

// The text as it is after the template: also of a file that is invalid, since that is where it helps to see it.
ExitCode print_text(Session& session, const SubmissionOptions& options, const Submission& submission) {
  const spec::Loaded loaded = check(options, submission, spec::Advice::kNone).loaded;
  const std::optional<std::string> text = loaded.rendered ? loaded.rendered : render_template(options, submission).text;
  if (text) {
    session.out().write(*text);
    if (!text->ends_with('\n')) session.out().write("\n");
  }
  if (!loaded.ok()) return refuse(session, submission.file.name, loaded.diagnostics, loaded.more);
  show(session, loaded.diagnostics);
  return ExitCode::kCompleted;
}

// What the command line says and the format of the file has no words for.
void warn_of_flags(Session& session, const SubmissionOptions& options, const Workflow& workflow) {
  const bool is_jobs = workflow.dialect == Dialect::kJobs;
  if (!is_jobs && options.gpus) session.warn("a tasks file has no list of GPUs: --gpus is not in it");
  if (!is_jobs && options.max_parallel) session.warn("a tasks file has no such limit: --max-parallel is not in it");
  if (is_jobs && !options.labels.empty()) session.warn("a jobs file has no labels: --label is not in it");
}

ExitCode print_model(Session& session, const SubmissionOptions& options, const Submission& submission) {
  const spec::Loaded loaded = check(options, submission, spec::Advice::kNone, spec::Notes::kWords).loaded;
  if (!loaded.ok()) return refuse(session, submission.file.name, loaded.diagnostics, loaded.more);
  show(session, loaded.diagnostics);
  const bool json = session.wants_json();
  const Result<std::string> text = json ? workflow_json(*loaded.workflow, *loaded.notes)
                                        : spec::write_workflow_file(*loaded.workflow, *loaded.notes);
  if (!text) return session.fail(text.error());
  if (json) {
    session.print_json(*text);
  } else {
    warn_of_flags(session, options, *loaded.workflow);
    session.out().write(*text);
  }
  return ExitCode::kCompleted;
}

}  // namespace

ExitCode render_to_stdout(Session& session, const SubmissionOptions& options) {
  const Result<Submission> submission = open_submission(options);
  if (!submission) return session.fail(submission.error());
  if (!submission->config.ok()) return refuse(session, "the configuration", submission->config.diagnostics, 0);
  show(session, submission->config.diagnostics);
  const bool as_text = session.format() == OutputFormat::kTable || session.format() == OutputFormat::kWide;
  return as_text ? print_text(session, options, *submission) : print_model(session, options, *submission);
}

}  // namespace sennit::cli
