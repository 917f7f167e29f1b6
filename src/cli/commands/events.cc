#include <fmt/format.h>

#include <algorithm>

#include "base/clock.h"
#include "base/time_text.h"
#include "cli/commands/commands.h"
#include "cli/follow/interrupts.h"
#include "cli/not_found.h"
#include "cli/own_task.h"
#include "cli/render/event_text.h"
#include "cli/session.h"
#include "client/feed.h"
#include "client/follow.h"
#include "spec/strict_values.h"
#include "views/json.h"
#include "views/json_writer.h"

namespace sennit::cli {
namespace {

constexpr Micros kUsualPast = std::chrono::hours(24);  // of all workflows

// "2h" (ago), "2026-11-21" (its midnight here), "2026-11-21T20:06:40Z".
std::optional<Instant> parse_since(const std::string& text) {
  if (const std::optional<Micros> span = spec::parse_span(text)) return SystemClock().now() - *span;
  const std::optional<std::string> midnight = midnight_of(text);
  return views::parse_instant(midnight.value_or(text));
}

class EventsCommand final : public Command {
 public:
  Declaration declare() override {
    return {
        .positionals = {{.name = "ID",
                         .help = "the workflow; without one, all of the server (inside a task, its own)",
                         .target = &named_,
                         .completes = Completes::kWorkflow}},
        .options = {{.names = "-f,--follow", .value = "", .help = "go on until the workflow ends", .target = &follow_},
                    {.names = "-t,--task",
                     .value = "TASK",
                     .help = "only this task's",
                     .target = &task_,
                     .completes = Completes::kTask},
                    {.names = "-r,--retry-id", .value = "N", .help = "only this attempt's", .target = &attempt_},
                    {.names = "--since",
                     .value = "TIME",
                     .help = "only what happened since then: 2h (ago), 2026-11-21, or RFC 3339",
                     .target = &since_text_}}};
  }

  ExitCode run(Session& session) override {
    if (since_text_ && !(since_ = parse_since(*since_text_))) {
      return session.fail(Error(ErrorCode::kInvalid, fmt::format("--since {}: not a time", *since_text_)),
                          "2h (ago), 2026-11-21, or 2026-11-21T20:06:40Z");
    }
    if (const auto own = own_task()) workflow_ = own->workflow;
    if (named_) workflow_ = *named_;
    if (workflow_.empty()) return follow_all(session);
    return follow_ ? follow(session) : list(session);
  }

 private:
  bool is_wanted(const views::EventView& event) const {
    if (since_ && !workflow_.empty() && event.at < *since_) return false;
    const auto begins_it = [this](const views::MoveView& move) { return move.retry_id == attempt_; };
    return !attempt_ || event.retry_id == *attempt_ || (*attempt_ > 0 && std::ranges::any_of(event.moves, begins_it));
  }

  void print(Session& session, const views::EventView& event) const {
    if (!is_wanted(event)) return;
    const Subjects subjects = workflow_.empty() ? Subjects::kOfAll : Subjects::kOfOne;
    session.out().write(session.wants_json() ? to_json(event) + "\n"
                                             : event_text(event, session.out_style(), subjects));
  }

  ExitCode list(Session& session) {
    Result<client::Api> api = session.connect();
    if (!api) return session.fail(api.error());
    client::EventQuery query;
    query.task = task_;
    const Result<std::string> json = api->events_json(workflow_, query);
    if (!json) return fail_for_workflow(session, *api, json.error(), workflow_, task_);
    if (session.format() == OutputFormat::kJson && !attempt_ && !since_) {
      session.print_json(*json);
      return ExitCode::kCompleted;
    }
    Result<views::EventList> events = views::parse_event_list(*json);
    if (!events) return session.fail(events.error());
    const auto wanted = [this](const views::EventView& event) { return is_wanted(event); };
    if (attempt_ && !since_ && std::ranges::none_of(events->events, wanted)) {
      return session.fail(Error(ErrorCode::kNotFound, fmt::format("there is no attempt {}", *attempt_)));
    }
    if (session.format() == OutputFormat::kJson) {
      std::erase_if(events->events, [&](const views::EventView& event) { return !wanted(event); });
      session.print_json(to_json(*events));
      return ExitCode::kCompleted;
    }
    for (const views::EventView& event : events->events) print(session, event);
    return ExitCode::kCompleted;
  }

  ExitCode follow(Session& session) {
    Result<Interrupts> interrupts = Interrupts::open();
    if (!interrupts) return session.fail(interrupts.error());
    const Result<client::ServerPlace> place = session.place();
    if (!place) return session.fail(place.error());
    http::ClientOptions options;
    options.wake_fd = interrupts->fd();
    client::EventFollower follower(
        *place, options, {.workflow = workflow_, .level = client::EventLevel::kAll, .after = 0, .task = task_});
    ExitCode result = ExitCode::kCompleted;
    const Result<void> followed = follower.follow(
        [&](const views::EventView& event) {
          if (event.kind == "end") result = exit_code_of_status(event.status);
          if (event.kind == "progress" || event.kind == "end") return;
          print(session, event);
          ignore(session.out().flush(), "told at the end");
        },
        [&](const Error& lost) { tell_lost(session, lost); });
    if (followed) return result;
    if (followed.error().code() == ErrorCode::kCancelled) return interrupted(*interrupts);
    Result<client::Api> api = session.connect();
    if (!api) return session.fail(followed.error());
    return fail_for_workflow(session, *api, followed.error(), workflow_, task_);
  }

  // Of all workflows. As one object, they are all gathered first.
  ExitCode follow_all(Session& session) {
    if (!task_.empty() || attempt_) {
      return session.fail(Error(ErrorCode::kInvalid, "--task and --retry-id are of one workflow: its ID is needed"));
    }
    Result<Interrupts> interrupts = Interrupts::open();
    if (!interrupts) return session.fail(interrupts.error());
    const Result<client::ServerPlace> place = session.place();
    if (!place) return session.fail(place.error());
    http::ClientOptions options;
    options.wake_fd = interrupts->fd();
    const Instant now = SystemClock().now();
    using Follow = client::FeedQuery::Follow;
    client::FeedFollower follower(
        *place, options,
        {.since = since_.value_or(follow_ ? now : now - kUsualPast), .follow = follow_ ? Follow::kYes : Follow::kNo});
    const bool gathers = session.format() == OutputFormat::kJson && !follow_;
    views::EventList all;
    const Result<void> followed = follower.follow(
        [&](const views::EventView& event) {
          if (gathers) {
            all.events.push_back(event);
            return;
          }
          print(session, event);
          if (follow_) ignore(session.out().flush(), "told at the end");
        },
        [&](const Error& lost) { tell_lost(session, lost); });
    if (!followed && followed.error().code() == ErrorCode::kCancelled) return interrupted(*interrupts);
    if (!followed) return session.fail(followed.error());
    if (gathers) session.print_json(to_json(all));
    return ExitCode::kCompleted;
  }

  // What is still there when the signals are let through again would end us with another exit code.
  static ExitCode interrupted(Interrupts& interrupts) {
    while (interrupts.take()) {
    }
    return ExitCode::kCancelled;
  }

  static void tell_lost(Session& session, const Error& lost) {
    session.warn("connection lost (" + lost.message() + "), trying again");
  }

  std::optional<std::string> named_;
  std::string workflow_;  // "": all
  std::string task_;
  std::optional<std::uint64_t> attempt_;
  std::optional<std::string> since_text_;
  std::optional<Instant> since_;
  bool follow_ = false;
};

}  // namespace

const CommandInfo kEventsCommand{
    .name = "events",
    .section = Section::kLook,
    .summary = "Show what happened, in a workflow or in all, or follow it",
    .examples =
        "sennit events last\n"
        "sennit events -f digits-3 -o jsonl\n"
        "sennit events digits-3 --task train\n"
        "sennit events -f\n"
        "sennit events --since 2h",
    .details =
        "Without an ID, what the server did in the last day; with -f what it does from now on; --since says otherwise\n"
        "in both cases. A follower goes on when the server is restarted.\n"
        "With -f and an ID, the exit code is the workflow's, as of `run`. With -o jsonl each event is a line.",
    .make = [] { return std::unique_ptr<Command>(new EventsCommand); }};

}  // namespace sennit::cli
