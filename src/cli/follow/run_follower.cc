#include "cli/follow/run_follower.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/clock.h"
#include "base/printable.h"
#include "cli/follow/lines.h"
#include "cli/follow/summary.h"
#include "logs/shown_line.h"

namespace sennit::cli {
namespace {

constexpr std::uint64_t kMostTasksTold = 400;     // beyond, only failures and progress are told
constexpr std::uint64_t kMostTasksSeen = 10'000;  // beyond, the block does not name what runs
constexpr std::size_t kMostNews = 200;            // told of a workflow of more than kMostTasksTold
constexpr std::uint64_t kFewTasks = 20;           // up to so many, completed tasks' last words are shown too
constexpr std::uint64_t kLastLines = 3;
constexpr std::uint64_t kLastLinesOfFailed = 10;
constexpr std::size_t kMostOutputs = 30;
// Between progress lines that are not drawn again in place: further apart the longer it takes.
constexpr std::chrono::seconds kShortestPause{5};
constexpr std::chrono::minutes kLongestPause{5};
constexpr int kPartOfTime = 20;

std::chrono::steady_clock::duration progress_pause(std::chrono::steady_clock::duration since_begin) {
  return std::clamp<std::chrono::steady_clock::duration>(since_begin / kPartOfTime, kShortestPause, kLongestPause);
}

// Of what is drawn again and again, the last drawing; without what moves the cursor.
std::string shown_line(std::string_view line) {
  while (line.ends_with('\r')) line.remove_suffix(1);
  const std::size_t drawn = line.rfind('\r');
  std::string shown;
  logs::append_shown(shown, drawn == std::string_view::npos ? line : line.substr(drawn + 1));
  return shown;
}

// With the task's name and a bar in front of each, so that its words are not taken for ours.
std::string behind_bar(std::string_view lines, std::string_view task, const Style& style) {
  const std::string front = style(Tint::kFaint, printable(task) + " |");
  std::string out;
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    const std::string line = shown_line(lines.substr(0, end));
    out += fmt::format("    {} {}\n", front, style.is_colored() ? line : logs::without_colours(line));
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
  return out;
}

}  // namespace

RunFollower::RunFollower(Session& session, Interrupts& interrupts, Followed followed)
    : session_(session),
      interrupts_(interrupts),
      followed_(std::move(followed)),
      tally_(followed_.workflow, followed_.tasks),
      draws_block_(!followed_.only_summary && can_draw_block(session)),
      level_(followed_.tasks <= (draws_block_ ? kMostTasksSeen : kMostTasksTold) ? client::EventLevel::kTasks
                                                                                 : client::EventLevel::kFailures) {}

std::vector<BlockLine> RunFollower::block(const BlockLook& look) const {
  return block_lines(tally_, SystemClock().now(), look);
}

std::string RunFollower::standing() const { return progress_line(tally_, SystemClock().now(), session_.err_style()); }

void RunFollower::catch_up() {
  if (!progress_) return;
  for (auto& [task, text] : progress_->take()) tally_.take_progress(task, std::move(text));
}

ExitCode RunFollower::follow() {
  const Result<client::ServerPlace> place = session_.place();
  if (!place) return session_.fail(place.error());
  if (const Result<void> opened = open_display(*place); !opened) return session_.fail(opened.error());
  return follow_to_the_end(*place);
}

Result<void> RunFollower::open_display(const client::ServerPlace& place) {
  const auto below = draws_block_ ? Display::Below::kBlock : Display::Below::kNothing;
  SENNIT_ASSIGN(display_, Display::open(session_, *this, below));
  if (!draws_block_ || followed_.tasks > kMostTasksTold) return {};
  SENNIT_ASSIGN(progress_, ProgressWatch::open(place, followed_.workflow));
  return display_->watch(progress_->fd());
}

void RunFollower::close_display() {
  progress_.reset();
  display_->close();
}

ExitCode RunFollower::follow_to_the_end(const client::ServerPlace& place) {
  http::ClientOptions options;
  options.wake_fd = interrupts_.fd();
  options.aside = display_.get();
  client::EventFollower follower(place, options,
                                 {.workflow = followed_.workflow, .level = level_, .after = followed_.after});
  for (;;) {
    const Result<void> followed =
        follower.follow([this](const views::EventView& event) { on_event(event); },
                        [this](const Error& lost) {
                          display_->print(fmt::format("connection lost ({}), trying again", printable(lost.message())));
                        });
    if (followed) return finish();
    if (followed.error().code() != ErrorCode::kCancelled) {
      close_display();
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
      close_display();
      session_.warn(fmt::format("leaving; the server goes on cancelling {}", followed_.workflow));
      return ExitCode::kCancelled;
    }
    cancel_asked_ = true;
    ask_to_cancel();
  }
  return std::nullopt;
}

void RunFollower::ask_to_cancel() {
  display_->print(fmt::format("Cancelling {}; once more Ctrl-C leaves at once", printable(followed_.workflow)));
  Result<client::Api> api = session_.connect();
  views::ChangeRequest request;
  request.user = user_name();
  request.message = "interrupted at the terminal";
  const Result<views::ChangeReply> asked =
      api ? api->cancel(followed_.workflow, request) : Result<views::ChangeReply>(api.error());
  // It may have finished at this moment; then the stream says so.
  if (asked || asked.error().code() == ErrorCode::kConflict) return;
  display_->without_block([&] { session_.warn("cannot cancel: " + asked.error().message()); });
}

void RunFollower::on_event(const views::EventView& event) {
  if (!followed_.only_summary) show_change(event);
  tally_.take(event);
  if (followed_.only_summary) return;
  if (event.kind == "ended") show_output(event);
  show_progress(event);
}

void RunFollower::show_change(const views::EventView& event) {
  const bool is_large = followed_.tasks > kMostTasksTold;
  if (is_large && (!is_news(event) || news_told_ > kMostNews)) return;
  const std::optional<std::string> line = change_line(event, tally_, session_.err_style());
  if (!line) return;
  if (is_large && ++news_told_ > kMostNews) {
    display_->print("More of these are not told one by one; `sennit events` has them all");
    return;
  }
  display_->print(*line);
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
  if (!lines.empty()) display_->print(behind_bar(lines, event.task, session_.err_style()));
  // One that never began, or said nothing, has none.
  if (failed && !lines.empty())
    display_->print(
        fmt::format("    its log: sennit logs {} {}", printable(followed_.workflow), printable(event.task)));
}

void RunFollower::show_progress(const views::EventView& event) {
  if (event.kind == "end") return;
  if (draws_block_) return display_->changed();
  if (level_ == client::EventLevel::kTasks || event.kind != "progress") return;
  const auto now = std::chrono::steady_clock::now();
  if (now - last_progress_ < progress_pause(now - begun_)) return;
  last_progress_ = now;
  display_->print(standing());
}

ExitCode RunFollower::finish() {
  close_display();
  session_.say(summary(tally_, followed_.outputs, session_.err_style()));
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
