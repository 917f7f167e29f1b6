#include <fmt/format.h>

#include <chrono>
#include <filesystem>

#include "cli/commands/commands.h"
#include "cli/not_found.h"
#include "cli/rsync/remote_rsync.h"
#include "cli/rsync/sync_daemon.h"
#include "cli/rsync/sync_daemons.h"
#include "cli/rsync/sync_once.h"
#include "proc/detached.h"

namespace sennit::cli {
namespace {

constexpr std::uint64_t kTimeout = 10;
constexpr std::uint64_t kDebounce = 1;
constexpr std::uint64_t kReconcile = 60;
constexpr std::uint64_t kMaxLogSize = 2 * 1024 * 1024;

// Without a TASK it is the lead of the first group, as with OSMO.
Result<std::string> lead_task(client::Api& api, const std::string& workflow) {
  SENNIT_ASSIGN(const views::WorkflowView view, api.workflow(workflow));
  for (const views::GroupView& group : view.groups) {
    for (const views::TaskView& task : group.tasks) {
      if (task.lead || group.tasks.size() == 1) return task.name;
    }
  }
  return Error(ErrorCode::kNotFound, fmt::format("{} has no task", workflow));
}

class RsyncCommand : public Command {
 public:
  explicit RsyncCommand(SyncWay way) : way_(way) {}

  Declaration declare() override {
    const bool upload = way_ == SyncWay::kUpload;
    Declaration declaration{
        .positionals = {{.name = "ID", .help = "the workflow", .target = &workflow_, .completes = Completes::kWorkflow},
                        {.name = "TASK",
                         .help = "the task; may be left out: the lead of the first group",
                         .target = &second_,
                         .completes = Completes::kTask},
                        {.name = "PATHS", .help = upload ? "LOCAL:REMOTE" : "REMOTE:LOCAL", .target = &third_}},
        .options = {
            {.names = "--timeout",
             .value = "SECONDS",
             .help = "give up when nothing moves for so long (10)",
             .target = &timeout_},
            {.names = "--upload-rate-limit,--rate-limit",
             .value = "BYTES",
             .help = "a second at most",
             .target = &rate_limit_},
            {.names = "--delete",
             .value = "",
             .help = "also remove what is no longer there at the source",
             .target = &delete_},
            {.names = "--exclude",
             .value = "PATTERN",
             .help = "leave these out, as rsync's --exclude",
             .target = &exclude_},
            {.names = "-v,--verbose", .value = "", .help = "name each file", .target = &verbose_},
            {.names = "--no-progress", .value = "", .help = "do not say how far it is", .target = &no_progress_}}};
    if (!upload) return declaration;
    const std::vector<Option> more = {
        {.names = "--daemon",
         .value = "",
         .help = "go on in the background, and send what changes",
         .target = &daemon_},
        {.names = "--debounce-delay",
         .value = "SECONDS",
         .help = "after a change, until it is quiet for so long (1)",
         .target = &debounce_},
        {.names = "--reconcile-interval",
         .value = "SECONDS",
         .help = "look at everything this often (60)",
         .target = &reconcile_},
        {.names = "--poll-interval",
         .value = "SECONDS",
         .help = "of no effect: changes are told by the kernel",
         .target = &poll_,
         .shown = Option::Shown::kNo},
        {.names = "--max-log-size", .value = "BYTES", .help = "of the daemon's log (2 MiB)", .target = &max_log_size_},
        {.names = "--in-background",
         .value = "",
         .help = "this is the daemon",
         .target = &in_background_,
         .shown = Option::Shown::kNo}};
    declaration.options.insert(declaration.options.end(), more.begin(), more.end());
    return declaration;
  }

  ExitCode run(Session& session) override {
    if (const Result<void> good = arrange(session); !good) return session.fail(good.error());
    if (in_background_) {
      return run_sync_daemon(session, {.job = job_,
                                       .debounce = std::chrono::seconds(debounce_.value_or(kDebounce)),
                                       .reconcile = std::chrono::seconds(reconcile_.value_or(kReconcile)),
                                       .max_log_size = max_log_size_.value_or(kMaxLogSize)});
    }
    return daemon_ ? start_daemon(session) : sync_once(session, std::move(job_));
  }

 private:
  Result<void> arrange(Session& session) {
    const std::string& text = third_ ? *third_ : second_;
    SENNIT_ASSIGN(job_.paths, parse_sync_paths(text));
    job_.way = way_;
    SENNIT_ASSIGN(client::Api api, session.connect(client::IfAbsent::kStart));
    job_.workflow = workflow_;
    job_.task = second_;
    if (!third_) {
      SENNIT_ASSIGN(job_.task, lead_task(api, workflow_));
    }
    if (workflow_ == "last") {  // another one may be by the time that rsync asks
      SENNIT_ASSIGN(const views::WorkflowView view, api.workflow(workflow_));
      job_.workflow = view.name;
    }
    std::error_code error;
    if (way_ == SyncWay::kUpload && !std::filesystem::exists(job_.paths.from, error)) {
      return Error(ErrorCode::kNotFound, fmt::format("there is no {} here to send", job_.paths.from));
    }
    job_.timeout = timeout_.value_or(kTimeout);
    job_.rate_limit = rate_limit_.value_or(0);
    if (delete_) job_.more.emplace_back("--delete");
    for (const std::string& pattern : exclude_) job_.more.push_back("--exclude=" + pattern);
    job_.talk = talk_of(session, verbose_, no_progress_);
    return {};
  }

  ExitCode start_daemon(Session& session) {
    // Whether there is a way, before nobody looks any more.
    if (const Result<std::string> words = find_remote_rsync(session, job_.workflow, job_.task); !words) {
      return fail_for_workflow(session, words.error(), job_.workflow, job_.task);
    }
    const Result<client::ServerPlace> place = session.place();
    if (!place) return session.fail(place.error());
    const SyncDaemons daemons(place->state_dir);
    const std::string name = sync_name(job_);
    // Whoever lives there already is told of now; the lock is the daemon's to take.
    if (const Result<proc::FileLock> lock = daemons.take_place(name); !lock) {
      return session.fail(
          Error(ErrorCode::kConflict, fmt::format("{}:{} is synchronised already; `sennit rsync status` shows it",
                                                  job_.paths.from, job_.paths.to)));
    }
    std::error_code error;
    const std::string from = std::filesystem::absolute(job_.paths.from, error).string();
    proc::DetachedProgram program{.program = place->executable,
                                  .argv = {"sennit", "rsync", "upload", job_.workflow, job_.task,
                                           escaped(from) + ":" + job_.paths.to, "--in-background", "--no-progress"},
                                  .log = daemons.log_path(name)};
    const auto pass_on = [&](const char* option, const std::optional<std::uint64_t>& value) {
      if (value) program.argv.insert(program.argv.end(), {option, std::to_string(*value)});
    };
    pass_on("--timeout", timeout_);
    pass_on("--rate-limit", rate_limit_);
    pass_on("--debounce-delay", debounce_);
    pass_on("--reconcile-interval", reconcile_);
    pass_on("--max-log-size", max_log_size_);
    if (delete_) program.argv.emplace_back("--delete");
    for (const std::string& pattern : exclude_) program.argv.push_back("--exclude=" + pattern);
    if (const Result<void> started = proc::start_detached(program); !started) return session.fail(started.error());
    session.say(fmt::format(
        "Sending what changes in {} to {} of task {}; `sennit rsync status` shows it, `sennit rsync stop` ends it",
        from, job_.paths.to, job_.task));
    return ExitCode::kCompleted;
  }

  static std::string escaped(const std::string& path) {
    std::string text;
    for (const char c : path) {
      if (c == ':' || c == '\\') text += '\\';
      text += c;
    }
    return text;
  }

  const SyncWay way_;
  SyncJob job_;
  std::string workflow_;
  std::string second_;
  std::optional<std::string> third_;
  std::optional<std::uint64_t> timeout_;
  std::optional<std::uint64_t> rate_limit_;
  std::optional<std::uint64_t> debounce_;
  std::optional<std::uint64_t> reconcile_;
  std::optional<std::uint64_t> poll_;
  std::optional<std::uint64_t> max_log_size_;
  std::vector<std::string> exclude_;
  bool delete_ = false;
  bool verbose_ = false;
  bool no_progress_ = false;
  bool daemon_ = false;
  bool in_background_ = false;
};

}  // namespace

const CommandInfo kRsyncUploadCommand{
    .name = "rsync upload",
    .section = Section::kReach,
    .summary = "Send files into a running task, only what has changed",
    .examples =
        "sennit rsync upload last train src/:/workspace/src\n"
        "sennit rsync upload last train src/:/workspace/src --daemon",
    .details =
        "This is rsync, through the way that `sennit exec` takes: a directory with a slash at its end means\n"
        "what is in it, and an interrupted transfer goes on where it was. A relative path in the task counts\n"
        "from where its command was started. A task without rsync is lent this machine's.",
    .make = [] { return std::unique_ptr<Command>(new RsyncCommand(SyncWay::kUpload)); }};

const CommandInfo kRsyncDownloadCommand{
    .name = "rsync download",
    .section = Section::kReach,
    .summary = "Fetch files out of a running task, only what has changed",
    .examples = "sennit rsync download last train /workspace/logs/:logs/",
    .details = "As `sennit rsync upload`, the other way.",
    .make = [] { return std::unique_ptr<Command>(new RsyncCommand(SyncWay::kDownload)); }};

}  // namespace sennit::cli
