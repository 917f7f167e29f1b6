#include "cli/commands/commands.h"
#include "cli/follow/whole_screen.h"
#include "cli/session.h"

namespace sennit::cli {
namespace {

class TopCommand final : public Command {
 public:
  Declaration declare() override {
    return {.positionals = {{.name = "ID",
                             .help = "a workflow to open; without one the list of all",
                             .target = &workflow_,
                             .completes = Completes::kWorkflow}}};
  }

  ExitCode run(Session& session) override {
    // What is wrong with the server, or with the name, is said here, where it stays readable.
    Result<client::Api> api = session.connect();
    if (!api) return session.fail(api.error());
    if (workflow_) {
      const Result<std::string> json = api->why_json(*workflow_, "");
      if (!json) return session.fail(json.error());
    }
    const Result<void> shown = open_view(session, workflow_.value_or(""));
    return shown ? ExitCode::kCompleted : session.fail(shown.error(), "`sennit status` shows the same as text");
  }

 private:
  std::optional<std::string> workflow_;
};

}  // namespace

const CommandInfo kTopCommand{.name = "top",
                              .aliases = "tui",
                              .section = Section::kLook,
                              .summary = "Watch and steer workflows on the whole screen",
                              .examples =
                                  "sennit top\n"
                                  "sennit top last",
                              .details = "`?` shows the keys. Leaving it with `q` changes nothing for what runs.",
                              .make = [] { return std::unique_ptr<Command>(new TopCommand); }};

}  // namespace sennit::cli
