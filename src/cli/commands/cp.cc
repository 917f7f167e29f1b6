#include <fmt/format.h>

#include <filesystem>
#include <optional>

#include "cli/commands/commands.h"
#include "cli/rsync/sync_once.h"
#include "cli/session.h"

namespace sennit::cli {
namespace {

// "ID/TASK:PATH"; what begins like a path of this machine is one.
struct InTask {
  std::string workflow;
  std::string task;
  std::string path;
};

std::optional<InTask> parse_in_task(std::string_view text) {
  const std::size_t colon = text.find(':');
  const std::size_t slash = text.find('/');
  const bool local = text.starts_with('/') || text.starts_with('.') || colon == std::string_view::npos ||
                     slash == std::string_view::npos || slash > colon;
  if (local || slash == 0 || colon == slash + 1 || colon + 1 == text.size()) return std::nullopt;
  return InTask{std::string(text.substr(0, slash)), std::string(text.substr(slash + 1, colon - slash - 1)),
                std::string(text.substr(colon + 1))};
}

class CpCommand final : public Command {
 public:
  Declaration declare() override {
    return {.positionals = {{.name = "FROM", .help = "a path here, or ID/TASK:PATH", .target = &from_},
                            {.name = "TO", .help = "the other one of the two", .target = &to_}},
            .options = {
                {.names = "-v,--verbose", .value = "", .help = "name each file", .target = &verbose_},
                {.names = "--no-progress", .value = "", .help = "do not say how far it is", .target = &no_progress_}}};
  }

  ExitCode run(Session& session) override {
    const std::optional<InTask> from = parse_in_task(from_);
    const std::optional<InTask> to = parse_in_task(to_);
    if (from.has_value() == to.has_value()) {
      return session.fail(Error(ErrorCode::kInvalid,
                                "one of the two is a path here, the other one is ID/TASK:PATH, as in "
                                "`sennit cp notes.txt train-3/train:/workspace/`"));
    }
    const InTask& there = from ? *from : *to;
    std::error_code error;
    if (to && !std::filesystem::exists(from_, error)) {
      return session.fail(Error(ErrorCode::kNotFound, fmt::format("there is no {} here", from_)));
    }
    SyncJob job{.way = from ? SyncWay::kDownload : SyncWay::kUpload, .workflow = there.workflow, .task = there.task};
    job.paths = from ? SyncPaths{from->path, to_} : SyncPaths{from_, to->path};
    job.talk = talk_of(session, verbose_, no_progress_);
    return sync_once(session, std::move(job));
  }

 private:
  std::string from_;
  std::string to_;
  bool verbose_ = false;
  bool no_progress_ = false;
};

}  // namespace

const CommandInfo kCpCommand{
    .name = "cp",
    .section = Section::kReach,
    .summary = "Copy files into or out of a running task",
    .examples =
        "sennit cp config.yaml train-3/train:/workspace/\n"
        "sennit cp train-3/train:/workspace/model.pt .",
    .details = "`sennit rsync` with the words of cp: directories come with all that is in them.",
    .make = [] { return std::unique_ptr<Command>(new CpCommand); }};

}  // namespace sennit::cli
