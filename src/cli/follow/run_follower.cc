#include "cli/follow/run_follower.h"

#include <fmt/format.h>

#include <utility>

#include "base/printable.h"
#include "cli/follow/lines.h"

namespace sennit::cli {
namespace {

constexpr std::uint64_t kMostTasksTold = 100;  // beyond, only failures and progress are told
constexpr std::uint64_t kFewTasks = 20;        // up to so many, completed tasks' last words are shown too
constexpr std::uint64_t kLastLines = 3;
constexpr std::uint64_t kLastLinesOfFailed = 10;
constexpr std::size_t kMostOutputs = 30;
constexpr std::chrono::seconds kProgressPause{5};  // between progress lines that are not redrawn in place

constexpr std::string_view kClearLine = "\r\033[K";

// Each line behind a bar, so that a task's words are not taken for ours.
std::string behind_bar(std::string_view lines, const Style& style) {
  std::string out;
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    out += fmt::format("    {} {}\n", style(Tint::kFaint, "|"), lines.substr(0, end));
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
  return out;
}

}  // namespace

RunFollower::RunFollower(Session& session, Interrupts& interrupts, Followed followed)
    : session_(session),
      interrupts_(interrupts),
      followed_(std::move(followed)),
      tally_(followed_.tasks),
      level_(followed_.tasks <= kMostTasksTold ? client::EventLevel::kTasks : client::EventLevel::kFailures),
      on_terminal_(session.err().is_terminal() && variable("TERM") != "dumb" && !session.is_quiet()) {}

ExitCode RunFollower::follow() {
  const Result<client::ServerPlace> place = session_.place();
  if (!place) return session_.fail(place.error());
  http::ClientOptions options;
  options.wake_fd = interrupts_.fd();
  client::EventFollower follower(*place, options,
                                 {.workflow = followed_.workflow, .level = level_, .after = followed_.after});
  for (;;) {
    const Result<void> followed = follower.follow(
        [this](const views::EventView& event) { on_event(event); },
        [this](const Error& lost) { print(fmt::format("connection lost ({}), trying again", lost.message())); });
    if (on_terminal_) session_.err().write(kClearLine);
    if (followed) return finish();
    if (followed.error().code() != ErrorCode::kCancelled) {
      return session_.fail(followed.error(),
                           fmt::format("the workflow may well go on: `sennit status {}`", followed_.workflow));
    }
    if (const std::optional<ExitCode> code = take_interrupt()) return *code;
  }
}

std::optional<ExitCode> RunFollower::take_interrupt() {
  while (const std::optional<Interrupt> interrupt = interrupts_.take()) {
    if (*interrupt == Interrupt::kTerminalLost) return ExitCode::kCancelled;
    if (cancel_asked_) {
      session_.warn(fmt::format("leaving; the server goes on cancelling {}", followed_.workflow));
      return ExitCode::kCancelled;
    }
    cancel_asked_ = true;
    ask_to_cancel();
  }
  return std::nullopt;
}

void RunFollower::ask_to_cancel() {
  session_.say(fmt::format("Cancelling {}; once more Ctrl-C leaves at once", printable(followed_.workflow)));
  Result<client::Api> api = session_.connect();
  views::ChangeRequest request;
  request.user = user_name();
  request.message = "interrupted at the terminal";
  const Result<views::ChangeReply> asked =
      api ? api->cancel(followed_.workflow, request) : Result<views::ChangeReply>(api.error());
  // It may have finished at this moment; then the stream says so.
  if (!asked && asked.error().code() != ErrorCode::kConflict)
    session_.warn("cannot cancel: " + asked.error().message());
}

void RunFollower::print(std::string_view line) {
  if (on_terminal_) session_.err().write(kClearLine);
  session_.say(line);
}

void RunFollower::on_event(const views::EventView& event) {
  const std::optional<std::string> line = change_line(event, tally_, session_.err_style());
  tally_.take(event);
  if (followed_.only_summary) return;
  if (line) print(*line);
  if (event.kind == "ended") show_output(event);
  show_progress(event);
}

// The last lines that a task printed: of every one that failed, of the others while there are few.
void RunFollower::show_output(const views::EventView& event) {
  const bool failed = is_own_failure(event.status);
  if (session_.is_quiet() || (!failed && (event.status != "COMPLETED" || followed_.tasks > kFewTasks))) return;
  if (outputs_shown_ >= kMostOutputs) return;
  ++outputs_shown_;
  client::LogQuery query;
  query.task = event.task;
  query.attempt = event.retry_id;
  query.tail = failed ? kLastLinesOfFailed : kLastLines;
  std::string lines;
  Result<client::Api> api = session_.connect(client::IfAbsent::kFail);
  const Result<void> read = api ? api->logs(followed_.workflow, query,
                                            [&lines](std::string_view chunk) {
                                              lines += chunk;
                                              return http::Flow::kContinue;
                                            })
                                : Result<void>(api.error());
  ignore(read, "the log can still be asked for; what matters here is how the task ended");
  if (!lines.empty()) print(behind_bar(lines, session_.err_style()));
  // One that never began, or said nothing, has none.
  if (failed && !lines.empty())
    print(fmt::format("    its log: sennit logs {} {}", printable(followed_.workflow), printable(event.task)));
}

void RunFollower::show_progress(const views::EventView& event) {
  if (session_.is_quiet() || event.kind == "end") return;
  if (on_terminal_) {
    session_.err().write(kClearLine);
    session_.err().write(progress_line(tally_, session_.err().columns() - 1));
    ignore(session_.err().flush(), "there is nowhere to tell that stderr is broken");
    return;
  }
  if (level_ == client::EventLevel::kTasks || event.kind != "progress") return;
  const auto now = std::chrono::steady_clock::now();
  if (now - last_progress_ < kProgressPause) return;
  last_progress_ = now;
  session_.say(progress_line(tally_, 120));
}

ExitCode RunFollower::finish() {
  session_.say(summary({.workflow = followed_.workflow, .outputs = followed_.outputs}, tally_, session_.err_style()));
  if (session_.wants_json()) {
    Result<client::Api> api = session_.connect();
    if (!api) return session_.fail(api.error());
    const Result<std::string> json = api->workflow_json(followed_.workflow, client::Attempts::kLatest);
    if (!json) return session_.fail(json.error());
    session_.print_json(*json);
  }
  return exit_code_of_status(tally_.status());
}

}  // namespace sennit::cli
