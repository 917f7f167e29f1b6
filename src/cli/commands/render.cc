#include "cli/commands/commands.h"
#include "cli/commands/render_file.h"

namespace sennit::cli {
namespace {

class RenderCommand final : public Command {
 public:
  Declaration declare() override {
    Declaration declaration = options_.declare_for_reading();
    declaration.formats = Formats::kYamlToo;
    return declaration;
  }
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
        "sennit render flow.yaml --set count=3 --set-string version=007\n"
        "sennit render flow.yaml -o yaml > canonical.yaml\n"
        "sennit render flow.yaml -o json --pool pool.yaml",
    .details =
        "Without -o: the text as the template leaves it. -o yaml: a file of the same format that means the same, with\n"
        "variables, anchors, local files and defaults filled in and every value in one spelling; rendering it again\n"
        "changes nothing. -o json: how the file is understood. Secrets of the file are shown as they stand there.\n"
        "\n"
        "Tokens such as {{output}} and {{input:0}} stay: they are filled in when a task starts. Needs no server.\n"
        "--pool takes a file, too, if it has a '/' or ends in .yaml, .yml or .json: `pools:` as in config.yaml.\n"
        "Exit code 0 if the file is valid, 2 if it is not.",
    .make = [] { return std::unique_ptr<Command>(new RenderCommand); }};

}  // namespace sennit::cli
