#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.h"
#include "base/printable.h"
#include "cli/commands/commands.h"
#include "cli/input/consent.h"
#include "cli/not_found.h"
#include "cli/session.h"

namespace sennit::cli {
namespace {

class DeleteCommand final : public Command {
 public:
  Declaration declare() override {
    return {.positionals =
                {{.name = "ID", .help = "the workflows", .target = &workflows_, .completes = Completes::kWorkflow}},
            .options = {{.names = "-y,--yes", .value = "", .help = "do not ask, also on a terminal", .target = &yes_}}};
  }

  ExitCode run(Session& session) override {
    Result<client::Api> api = session.connect(client::IfAbsent::kStart, client::kPatient);
    if (!api) return session.fail(api.error());
    // "last" and beginnings of ids may mean others once some are gone.
    ExitCode worst = ExitCode::kCompleted;
    std::vector<views::WorkflowView> found;
    for (const std::string& workflow : workflows_) {
      Result<views::WorkflowView> view = api->workflow(workflow);
      if (!view) {
        worst = std::max(worst, fail_for_workflow(session, *api, view.error(), workflow));
        continue;
      }
      const bool named_before =
          std::ranges::any_of(found, [&](const views::WorkflowView& other) { return other.uuid == view->uuid; });
      if (!named_before) found.push_back(std::move(*view));
    }
    if (worst != ExitCode::kCompleted) return worst;
    if (!yes_ && can_ask(session) && !is_confirmed(session, found)) {
      session.say("Nothing was deleted");
      return ExitCode::kFailed;
    }
    return remove(session, *api, std::move(found));
  }

 private:
  static std::string text_of(const views::WorkflowView& workflow) {
    return fmt::format("{} ({}, {})", workflow.name, workflow.status, readable(Bytes(workflow.size.value_or(0))));
  }

  static bool is_confirmed(Session& session, const std::vector<views::WorkflowView>& workflows) {
    constexpr std::string_view kWith = "with logs, outputs and history";
    if (workflows.size() == 1) {
      return ask(session, fmt::format("Delete {} {}?", text_of(workflows.front()), kWith)) == Consent::kGiven;
    }
    for (const views::WorkflowView& workflow : workflows) session.say("  " + printable(text_of(workflow)));
    return ask(session, fmt::format("Delete these {} workflows {}?", workflows.size(), kWith)) == Consent::kGiven;
  }

  // Whoever reads outputs has to go before whoever wrote them, in whatever order they were named: what is refused is
  // tried again as long as others go.
  static ExitCode remove(Session& session, client::Api& api, std::vector<views::WorkflowView> workflows) {
    ExitCode worst = ExitCode::kCompleted;
    while (!workflows.empty()) {
      std::vector<std::pair<views::WorkflowView, Error>> refused;
      const std::size_t before = workflows.size();
      for (views::WorkflowView& workflow : workflows) {
        const Result<views::DeleteReply> reply = api.remove(workflow.uuid);
        if (reply) {
          session.say(fmt::format("Deleted {}, {}", printable(reply->name), readable(Bytes(reply->size))));
        } else {
          refused.emplace_back(std::move(workflow), reply.error());
        }
      }
      const bool in_vain = refused.size() == before;
      workflows.clear();
      for (auto& [workflow, error] : refused) {
        if (in_vain || error.code() != ErrorCode::kConflict) {
          worst = std::max(worst, session.fail(error));
        } else {
          workflows.push_back(std::move(workflow));
        }
      }
    }
    return worst;
  }

  std::vector<std::string> workflows_;
  bool yes_ = false;
};

}  // namespace

const CommandInfo kDeleteCommand{
    .name = "delete",
    .section = Section::kChange,
    .summary = "Remove finished workflows with their logs, outputs and history",
    .examples =
        "sennit delete digits-3\n"
        "sennit delete train-4 train-5 --yes",
    .details =
        "It cannot be undone, so on a terminal it asks first. What is unfinished (`sennit cancel`) or pinned\n"
        "(`sennit unpin`) is refused, and so is a workflow whose outputs another one has read: that one first, or "
        "both\n"
        "together. Results outside of the state directory, as the `output_dir` of a jobs file, stay.",
    .make = [] { return std::unique_ptr<Command>(new DeleteCommand); }};

}  // namespace sennit::cli
