#include <fmt/format.h>

#include "base/time_text.h"
#include "cli/commands/commands.h"
#include "cli/input/consent.h"
#include "cli/rsync/sync_daemons.h"
#include "cli/text/counted.h"
#include "cli/text/table.h"

namespace sennit::cli {
namespace {

class RsyncStatusCommand final : public Command {
 public:
  Declaration declare() override { return {}; }

  ExitCode run(Session& session) override {
    const Result<client::ServerPlace> place = session.place();
    if (!place) return session.fail(place.error());
    const std::vector<SyncRecord> records = SyncDaemons(place->state_dir).all();
    if (session.wants_json()) {
      session.print_json(sync_list_json(records));
      return ExitCode::kCompleted;
    }
    if (records.empty()) {
      session.say("Nothing is synchronised in the background");
      return ExitCode::kCompleted;
    }
    Table table({"Workflow ID", "Task Name", "PID", "Status", "Last Synced", "Local Path", "Remote Path", "Log File"});
    for (const SyncRecord& record : records) {
      const bool died =
          !record.is_alive && !record.status.starts_with("ended") && !record.status.starts_with("stopped");
      table.add({{record.workflow},
                 {record.task},
                 {record.is_alive ? std::to_string(record.pid) : "-"},
                 {died ? "died while " + record.status : record.status},
                 {date_time(record.last_synced)},
                 {record.paths.from},
                 {record.paths.to},
                 {record.log}});
    }
    session.out().write(table.render(session.out_style()));
    return ExitCode::kCompleted;
  }
};

class RsyncStopCommand final : public Command {
 public:
  Declaration declare() override {
    return {
        .positionals = {{.name = "ID",
                         .help = "the workflow; without one all of them",
                         .target = &workflow_,
                         .completes = Completes::kWorkflow}},
        .options = {{.names = "--task",
                     .value = "TASK",
                     .help = "only those of this task",
                     .target = &task_,
                     .completes = Completes::kTask},
                    {.names = "-y,--yes", .value = "", .help = "do not ask before all are stopped", .target = &yes_}}};
  }

  ExitCode run(Session& session) override {
    const Result<client::ServerPlace> place = session.place();
    if (!place) return session.fail(place.error());
    const SyncDaemons daemons(place->state_dir);
    std::vector<SyncRecord> chosen;
    for (SyncRecord& record : daemons.all()) {
      if (workflow_ && record.workflow != *workflow_) continue;
      if (!task_.empty() && record.task != task_) continue;
      chosen.push_back(std::move(record));
    }
    if (chosen.empty())
      return session.fail(Error(ErrorCode::kNotFound, "nothing like that is synchronised in the background"));
    if (!workflow_ && !yes_ && can_ask(session)) {
      const std::string question = fmt::format("Stop {}?", counted(chosen.size(), "synchronisation"));
      if (ask(session, question) == Consent::kRefused) return ExitCode::kCancelled;
    }
    for (const SyncRecord& record : chosen) {
      daemons.stop(record);
      session.say(fmt::format("Stopped sending {} to {} of {}", record.paths.from, record.paths.to, record.task));
    }
    return ExitCode::kCompleted;
  }

 private:
  std::optional<std::string> workflow_;
  std::string task_;
  bool yes_ = false;
};

}  // namespace

const CommandInfo kRsyncStatusCommand{.name = "rsync status",
                                      .section = Section::kReach,
                                      .summary = "Show what is kept in step in the background",
                                      .examples = "sennit rsync status",
                                      .make = [] { return std::unique_ptr<Command>(new RsyncStatusCommand); }};

const CommandInfo kRsyncStopCommand{.name = "rsync stop",
                                    .section = Section::kReach,
                                    .summary = "End what is kept in step in the background",
                                    .examples = "sennit rsync stop train-3\nsennit rsync stop",
                                    .make = [] { return std::unique_ptr<Command>(new RsyncStopCommand); }};

}  // namespace sennit::cli
