#include "cli/commands/commands.h"
#include "cli/not_found.h"
#include "cli/session.h"
#include "views/json_writer.h"

namespace sennit::cli {
namespace {

class SpecCommand final : public Command {
 public:
  Declaration declare() override {
    return {.positionals =
                {{.name = "ID", .help = "the workflow", .target = &workflow_, .completes = Completes::kWorkflow}},
            .options = {
                {.names = "--template", .value = "", .help = "the file as it was submitted", .target = &template_}}};
  }

  ExitCode run(Session& session) override {
    Result<client::Api> api = session.connect();
    if (!api) return session.fail(api.error());
    const Result<std::string> text =
        api->spec(workflow_, template_ ? client::SpecKind::kSource : client::SpecKind::kRendered);
    if (!text) return fail_for_workflow(session, *api, text.error(), workflow_);
    if (!session.wants_json()) {
      session.out().write(*text);
      if (!text->ends_with('\n')) session.out().write("\n");
      return ExitCode::kCompleted;
    }
    std::string json;
    views::JsonWriter writer(json);
    writer.begin_object();
    writer.field("name", std::string_view(workflow_));
    writer.field("spec", std::string_view(*text));
    writer.end_object();
    session.print_json(json);
    return ExitCode::kCompleted;
  }

 private:
  std::string workflow_;
  bool template_ = false;
};

}  // namespace

const CommandInfo kSpecCommand{.name = "spec",
                               .section = Section::kLook,
                               .summary = "Show the file that a workflow was made from, with its template filled in",
                               .examples =
                                   "sennit spec last\n"
                                   "sennit spec digits-3 --template > digits.yaml",
                               .make = [] { return std::unique_ptr<Command>(new SpecCommand); }};

}  // namespace sennit::cli
