#include <fmt/format.h>

#include "cli/commands/commands.h"
#include "cli/render/retention_text.h"
#include "cli/session.h"
#include "views/json.h"

namespace sennit::cli {
namespace {

class GcCommand final : public Command {
 public:
  Declaration declare() override {
    return {.options = {
                {.names = "--dry-run", .value = "", .help = "only say what would be removed", .target = &dry_run_}}};
  }

  ExitCode run(Session& session) override {
    Result<client::Api> api = session.connect(client::IfAbsent::kStart, client::kPatient);
    if (!api) return session.fail(api.error());
    const Result<std::string> json = api->collect_json({.dry_run = dry_run_});
    if (!json) return session.fail(json.error());
    const Result<views::GcReply> reply = views::parse_gc_reply(*json);
    if (!reply) return session.fail(reply.error());
    if (session.wants_json()) {
      session.print_json(*json);
    } else {
      session.out().write(gc_text(*reply, session.out_style()));
    }
    ExitCode code = ExitCode::kCompleted;
    for (const views::RemovedView& removed : reply->removed) {
      if (removed.error.empty()) continue;
      session.warn(fmt::format("{} is not removed: {}", removed.name, removed.error));
      code = ExitCode::kFailed;
    }
    return code;
  }

 private:
  bool dry_run_ = false;
};

}  // namespace

const CommandInfo kGcCommand{
    .name = "gc",
    .section = Section::kChange,
    .summary = "Remove finished workflows that are no longer kept, or show which",
    .examples =
        "sennit gc --dry-run\n"
        "sennit gc -o json",
    .details =
        "What `retention` in config.yaml no longer keeps is removed with its logs, outputs and history: what ended "
        "too\n"
        "long ago (age), what too many others ended after (count), and of the rest who ended first while the files of\n"
        "all take too much disk (size). The server does the same once a day by itself. Unfinished and pinned "
        "workflows\n"
        "stay, and so does everything whose outputs one that stays has read.",
    .make = [] { return std::unique_ptr<Command>(new GcCommand); }};

}  // namespace sennit::cli
