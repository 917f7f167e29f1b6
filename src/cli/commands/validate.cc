#include "cli/commands/commands.h"
#include "cli/input/submission_options.h"
#include "cli/render/diagnostics.h"
#include "cli/render/validation.h"
#include "cli/session.h"

namespace sennit::cli {
namespace {

class ValidateCommand final : public Command {
 public:
  Declaration declare() override { return options_.declare_for_reading(); }

  ExitCode run(Session& session) override {
    Result<Submission> submission = open_submission(options_);
    if (!submission) return session.fail(submission.error());
    if (!submission->config.ok()) return refuse(session, "the configuration", submission->config.diagnostics, 0);
    show(session, submission->config.diagnostics);
    const Checked checked = check(options_, *submission);
    const spec::Loaded& loaded = checked.loaded;
    if (!loaded.ok()) return refuse(session, submission->file.name, loaded.diagnostics, loaded.more);
    show(session, loaded.diagnostics);
    if (session.wants_json()) {
      session.print_json(validation_json(*loaded.workflow, loaded.diagnostics));
    } else {
      session.out().write(validation_text(*loaded.workflow));
    }
    return ExitCode::kCompleted;
  }

 private:
  SubmissionOptions options_;
};

}  // namespace

const CommandInfo kValidateCommand{
    .name = "validate",
    .section = Section::kRun,
    .summary = "Find every mistake in a workflow file, with its place",
    .examples =
        "sennit validate flow.yaml\n"
        "sennit validate flow.yaml --set epochs=3 lr=0.1",
    .details = "Needs no server and changes nothing. Exit code 0 if the file is valid, 2 if it is not.",
    .make = [] { return std::unique_ptr<Command>(new ValidateCommand); }};

}  // namespace sennit::cli
