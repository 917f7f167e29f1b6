#include "cli/commands/commands.h"
#include "cli/commands/render_file.h"

namespace sennit::cli {
namespace {

class RenderCommand final : public Command {
 public:
  Declaration declare() override { return options_.declare_for_reading(); }
  ExitCode run(Session& session) override { return render_to_stdout(session, options_); }

 private:
  SubmissionOptions options_;
};

}  // namespace

const CommandInfo kRenderCommand{
    .name = "render",
    .section = Section::kRun,
    .summary = "Show a workflow file with its template filled in",
    .examples =
        "sennit render flow.yaml\n"
        "sennit render flow.yaml --set count=3 --set-string version=007",
    .details =
        "Tokens such as {{output}} and {{input:0}} stay: they are filled in when a task starts. Needs no server.\n"
        "Only the template is checked, so that a wrong file can be looked at; `run --dry-run` checks all of it.",
    .make = [] { return std::unique_ptr<Command>(new RenderCommand); }};

}  // namespace sennit::cli
