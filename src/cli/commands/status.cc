#include <fmt/format.h>

#include <algorithm>

#include "base/time_text.h"
#include "cli/commands/commands.h"
#include "cli/not_found.h"
#include "cli/own_task.h"
#include "cli/render/workflow_text.h"
#include "cli/session.h"
#include "views/json.h"

namespace sennit::cli {
namespace {

constexpr std::uint64_t kMostListed = 1000;

struct DateFlag {
  std::string_view flag;
  const std::string* date;
  std::string* time;
};

class StatusCommand final : public Command {
 public:
  Declaration declare() override {
    return {
        .positionals = {{.name = "ID",
                         .help = "a workflow; without one the newest are listed (inside a task: its own)",
                         .target = &workflow_,
                         .completes = Completes::kWorkflow}},
        .options = {{.names = "-v,--verbose", .value = "", .help = "every task and every attempt", .target = &verbose_},
                    {.names = "-c,--count", .value = "N", .help = "list so many workflows (20)", .target = &count_},
                    {.names = "-f,--offset", .value = "N", .help = "skip so many of the newest", .target = &offset_},
                    {.names = "-s,--status",
                     .value = "STATUS",
                     .help = "only with this status, as RUNNING or FAILED; repeatable",
                     .target = &statuses_},
                    {.names = "-n,--name", .value = "TEXT", .help = "only ids that contain this", .target = &name_},
                    {.names = "-u,--user", .value = "NAME", .help = "only this user's", .target = &user_},
                    {.names = "-p,--pool",
                     .value = "POOL",
                     .help = "only of this pool; repeatable",
                     .target = &pools_,
                     .completes = Completes::kPool},
                    {.names = "--priority",
                     .value = "PRIORITY",
                     .help = "only with this priority; repeatable",
                     .target = &priorities_,
                     .choices = {"HIGH", "NORMAL", "LOW"}},
                    {.names = "--label",
                     .value = "KEY=VALUE",
                     .help = "only with this label; * is any text, (a|b) either; repeatable: all of them",
                     .target = &labels_},
                    {.names = "--no-label", .value = "KEY", .help = "only without this label", .target = &no_labels_},
                    {.names = "--tags,--tag",
                     .value = "TAG",
                     .help = "only with this tag; repeatable: one of them",
                     .target = &tags_},
                    {.names = "--submitted-after",
                     .value = "YYYY-MM-DD",
                     .help = "only submitted on this day or later",
                     .target = &after_},
                    {.names = "--submitted-before",
                     .value = "YYYY-MM-DD",
                     .help = "only submitted before this day",
                     .target = &before_}}};
  }

  ExitCode run(Session& session) override {
    if (!workflow_ && !is_narrowed()) {
      if (std::optional<OwnTask> own = own_task()) workflow_ = std::move(own->workflow);
    }
    Result<client::Api> api = session.connect();
    if (!api) return session.fail(api.error());
    return workflow_ ? show_one(session, *api) : show_list(session, *api);
  }

 private:
  // Whether a list is what is asked for.
  bool is_narrowed() const {
    const bool by_name = !name_.empty() || !user_.empty() || !after_.empty() || !before_.empty();
    const bool by_sort = !statuses_.empty() || !pools_.empty() || !priorities_.empty();
    return count_ || offset_ || by_name || by_sort || !labels_.empty() || !no_labels_.empty() || !tags_.empty();
  }

  ExitCode show_one(Session& session, client::Api& api) {
    const bool every_attempt = verbose_ || session.format() == OutputFormat::kWide;
    const Result<std::string> json =
        api.workflow_json(*workflow_, every_attempt ? client::Attempts::kAll : client::Attempts::kLatest);
    if (!json) return fail_for_workflow(session, api, json.error(), *workflow_);
    if (session.wants_json()) {
      session.print_json(*json);
      return ExitCode::kCompleted;
    }
    const Result<views::WorkflowView> view = views::parse_workflow(*json);
    if (!view) return session.fail(view.error());
    const Detail detail = session.format() == OutputFormat::kWide ? Detail::kWide
                          : verbose_                              ? Detail::kVerbose
                                                                  : Detail::kNormal;
    session.out().write(status_text(*view, detail, session.out_style()));
    return ExitCode::kCompleted;
  }

  ExitCode show_list(Session& session, client::Api& api) {
    client::ListQuery query;
    if (count_ == 0) return session.fail(Error(ErrorCode::kInvalid, "--count 0: a number from 1 on was expected"));
    query.limit = static_cast<std::uint32_t>(std::clamp<std::uint64_t>(count_.value_or(20), 1, kMostListed));
    query.offset = static_cast<std::uint32_t>(std::min<std::uint64_t>(offset_.value_or(0), 1'000'000'000));
    query.statuses = statuses_;
    query.name = name_;
    query.user = user_;
    query.pools = pools_;
    query.priorities = priorities_;
    query.labels = labels_;
    query.no_labels = no_labels_;
    query.tags = tags_;
    for (const auto& [flag, date, target] : {DateFlag{"--submitted-after", &after_, &query.submitted_after},
                                             DateFlag{"--submitted-before", &before_, &query.submitted_before}}) {
      if (date->empty()) continue;
      const auto midnight = midnight_of(*date);
      if (!midnight) {
        return session.fail(
            Error(ErrorCode::kInvalid, fmt::format("{} {}: a date such as 2026-11-27 was expected", flag, *date)));
      }
      *target = *midnight;
    }
    const Result<std::string> json = api.list_json(query);
    if (!json) return session.fail(json.error());
    if (session.format() == OutputFormat::kJson) {
      session.print_json(*json);
      return ExitCode::kCompleted;
    }
    const Result<views::WorkflowList> list = views::parse_workflow_list(*json);
    if (!list) return session.fail(list.error());
    if (session.format() == OutputFormat::kJsonl) {
      for (const views::WorkflowSummary& workflow : list->workflows) session.print_json(to_json(workflow));
      return ExitCode::kCompleted;
    }
    const Detail detail = session.format() == OutputFormat::kWide ? Detail::kWide : Detail::kNormal;
    session.out().write(list_text(*list, detail, session.out_style()));
    return ExitCode::kCompleted;
  }

  std::optional<std::string> workflow_;
  bool verbose_ = false;
  std::optional<std::uint64_t> count_;
  std::optional<std::uint64_t> offset_;
  std::vector<std::string> statuses_;
  std::string name_;
  std::string user_;
  std::vector<std::string> pools_;
  std::vector<std::string> priorities_;
  std::vector<std::string> labels_;
  std::vector<std::string> no_labels_;
  std::vector<std::string> tags_;
  std::string after_;
  std::string before_;
};

}  // namespace

const CommandInfo kStatusCommand{.name = "status",
                                 .aliases = "query list ls",
                                 .section = Section::kLook,
                                 .summary = "Show a workflow, or list the newest ones",
                                 .examples =
                                     "sennit status\n"
                                     "sennit status last\n"
                                     "sennit status digits-3 -o wide\n"
                                     "sennit list --status RUNNING -o json\n"
                                     "sennit list --label 'team=(vision|speech)' --tag best",
                                 .details = "The list has the newest workflow at the bottom; its JSON has it first.",
                                 .make = [] { return std::unique_ptr<Command>(new StatusCommand); }};

}  // namespace sennit::cli
