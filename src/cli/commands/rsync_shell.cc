#include <sstream>

#include "cli/channel/exec_run.h"
#include "cli/commands/commands.h"
#include "cli/not_found.h"
#include "cli/session.h"

namespace sennit::cli {
namespace {

constexpr Micros kPatience = std::chrono::seconds(60);
constexpr int kSshFailed = 255;  // what rsync takes for a connection that failed

// What rsync starts as its remote shell: `sennit rsync-shell ID TASK HOST PROGRAM ARGUMENT...`.
class RsyncShellCommand final : public Command {
 public:
  Declaration declare() override {
    return {
        .positionals = {{.name = "ID", .help = "the workflow", .target = &workflow_},
                        {.name = "TASK", .help = "the task", .target = &task_},
                        {.name = "WORDS", .help = "a host's name, of no meaning, and the command", .target = &words_}}};
  }

  ExitCode run(Session& session) override {
    Result<client::Reach> reach = session.reach();
    if (!reach) return session.fail(reach.error());
    Result<http::WebSocket::Start> start = reach->exec(workflow_, task_, {.command = command()});
    if (!start) {
      session.fail(start.error());
      return static_cast<ExitCode>(kSshFailed);
    }
    const ExecEnd end = run_exec(std::move(*start), {.patience = kPatience});
    if (end.result.status == "exited") return static_cast<ExitCode>(end.result.code);
    if (end.result.status == "refused" && end.result.code != 0) return static_cast<ExitCode>(end.result.code);
    if (!end.result.message.empty()) session.warn(end.result.message);
    return static_cast<ExitCode>(kSshFailed);
  }

 private:
  // The program may be several words, as a shell would split them.
  std::vector<std::string> command() const {
    std::vector<std::string> command;
    if (words_.size() < 2) return command;
    std::istringstream program(words_[1]);
    for (std::string word; program >> word;) command.push_back(word);
    command.insert(command.end(), words_.begin() + 2, words_.end());
    return command;
  }

  std::string workflow_;
  std::string task_;
  std::vector<std::string> words_;
};

}  // namespace

const CommandInfo kRsyncShellCommand{
    .name = "rsync-shell", .section = Section::kHidden, .summary = "What rsync starts to reach a task", .make = [] {
      return std::unique_ptr<Command>(new RsyncShellCommand);
    }};

}  // namespace sennit::cli
