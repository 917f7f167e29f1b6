#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <thread>

#include "cli/channel/exec_run.h"
#include "cli/channel/group_run.h"
#include "cli/channel/raw_terminal.h"
#include "cli/commands/commands.h"
#include "cli/not_found.h"
#include "cli/session.h"

namespace sennit::cli {
namespace {

constexpr std::uint64_t kPatienceSeconds = 60;
constexpr int kSignalBase = 128;
// Before a shell is opened again whose connection was lost.
constexpr std::array<std::chrono::milliseconds, 5> kPauses = {std::chrono::milliseconds(100),
                                                              std::chrono::milliseconds(500), std::chrono::seconds(1),
                                                              std::chrono::seconds(3), std::chrono::seconds(10)};

// The command's own code is ours.
ExitCode of_command(int code) { return static_cast<ExitCode>(code & 0xff); }

int code_of(const views::ChannelResultView& result) {
  if (result.status == "exited") return result.code;
  if (result.status == "signaled") return kSignalBase + result.code;
  if (result.status == "refused" && result.code != 0) return result.code;
  return static_cast<int>(result.status == "refused" ? ExitCode::kFailed : ExitCode::kUnreachable);
}

bool is_cut_off(const views::ChannelResultView& result) { return result.status == "lost" || result.status == "broken"; }

class ExecCommand final : public Command {
 public:
  Declaration declare() override {
    return {
        .positionals = {{.name = "ID", .help = "the workflow", .target = &workflow_, .completes = Completes::kWorkflow},
                        {.name = "TASK",
                         .help = "the task; with --group the command begins here",
                         .target = &task_,
                         .completes = Completes::kTask},
                        {.name = "COMMAND",
                         .help = "what to run, best behind --; without one a shell",
                         .target = &command_,
                         .list = Positional::List::kAnyNumber}},
        .options = {
            {.names = "-g,--group",
             .value = "GROUP",
             .help = "in every running task of the group, without input; each line with its task",
             .target = &group_},
            {.names = "--entry",
             .value = "COMMAND",
             .help = "the command as one text, for the task's sh",
             .target = &entry_},
            {.names = "--tty", .value = "", .help = "with a terminal, also where there is none here", .target = &tty_},
            {.names = "-T,--no-tty",
             .value = "",
             .help = "without a terminal: bytes go through as they are",
             .target = &no_tty_},
            {.names = "-e,--env",
             .value = "NAME=VALUE",
             .help = "one more variable for the command",
             .target = &environment_},
            {.names = "-w,--workdir",
             .value = "DIR",
             .help = "where it runs; else where the task's command was started",
             .target = &directory_},
            {.names = "--keep-alive",
             .value = "",
             .help = "open it again when the connection is lost",
             .target = &keep_alive_},
            {.names = "--connect-timeout",
             .value = "SECONDS",
             .help = "how long to wait until it runs (60)",
             .target = &timeout_}}};
  }

  ExitCode run(Session& session) override {
    if (const Result<void> good = arrange(); !good) return session.fail(good.error());
    if (!group_.empty()) return run_group(session);
    if (!task_) return session.fail(Error(ErrorCode::kInvalid, "TASK is missing: in which task, or --group of tasks?"));
    for (std::size_t lost = 0;;) {
      Result<http::WebSocket::Start> start = open(session, *task_);
      if (!start) return fail_for_workflow(session, start.error(), workflow_, *task_);
      const ExecEnd end = run_exec(std::move(*start), {.terminal = terminal(), .patience = patience()});
      if (end.interrupted) return ExitCode::kCancelled;
      if (end.was_open) lost = 0;
      if (!keep_alive_ || !is_cut_off(end.result)) return tell_end(session, end.result);
      session.say(fmt::format("{}: {}; opening it again", *task_, end.result.message));
      std::this_thread::sleep_for(kPauses[std::min(lost++, kPauses.size() - 1)]);
    }
  }

 private:
  Result<void> arrange() {
    if (!group_.empty() && task_) command_.insert(command_.begin(), *task_);
    if (!entry_.empty() && !command_.empty()) {
      return Error(ErrorCode::kInvalid,
                   "a command is given as arguments and another one with --entry: which of the two?");
    }
    if (!entry_.empty()) command_ = {"sh", "-c", entry_};
    if (tty_ && no_tty_) return Error(ErrorCode::kInvalid, "--tty and --no-tty: which of the two?");
    if (!group_.empty() && (tty_ || keep_alive_)) {
      return Error(ErrorCode::kInvalid, "--group runs commands without input: it takes neither --tty nor --keep-alive");
    }
    if (!group_.empty() && command_.empty()) return Error(ErrorCode::kInvalid, "--group wants a command to run");
    return {};
  }

  Terminal terminal() const {
    return (tty_ || is_on_terminal()) && !no_tty_ && group_.empty() ? Terminal::kOurs : Terminal::kNone;
  }
  Micros patience() const { return std::chrono::seconds(timeout_.value_or(kPatienceSeconds)); }

  client::ExecQuery query() const {
    client::ExecQuery query{.command = command_, .terminal = {}, .environment = environment_, .directory = directory_};
    if (terminal() == Terminal::kNone) return query;
    query.terminal = terminal_size();
    query.environment.insert(query.environment.begin(), "TERM=" + variable("TERM").value_or("xterm"));
    return query;
  }

  Result<http::WebSocket::Start> open(Session& session, std::string_view task) const {
    SENNIT_ASSIGN(client::Reach reach, session.reach());
    return reach.exec(workflow_, task, query());
  }

  ExitCode tell_end(Session& session, const views::ChannelResultView& result) {
    if (result.status != "exited" && result.status != "signaled") {
      session.fail(Error(ErrorCode::kInternal, fmt::format("{}: {}", *task_, result.message)));
    }
    return of_command(code_of(result));
  }

  ExitCode run_group(Session& session) {
    Result<client::Api> api = session.connect(client::IfAbsent::kStart);
    if (!api) return session.fail(api.error());
    const Result<views::WorkflowView> view = api->workflow(workflow_);
    if (!view) return fail_for_workflow(session, *api, view.error(), workflow_);
    const auto group = std::ranges::find(view->groups, group_, &views::GroupView::name);
    if (group == view->groups.end()) {
      return session.fail(Error(ErrorCode::kNotFound, fmt::format("{} has no group '{}'", view->name, group_)));
    }
    std::vector<GroupMember> members;
    for (const views::TaskView& task : group->tasks) {
      if (task.status != "RUNNING") continue;
      Result<http::WebSocket::Start> start = open(session, task.name);
      if (!start) return session.fail(start.error());
      members.push_back({task.name, std::move(*start)});
    }
    if (members.empty())
      return session.fail(Error(ErrorCode::kConflict, fmt::format("no task of group {} is running", group_)));
    int code = 0;
    for (const GroupEnd& end : run_in_group(session, std::move(members), patience())) {
      task_ = end.task;
      code = std::max(code, static_cast<int>(tell_end(session, end.result)));
    }
    return of_command(code);
  }

  std::string workflow_;
  std::optional<std::string> task_;
  std::vector<std::string> command_;
  std::string group_;
  std::string entry_;
  bool tty_ = false;
  bool no_tty_ = false;
  std::vector<std::string> environment_;
  std::string directory_;
  bool keep_alive_ = false;
  std::optional<std::uint64_t> timeout_;
};

}  // namespace

const CommandInfo kExecCommand{
    .name = "exec",
    .section = Section::kReach,
    .summary = "Run a command or a shell inside a running task",
    .examples =
        "sennit exec my-workflow task-1 -- bash\n"
        "sennit exec last train -- nvidia-smi\n"
        "sennit exec last train -- tar c . | tar x -C /tmp/copy\n"
        "sennit exec last --group workers -- hostname",
    .details =
        "It gets the task's own environment, directory, files and namespaces, in a container, a sandbox or a\n"
        "plain process alike, and is held to the task's limits. On a terminal it has a terminal of its own;\n"
        "in a pipe bytes go through as they are, and its standard error stays apart.\n"
        "The exit code is the command's; 128 and the number of a signal that ended it; 126 or 127 if it could\n"
        "not be started; 10 if the connection was lost or the task has ended. When the task ends, so does the\n"
        "command.",
    .make = [] { return std::unique_ptr<Command>(new ExecCommand); }};

}  // namespace sennit::cli
