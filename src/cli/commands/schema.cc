#include "cli/commands/commands.h"
#include "cli/session.h"
#include "cli/text/json_layout.h"
#include "spec/json_schema.h"

namespace sennit::cli {
namespace {

class SchemaCommand final : public Command {
 public:
  Declaration declare() override {
    return {.positionals = {{.name = "FORMAT",
                             .help = "osmo or tasks: files with `workflow:`; oumi or jobs: files with `jobs:`",
                             .target = &format_,
                             .choices = {"osmo", "tasks", "oumi", "jobs"}}},
            .options = {}};
  }

  ExitCode run(Session& session) override {
    const bool tasks = format_ == "osmo" || format_ == "tasks";
    session.out().write(indented(spec::json_schema(tasks ? Dialect::kTasks : Dialect::kJobs)));
    return ExitCode::kCompleted;
  }

 private:
  std::string format_;
};

}  // namespace

const CommandInfo kSchemaCommand{
    .name = "schema",
    .section = Section::kSetup,
    .summary = "Print the JSON Schema of workflow files, for editors",
    .examples =
        "sennit schema osmo > osmo.schema.json\n"
        "sennit schema oumi > oumi.schema.json",
    .details =
        "An editor that knows it offers the fields, explains them and marks mistakes while one types. The first\n"
        "line of a file tells the YAML language server (VS Code, Neovim, ...) where it is:\n"
        "# yaml-language-server: $schema=osmo.schema.json",
    .make = [] { return std::unique_ptr<Command>(new SchemaCommand); }};

}  // namespace sennit::cli
