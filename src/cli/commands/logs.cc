#include <fmt/format.h>

#include <algorithm>

#include "cli/commands/commands.h"
#include "cli/follow/interrupts.h"
#include "cli/not_found.h"
#include "cli/own_task.h"
#include "cli/session.h"
#include "client/follow.h"

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
            {.names = "-n,--tail", .value = "N", .help = "only the last N lines", .target = &tail_},
            {.names = "-t,--task",
             .value = "TASK",
             .help = "the same as the argument",
             .target = &task_by_option_,
             .completes = Completes::kTask},
            {.names = "-r,--retry-id",
             .value = "N",
             .help = "this attempt, 0 for the first; else the latest",
             .target = &attempt_},
            {.names = "--timestamps",
             .value = "",
             .help = "each line with its time and stream",
             .target = &timestamps_}}};
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
    client::LogQuery query;
    query.task = task_.value_or("");
    if (attempt_) query.attempt = static_cast<std::uint32_t>(std::min<std::uint64_t>(*attempt_, 0xFFFF'FFFF));
    query.tail = tail_;
    if (follow_) query.follow = client::LogQuery::Follow::kYes;
    if (timestamps_) query.timestamps = client::LogQuery::Timestamps::kYes;
    if (!follow_) return stream(session, query, {});
    Result<Interrupts> interrupts = Interrupts::open();
    if (!interrupts) return session.fail(interrupts.error());
    http::ClientOptions options;
    options.wake_fd = interrupts->fd();
    return stream(session, query, options);
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

  ExitCode stream(Session& session, const client::LogQuery& query, const http::ClientOptions& options) {
    std::uint64_t received = 0;
    int lost = 0;
    for (;;) {
      Result<client::Api> api = session.connect(client::IfAbsent::kStart, options);
      if (!api) return session.fail(api.error());
      const std::uint64_t before = received;
      const Result<void> result = stream_from(session, *api, query, received);
      if (result) return ExitCode::kCompleted;
      const ErrorCode code = result.error().code();
      if (code == ErrorCode::kCancelled) return ExitCode::kCancelled;
      lost = received > before ? 0 : lost + 1;
      const bool repeatable = !query.task.empty() && !query.tail && follow_;
      if (code != ErrorCode::kUnavailable || !repeatable || lost > client::EventFollower::kMaxAttempts) {
        return fail_for_workflow(session, *api, result.error(), workflow_, query.task);
      }
    }
  }

  // A task's log from its beginning is always the same bytes: behind those that were received it goes on.
  Result<void> stream_from(Session& session, client::Api& api, const client::LogQuery& query, std::uint64_t& received) {
    std::uint64_t skip = received;
    return api.logs(workflow_, query, [&](std::string_view chunk) {
      const std::size_t known = std::min<std::uint64_t>(skip, chunk.size());
      skip -= known;
      chunk.remove_prefix(known);
      received += chunk.size();
      session.out().write(chunk);
      const bool flushed = !follow_ || session.out().flush().ok();
      return flushed && !session.out().reader_is_gone() ? http::Flow::kContinue : http::Flow::kStop;
    });
  }

  std::optional<std::string> workflow_id_;  // as it was named
  std::string workflow_;
  std::optional<std::string> task_;
  std::optional<std::string> task_by_option_;
  std::optional<std::uint64_t> tail_;
  std::optional<std::uint64_t> attempt_;
  bool follow_ = false;
  bool timestamps_ = false;
};

}  // namespace

const CommandInfo kLogsCommand{
    .name = "logs",
    .section = Section::kLook,
    .summary = "Show what tasks have printed, or follow it",
    .examples =
        "sennit logs last train\n"
        "sennit logs -f digits-3 train\n"
        "sennit logs -n 50 last",
    .details = "The bytes are the task's own, stdout and stderr in the order in which they came.",
    .make = [] { return std::unique_ptr<Command>(new LogsCommand); }};

}  // namespace sennit::cli
