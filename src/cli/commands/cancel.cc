#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/printable.h"
#include "cli/commands/change.h"
#include "cli/commands/commands.h"
#include "cli/input/consent.h"
#include "cli/not_found.h"
#include "cli/session.h"

namespace sennit::cli {
namespace {

class CancelCommand final : public Command {
 public:
  Declaration declare() override {
    return {
        .positionals = {{.name = "ID", .help = "the workflow", .target = &workflow_, .completes = Completes::kWorkflow},
                        {.name = "TASK|GROUP",
                         .help = "only these of its tasks and groups; or further workflows",
                         .target = &names_,
                         .completes = Completes::kTask,
                         .list = Positional::List::kAnyNumber}},
        .options = {
            {.names = "-m,--message",
             .value = "TEXT",
             .help = "why; it is kept in the workflow's history",
             .target = &message_},
            {.names = "-f,--force",
             .value = "",
             .help = "kill at once, without a grace period; also what is stopping already",
             .target = &force_},
            {.names = "-y,--yes", .value = "", .help = "do not ask, also on a terminal", .target = &yes_},
            {.names = "--dry-run", .value = "", .help = "only say what would be cancelled", .target = &dry_run_}}};
  }

  ExitCode run(Session& session) override {
    Result<client::Api> api = session.connect();
    if (!api) return session.fail(api.error());
    std::vector<Wanted> wanted{{workflow_, names_}};
    if (!names_.empty()) {
      const Result<views::ChangeReply> asked = cancel(*api, wanted.front(), Really::kNo);
      if (!asked && are_workflows(*api)) {
        wanted.front().names.clear();
        for (const std::string& workflow : names_) wanted.push_back({workflow, {}});
      } else if (!asked) {
        return fail_for_workflow(session, *api, asked.error(), workflow_);
      }
    }
    if (!yes_ && !dry_run_ && can_ask(session) && !is_confirmed(session, *api, wanted)) {
      session.say("Nothing was cancelled");
      return ExitCode::kFailed;
    }
    ExitCode worst = ExitCode::kCompleted;
    for (const Wanted& one : wanted) worst = std::max(worst, cancel(session, *api, one));
    return worst;
  }

 private:
  struct Wanted {
    std::string workflow;
    std::vector<std::string> names;  // of tasks and groups; none: all of it
  };
  enum class Really : std::uint8_t { kNo, kYes };

  Result<views::ChangeReply> cancel(client::Api& api, const Wanted& wanted, Really really) const {
    views::ChangeRequest request = change_request(wanted.names, message_);
    request.force = force_;
    request.dry_run = really == Really::kNo;
    return api.cancel(wanted.workflow, request);
  }

  // Several workflows may be named, too. A word that is a task's or a group's was taken as that.
  bool are_workflows(client::Api& api) const {
    return std::all_of(names_.begin(), names_.end(), [&](const std::string& name) {
      const Result<views::ChangeReply> there = cancel(api, {name, {}}, Really::kNo);
      return there.ok() || there.error().code() == ErrorCode::kConflict;
    });
  }

  // A workflow that cannot be cancelled is no question; it says so itself afterwards.
  bool is_confirmed(Session& session, client::Api& api, const std::vector<Wanted>& wanted) const {
    std::vector<std::string> lines;
    for (const Wanted& one : wanted) {
      const Result<views::ChangeReply> asked = cancel(api, one, Really::kNo);
      if (!asked || (!asked->whole && asked->tasks.empty())) continue;
      const views::TaskCounts& counts = asked->counts;
      lines.push_back(fmt::format("{} ({}; {} of {} tasks completed, {} running)", subject_of(*asked), asked->status,
                                  counts.completed, counts.total, counts.running));
    }
    if (lines.empty()) return true;
    if (lines.size() == 1) return ask(session, fmt::format("Cancel {}?", lines.front())) == Consent::kGiven;
    for (const std::string& line : lines) session.say("  " + printable(line));
    return ask(session, fmt::format("Cancel these {} workflows?", lines.size())) == Consent::kGiven;
  }

  ExitCode cancel(Session& session, client::Api& api, const Wanted& wanted) const {
    const Result<views::ChangeReply> reply = cancel(api, wanted, dry_run_ ? Really::kNo : Really::kYes);
    if (!reply) return fail_for_workflow(session, api, reply.error(), wanted.workflow);
    tell_change(session, dry_run_ ? "Would cancel" : force_ ? "Killing" : "Cancelling", *reply);
    return ExitCode::kCompleted;
  }

  std::string workflow_;
  std::vector<std::string> names_;
  std::string message_;
  bool force_ = false;
  bool yes_ = false;
  bool dry_run_ = false;
};

}  // namespace

const CommandInfo kCancelCommand{
    .name = "cancel",
    .section = Section::kChange,
    .summary = "Stop workflows, or tasks and groups of one",
    .examples =
        "sennit cancel last\n"
        "sennit cancel digits-3 fit evaluate -m 'wrong data set'\n"
        "sennit cancel digits-3 digits-4 --force",
    .details =
        "Running tasks get SIGTERM and, after a grace period, SIGKILL; with --force SIGKILL at once, also those that\n"
        "are stopping already. What has completed stays so; nothing new starts of what is cancelled, and what waits "
        "for\n"
        "it ends FAILED_UPSTREAM. On a terminal it asks first. Returns when the request is stored;\n"
        "`sennit events -f ID` shows the end. A task that has ended already is said, and is no error.",
    .make = [] { return std::unique_ptr<Command>(new CancelCommand); }};

}  // namespace sennit::cli
