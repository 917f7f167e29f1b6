#include "cli/commands/render_file.h"

#include "cli/render/diagnostics.h"
#include "views/json_writer.h"

namespace sennit::cli {

namespace {

void print(Session& session, const std::string& file, const std::string& rendered) {
  if (!session.wants_json()) {
    session.out().write(rendered);
    if (!rendered.ends_with('\n')) session.out().write("\n");
    return;
  }
  std::string text;
  views::JsonWriter json(text);
  json.begin_object();
  json.field("file", std::string_view(file));
  json.field("rendered", std::string_view(rendered));
  json.end_object();
  session.print_json(text);
}

}  // namespace

ExitCode render_to_stdout(Session& session, const SubmissionOptions& options) {
  const Result<Submission> submission = open_submission(options);
  if (!submission) return session.fail(submission.error());
  const spec::Rendered rendered = render_template(options, *submission);
  if (!rendered.text) return refuse(session, submission->file.name, rendered.diagnostics, 0);
  show(session, rendered.diagnostics);
  print(session, submission->file.name, *rendered.text);
  return ExitCode::kCompleted;
}

ExitCode dry_run(Session& session, const SubmissionOptions& options) {
  const Result<Submission> submission = open_submission(options);
  if (!submission) return session.fail(submission.error());
  if (!submission->config.ok()) return refuse(session, "the configuration", submission->config.diagnostics, 0);
  show(session, submission->config.diagnostics);
  const spec::Loaded loaded = check(options, *submission).loaded;
  if (!loaded.ok()) return refuse(session, submission->file.name, loaded.diagnostics, loaded.more);
  show(session, loaded.diagnostics);
  const spec::Rendered rendered = render_template(options, *submission);
  if (!rendered.text) return refuse(session, submission->file.name, rendered.diagnostics, 0);
  print(session, submission->file.name, *rendered.text);
  return ExitCode::kCompleted;
}

}  // namespace sennit::cli
