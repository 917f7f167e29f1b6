#include <fmt/format.h>

#include <algorithm>

#include "cli/commands/commands.h"
#include "cli/not_found.h"
#include "cli/own_task.h"
#include "cli/render/graph_text.h"
#include "cli/render/metrics_text.h"
#include "cli/session.h"
#include "views/json.h"

namespace sennit::cli {
namespace {

class MetricsCommand final : public Command {
 public:
  Declaration declare() override {
    return {
        .positionals = {{.name = "ID",
                         .help = "the workflow; inside a task its own may be left out",
                         .target = &workflow_,
                         .completes = Completes::kWorkflow},
                        {.name = "TASK", .help = "one of its tasks", .target = &task_, .completes = Completes::kTask}},
        .options = {
            {.names = "-r,--retry-id,--attempt",
             .value = "N",
             .help = "this attempt, 0 for the first; else the latest",
             .target = &attempt_},
            {.names = "--chart", .value = "", .help = "draw the loss, or what there is else", .target = &chart_},
            {.names = "--name", .value = "NAME", .help = "draw this number instead", .target = &name_},
            {.names = "--ascii", .value = "", .help = "draw with ASCII alone", .target = &ascii_},
            {.names = "--csv", .value = "", .help = "every point of every series, as CSV", .target = &csv_}}};
  }

  ExitCode run(Session& session) override {
    if (const Result<void> named = name_workflow(workflow_); !named) return session.fail(named.error());
    if (csv_ && (session.wants_json() || draws())) {
      return session.fail(Error(ErrorCode::kInvalid, "--csv is a form of its own: without -o and --chart"));
    }
    Result<client::Api> api = session.connect();
    if (!api) return session.fail(api.error());
    client::MetricsQuery query{.task = task_.value_or("")};
    if (attempt_) query.attempt = static_cast<std::uint32_t>(std::min<std::uint64_t>(*attempt_, 0xFFFF'FFFF));
    if (csv_ || draws() || session.wants_json()) query.points = client::MetricsQuery::Points::kAll;
    const Result<std::string> json = api->facts_json(*workflow_, client::TaskFacts::kMetrics, query);
    if (!json) return fail_for_workflow(session, *api, json.error(), *workflow_, task_.value_or(""));
    if (session.wants_json()) {
      session.print_json(*json);
      return ExitCode::kCompleted;
    }
    const Result<views::MetricsView> metrics = views::parse_metrics(*json);
    if (!metrics) return session.fail(metrics.error());
    return show(session, *metrics);
  }

 private:
  bool draws() const { return chart_ || !name_.empty(); }

  ExitCode show(Session& session, const views::MetricsView& metrics) {
    if (csv_) {
      session.out().write(metrics_csv(metrics));
      return ExitCode::kCompleted;
    }
    if (!draws()) {
      session.out().write(metrics_text(metrics, session.out_style()));
      return ExitCode::kCompleted;
    }
    const bool plain = ascii_ || charset_of_locale(variable) == drawing::Charset::kAscii;
    const drawing::Strokes strokes = plain ? drawing::Strokes::kAscii : drawing::Strokes::kBraille;
    const std::string charts = metrics_charts(metrics, name_, session.out().columns(), strokes);
    if (charts.empty()) {
      return session.fail(
          Error(ErrorCode::kNotFound, name_.empty()
                                          ? fmt::format("{} has nothing to draw yet", metrics.workflow)
                                          : fmt::format("no task of {} tells a number '{}'", metrics.workflow, name_)));
    }
    session.out().write(charts);
    return ExitCode::kCompleted;
  }

  std::optional<std::string> workflow_;
  std::optional<std::string> task_;
  std::optional<std::uint64_t> attempt_;
  bool chart_ = false;
  std::string name_;
  bool ascii_ = false;
  bool csv_ = false;
};

class ArtifactsCommand final : public Command {
 public:
  Declaration declare() override {
    return {
        .positionals = {{.name = "ID",
                         .help = "the workflow; inside a task its own may be left out",
                         .target = &workflow_,
                         .completes = Completes::kWorkflow},
                        {.name = "TASK", .help = "one of its tasks", .target = &task_, .completes = Completes::kTask}},
        .options = {{.names = "-r,--retry-id,--attempt",
                     .value = "N",
                     .help = "of this attempt, 0 for the first; else the latest",
                     .target = &attempt_}}};
  }

  ExitCode run(Session& session) override {
    if (const Result<void> named = name_workflow(workflow_); !named) return session.fail(named.error());
    Result<client::Api> api = session.connect(client::IfAbsent::kStart, client::kPatient);
    if (!api) return session.fail(api.error());
    client::MetricsQuery query{.task = task_.value_or("")};
    if (attempt_) query.attempt = static_cast<std::uint32_t>(std::min<std::uint64_t>(*attempt_, 0xFFFF'FFFF));
    const Result<std::string> json = api->facts_json(*workflow_, client::TaskFacts::kArtifacts, query);
    if (!json) return fail_for_workflow(session, *api, json.error(), *workflow_, task_.value_or(""));
    if (session.wants_json()) {
      session.print_json(*json);
      return ExitCode::kCompleted;
    }
    const Result<views::ArtifactList> list = views::parse_artifacts(*json);
    if (!list) return session.fail(list.error());
    session.out().write(artifacts_text(*list, session.out_style()));
    return ExitCode::kCompleted;
  }

 private:
  std::optional<std::string> workflow_;
  std::optional<std::string> task_;
  std::optional<std::uint64_t> attempt_;
};

}  // namespace

const CommandInfo kMetricsCommand{
    .name = "metrics",
    .section = Section::kLook,
    .summary = "Show how far tasks are by their own word, and what they use",
    .examples =
        "sennit metrics last\n"
        "sennit metrics digits-3 train\n"
        "sennit metrics digits-3 --chart\n"
        "sennit metrics digits-3 train --name accuracy\n"
        "sennit metrics digits-3 --csv >digits.csv",
    .details =
        "Progress is read from what a task prints: bars, dictionaries of trainers, lines of JSON,\n"
        "words such as 'Step 3/10'; and from what it writes to the file $SENNIT_PROGRESS.",
    .make = [] { return std::unique_ptr<Command>(new MetricsCommand); }};

const CommandInfo kArtifactsCommand{.name = "artifacts",
                                    .section = Section::kLook,
                                    .summary = "List checkpoints, configurations, metrics and the like that tasks left",
                                    .examples =
                                        "sennit artifacts last\n"
                                        "sennit artifacts digits-3 train -o json",
                                    .details = "What a type is taken to be comes first, the newest.",
                                    .make = [] { return std::unique_ptr<Command>(new ArtifactsCommand); }};

}  // namespace sennit::cli
