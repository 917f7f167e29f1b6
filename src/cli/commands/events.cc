#include <fmt/format.h>

#include <algorithm>

#include "cli/commands/commands.h"
#include "cli/follow/interrupts.h"
#include "cli/not_found.h"
#include "cli/render/event_text.h"
#include "cli/session.h"
#include "client/follow.h"
#include "views/json.h"

namespace sennit::cli {
namespace {

class EventsCommand final : public Command {
 public:
  Declaration declare() override {
    return {
        .positionals =
            {{.name = "ID", .help = "the workflow", .target = &workflow_, .completes = Completes::kWorkflow}},
        .options = {{.names = "-f,--follow", .value = "", .help = "go on until the workflow ends", .target = &follow_},
                    {.names = "-t,--task",
                     .value = "TASK",
                     .help = "only this task's",
                     .target = &task_,
                     .completes = Completes::kTask},
                    {.names = "-r,--retry-id", .value = "N", .help = "only this attempt's", .target = &attempt_}}};
  }

  ExitCode run(Session& session) override { return follow_ ? follow(session) : list(session); }

 private:
  bool is_wanted(const views::EventView& event) const {
    const auto begins_it = [this](const views::MoveView& move) { return move.retry_id == attempt_; };
    return !attempt_ || event.retry_id == *attempt_ || (*attempt_ > 0 && std::ranges::any_of(event.moves, begins_it));
  }

  void print(Session& session, const views::EventView& event) const {
    if (!is_wanted(event)) return;
    session.out().write(session.wants_json() ? to_json(event) + "\n" : event_text(event, session.out_style()));
  }

  ExitCode list(Session& session) {
    Result<client::Api> api = session.connect();
    if (!api) return session.fail(api.error());
    client::EventQuery query;
    query.task = task_;
    const Result<std::string> json = api->events_json(workflow_, query);
    if (!json) return fail_for_workflow(session, *api, json.error(), workflow_, task_);
    if (session.format() == OutputFormat::kJson && !attempt_) {
      session.print_json(*json);
      return ExitCode::kCompleted;
    }
    Result<views::EventList> events = views::parse_event_list(*json);
    if (!events) return session.fail(events.error());
    if (session.format() == OutputFormat::kJson) {
      std::erase_if(events->events, [this](const views::EventView& event) { return !is_wanted(event); });
      session.print_json(to_json(*events));
      return ExitCode::kCompleted;
    }
    const auto wanted = [this](const views::EventView& event) { return is_wanted(event); };
    if (attempt_ && std::ranges::none_of(events->events, wanted)) {
      return session.fail(Error(ErrorCode::kNotFound, fmt::format("there is no attempt {}", *attempt_)));
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
    const Result<void> followed = follower.follow(
        [&](const views::EventView& event) {
          if (event.kind == "progress" || event.kind == "end") return;
          print(session, event);
          ignore(session.out().flush(), "told at the end");
        },
        [&](const Error& lost) { session.warn("connection lost (" + lost.message() + "), trying again"); });
    if (followed) return ExitCode::kCompleted;
    if (followed.error().code() == ErrorCode::kCancelled) return ExitCode::kCancelled;
    Result<client::Api> api = session.connect();
    if (!api) return session.fail(followed.error());
    return fail_for_workflow(session, *api, followed.error(), workflow_, task_);
  }

  std::string workflow_;
  std::string task_;
  std::optional<std::uint64_t> attempt_;
  bool follow_ = false;
};

}  // namespace

const CommandInfo kEventsCommand{.name = "events",
                                 .section = Section::kLook,
                                 .summary = "Show a workflow's history, or follow it",
                                 .examples =
                                     "sennit events last\n"
                                     "sennit events -f digits-3 -o jsonl\n"
                                     "sennit events digits-3 --task train",
                                 .make = [] { return std::unique_ptr<Command>(new EventsCommand); }};

}  // namespace sennit::cli
