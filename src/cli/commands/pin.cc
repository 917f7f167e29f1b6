#include <fmt/format.h>

#include <algorithm>

#include "base/printable.h"
#include "cli/commands/commands.h"
#include "cli/not_found.h"
#include "cli/session.h"

namespace sennit::cli {
namespace {

ExitCode change_pins(Session& session, const std::vector<std::string>& workflows, const views::PinRequest& request) {
  Result<client::Api> api = session.connect();
  if (!api) return session.fail(api.error());
  ExitCode worst = ExitCode::kCompleted;
  for (const std::string& workflow : workflows) {
    const Result<views::PinReply> reply = api->pin(workflow, request);
    if (!reply) {
      worst = std::max(worst, fail_for_workflow(session, *api, reply.error(), workflow));
      continue;
    }
    const std::string_view now = reply->pinned ? "pinned" : "not pinned";
    session.say(fmt::format("{} is {}{}", printable(reply->name), now, reply->changed ? "" : " already"));
  }
  return worst;
}

class PinCommand final : public Command {
 public:
  Declaration declare() override {
    return {.positionals =
                {{.name = "ID", .help = "the workflows", .target = &workflows_, .completes = Completes::kWorkflow}},
            .options = {{.names = "--remove", .value = "", .help = "the same as `unpin`", .target = &remove_}}};
  }
  ExitCode run(Session& session) override { return change_pins(session, workflows_, {.pinned = !remove_}); }

 private:
  std::vector<std::string> workflows_;
  bool remove_ = false;
};

class UnpinCommand final : public Command {
 public:
  Declaration declare() override {
    return {.positionals = {
                {.name = "ID", .help = "the workflows", .target = &workflows_, .completes = Completes::kWorkflow}}};
  }
  ExitCode run(Session& session) override { return change_pins(session, workflows_, {.pinned = false}); }

 private:
  std::vector<std::string> workflows_;
};

}  // namespace

const CommandInfo kPinCommand{
    .name = "pin",
    .section = Section::kChange,
    .summary = "Keep workflows whatever `retention` says",
    .examples =
        "sennit pin last\n"
        "sennit pin digits-3 digits-7",
    .details =
        "A pinned workflow is not removed by its age, by the number of others or by its size, and neither are those\n"
        "whose outputs it has read. `sennit delete` refuses it. An unfinished workflow may be pinned, too.",
    .make = [] { return std::unique_ptr<Command>(new PinCommand); }};

const CommandInfo kUnpinCommand{.name = "unpin",
                                .section = Section::kChange,
                                .summary = "Let `retention` decide about workflows again",
                                .examples = "sennit unpin digits-3",
                                .make = [] { return std::unique_ptr<Command>(new UnpinCommand); }};

}  // namespace sennit::cli
