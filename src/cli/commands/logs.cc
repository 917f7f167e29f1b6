#include <fmt/format.h>

#include <algorithm>

#include "base/clock.h"
#include "base/printable.h"
#include "cli/commands/commands.h"
#include "cli/follow/interrupts.h"
#include "cli/not_found.h"
#include "cli/own_task.h"
#include "cli/session.h"
#include "cli/text/moment.h"
#include "client/follow.h"
#include "client/log_frames.h"
#include "views/json_writer.h"

namespace sennit::cli {
namespace {

class LogsCommand final : public Command {
 public:
  Declaration declare() override {
    return {
        .positionals = {{.name = "ID",
                         .help = "the workflow; inside a task its own log is meant without one",
                         .target = &workflow_id_,
                         .completes = Completes::kWorkflow},
                        {.name = "TASK",
                         .help = "one of its tasks; without one all of them, each line with its task",
                         .target = &task_,
                         .completes = Completes::kTask}},
        .options = {
            {.names = "-f,--follow", .value = "", .help = "go on until what is followed has ended", .target = &follow_},
            {.names = "--block",
             .value = "",
             .help = "with --follow: tasks wait for a reader that is slower than they are",
             .target = &block_},
            {.names = "-n,--tail", .value = "N", .help = "only the last N lines, of each task", .target = &tail_},
            {.names = "--since",
             .value = "TIME",
             .help = "only lines from then on: 10m (ago), '2026-11-28 10:00', RFC 3339",
             .target = &since_},
            {.names = "--until", .value = "TIME", .help = "only lines up to then", .target = &until_},
            {.names = "--grep",
             .value = "PATTERN",
             .help = "only lines in which this is found (RE2)",
             .target = &pattern_},
            {.names = "-i,--ignore-case", .value = "", .help = "--grep takes A for a", .target = &ignore_case_},
            {.names = "-C,--context",
             .value = "N",
             .help = "with N lines around each that --grep finds",
             .target = &context_},
            {.names = "--stream",
             .value = "STREAM",
             .help = "only what came by it",
             .target = &stream_,
             .choices = {"stdout", "stderr"}},
            {.names = "--all",
             .value = "",
             .help = "the tasks' lines merged by time, not one task after the other",
             .target = &all_},
            {.names = "-t,--task",
             .value = "TASK",
             .help = "the same as the argument",
             .target = &task_by_option_,
             .completes = Completes::kTask},
            {.names = "-r,--retry-id,--attempt",
             .value = "N",
             .help = "this attempt, 0 for the first; else the latest",
             .target = &attempt_},
            {.names = "--timestamps",
             .value = "",
             .help = "each line with its time and stream",
             .target = &timestamps_},
            {.names = "--format",
             .value = "FORMAT",
             .help = "osmo: lines as OSMO writes them",
             .target = &format_,
             .choices = {"plain", "osmo"}}}};
  }

  ExitCode run(Session& session) override {
    if (session.wants_json()) {
      return session.fail(Error(ErrorCode::kInvalid, "logs are the tasks' own bytes; there is no JSON form of them"));
    }
    if (task_ && task_by_option_ && *task_ != *task_by_option_) {
      return session.fail(Error(ErrorCode::kInvalid,
                                "one task is named as an argument and another one with --task: which of the two?"));
    }
    if (!task_) task_ = task_by_option_;
    if (!name_workflow()) return session.fail(Error(ErrorCode::kInvalid, which_workflow_text()));
    Result<client::LogQuery> query = this->query();
    if (!query) return session.fail(query.error());
    if (!follow_) return stream(session, *query, {});
    Result<Interrupts> interrupts = Interrupts::open();
    if (!interrupts) return session.fail(interrupts.error());
    http::ClientOptions options;
    options.wake_fd = interrupts->fd();
    return stream(session, *query, options);
  }

 private:
  // False: there is none to be meant.
  bool name_workflow() {
    if (workflow_id_) {
      workflow_ = *workflow_id_;
      return true;
    }
    const std::optional<OwnTask> own = own_task();
    if (!own) return false;
    workflow_ = own->workflow;
    if (!task_) task_ = own->task;
    return true;
  }

  Result<client::LogQuery> query() const {
    client::LogQuery query;
    query.task = task_.value_or("");
    if (attempt_) query.attempt = static_cast<std::uint32_t>(std::min<std::uint64_t>(*attempt_, 0xFFFF'FFFF));
    query.tail = tail_;
    if (block_ && !follow_) return Error(ErrorCode::kInvalid, "--block is about a log that is followed: add --follow");
    if (follow_) query.follow = block_ ? client::LogQuery::Follow::kHolding : client::LogQuery::Follow::kYes;
    if (timestamps_) query.timestamps = client::LogQuery::Timestamps::kYes;
    SENNIT_ASSIGN(query.since, moment("--since", since_));
    SENNIT_ASSIGN(query.until, moment("--until", until_));
    if ((ignore_case_ || context_) && !pattern_) {
      return Error(ErrorCode::kInvalid, "--ignore-case and --context are about the lines that --grep finds");
    }
    if (pattern_ && pattern_->empty()) return Error(ErrorCode::kInvalid, "--grep: the pattern is empty");
    query.pattern = pattern_.value_or("");
    if (ignore_case_) query.letters = client::LogQuery::LetterCase::kIgnored;
    query.context = context_;
    query.stream = stream_;
    if (all_ && task_) {
      return Error(ErrorCode::kInvalid, "--all merges the logs of all tasks; leave either it or the task out");
    }
    if (format_ == "osmo") query.format = format_;
    // OSMO's log of a workflow is one by time.
    if (all_ || (format_ == "osmo" && !task_)) query.order = client::LogQuery::Order::kByTime;
    query.framed = client::LogQuery::Framed::kYes;
    return query;
  }

  static Result<std::string> moment(std::string_view flag, const std::optional<std::string>& text) {
    if (!text) return std::string();
    const std::optional<Instant> at = moment_of(*text, SystemClock().now());
    if (!at) return Error(ErrorCode::kInvalid, fmt::format("{} {}: {}", flag, printable(*text), kMomentForms));
    return views::format_instant(*at);
  }

  // A server that goes away while it is followed comes back, and the stream goes on behind what was shown.
  ExitCode stream(Session& session, client::LogQuery query, const http::ClientOptions& options) {
    int lost = 0;
    for (;;) {
      Result<client::Api> api = session.connect(client::IfAbsent::kStart, options);
      if (!api) {
        // One that is killed while it starts says nothing; the next one may.
        const bool again = follow_ && api.error().code() == ErrorCode::kUnavailable;
        if (!again || ++lost > client::EventFollower::kMaxAttempts) return session.fail(api.error());
        continue;
      }
      const std::uint64_t before = frames_.frames();
      query.cursor = frames_.cursor();
      const Result<void> result = stream_once(session, *api, query);
      if (result) return ExitCode::kCompleted;
      const ErrorCode code = result.error().code();
      if (code == ErrorCode::kCancelled) return ExitCode::kCancelled;
      lost = frames_.frames() > before ? 0 : lost + 1;
      if (code != ErrorCode::kUnavailable || lost > client::EventFollower::kMaxAttempts) {
        return fail_for_workflow(session, *api, result.error(), workflow_, query.task);
      }
    }
  }

  Result<void> stream_once(Session& session, client::Api& api, const client::LogQuery& query) {
    frames_.cut();
    Result<void> understood;
    const auto show = [&](std::string_view text) {
      session.out().write(text);
      const bool flushed = !follow_ || session.out().flush().ok();
      return flushed && !session.out().reader_is_gone();
    };
    SENNIT_TRY(api.logs(workflow_, query, [&](std::string_view chunk) {
      bool wanted = true;
      understood = frames_.feed(chunk, [&](std::string_view text) { return wanted = show(text); });
      return understood && wanted ? http::Flow::kContinue : http::Flow::kStop;
    }));
    return understood;
  }

  std::optional<std::string> workflow_id_;  // as it was named
  std::string workflow_;
  std::optional<std::string> task_;
  std::optional<std::string> task_by_option_;
  std::optional<std::uint64_t> tail_;
  std::optional<std::uint64_t> attempt_;
  std::optional<std::string> since_;
  std::optional<std::string> until_;
  std::optional<std::string> pattern_;
  std::optional<std::uint64_t> context_;
  std::string stream_;
  std::string format_;
  bool follow_ = false;
  bool block_ = false;
  bool timestamps_ = false;
  bool ignore_case_ = false;
  bool all_ = false;
  client::LogFrames frames_;
};

}  // namespace

const CommandInfo kLogsCommand{
    .name = "logs",
    .section = Section::kLook,
    .summary = "Show what tasks have printed, or follow it",
    .examples =
        "sennit logs last train\n"
        "sennit logs -f digits-3 train\n"
        "sennit logs -n 50 last\n"
        "sennit logs --all --since 10m --grep 'error|warn' -i last",
    .details =
        "Of one task the bytes are its own, stdout and stderr in the order in which they came. Where something\n"
        "stands in front of lines, or --grep selects them, a progress bar is one line, as it stood last, and what\n"
        "would move the cursor is left out; colours stay. A log that is followed goes on where it was when the server\n"
        "is started anew.",
    .make = [] { return std::unique_ptr<Command>(new LogsCommand); }};

}  // namespace sennit::cli
