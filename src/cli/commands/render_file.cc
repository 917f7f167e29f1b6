#include "cli/commands/render_file.h"

#include "cli/render/diagnostics.h"
#include "views/json_writer.h"

namespace sennit::cli {

ExitCode render_to_stdout(Session& session, const SubmissionOptions& options) {
  const Result<Submission> submission = open_submission(options);
  if (!submission) return session.fail(submission.error());
  const spec::Rendered rendered = render_template(options, *submission);
  if (!rendered.text) return refuse(session, submission->file.name, rendered.diagnostics, 0);
  show(session, rendered.diagnostics);
  if (!session.wants_json()) {
    session.out().write(*rendered.text);
    if (!rendered.text->ends_with('\n')) session.out().write("\n");
    return ExitCode::kCompleted;
  }
  std::string text;
  views::JsonWriter json(text);
  json.begin_object();
  json.field("file", std::string_view(submission->file.name));
  json.field("rendered", std::string_view(*rendered.text));
  json.end_object();
  session.print_json(text);
  return ExitCode::kCompleted;
}

}  // namespace sennit::cli
