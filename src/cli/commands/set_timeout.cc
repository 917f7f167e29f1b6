#include <fmt/format.h>
#include <fmt/ranges.h>

#include <optional>
#include <string>
#include <vector>

#include "base/printable.h"
#include "base/time_text.h"
#include "cli/commands/commands.h"
#include "cli/input/consent.h"
#include "cli/not_found.h"
#include "cli/session.h"
#include "spec/strict_values.h"
#include "views/json.h"

namespace sennit::cli {
namespace {

// Seconds; 0 for "none".
Result<std::optional<double>> time_of(std::string_view option, const std::optional<std::string>& text) {
  if (!text) return std::optional<double>();
  if (*text == "none") return std::optional<double>(0);
  const std::optional<Micros> time = spec::parse_span(*text);
  if (!time) {
    return Error(ErrorCode::kInvalid,
                 fmt::format("{} {}: a time was expected, such as 90 (seconds), 30m, 8h, 1h30m, 2d or PT8H, or 'none'",
                             option, *text));
  }
  return std::optional<double>(static_cast<double>(time->count()) / 1e6);
}

std::string shown(const std::optional<double>& limit) { return limit ? limit_text(*limit) : "none"; }

// What would be stopped, for a question.
std::string what_ends(const views::TimeoutsReply& reply) {
  constexpr std::size_t kMostNamed = 5;
  if (reply.workflow_ends_now) return "the whole workflow " + printable(reply.name);
  std::vector<std::string> names;
  for (const std::string& name : reply.ends_now) {
    if (names.size() < kMostNamed) names.push_back(printable(name));
  }
  std::string text = fmt::format("{}", fmt::join(names, ", "));
  if (reply.ends_now.size() > kMostNamed) text += fmt::format(" and {} more", reply.ends_now.size() - kMostNamed);
  return text;
}

class SetTimeoutCommand final : public Command {
 public:
  Declaration declare() override {
    return {
        .positionals = {{.name = "ID", .help = "the workflow", .target = &workflow_, .completes = Completes::kWorkflow},
                        {.name = "TASK",
                         .help = "a task or group; without one, all of them",
                         .target = &target_,
                         .completes = Completes::kTask}},
        .options = {
            {.names = "-e,--exec",
             .value = "TIME",
             .help = "how long it may run: 90, 30m, 8h, 2d, none",
             .target = &exec_},
            {.names = "--queue", .value = "TIME", .help = "how long it may wait for resources", .target = &queue_},
            {.names = "-w,--workflow",
             .value = "TIME",
             .help = "how long the whole workflow may run",
             .target = &whole_},
            {.names = "-y,--yes", .value = "", .help = "do not ask before something ends at once", .target = &yes_}}};
  }

  ExitCode run(Session& session) override {
    const Result<void> read = read_request();
    if (!read) return session.fail(read.error(), "sennit help set-timeout");
    Result<client::Api> api = session.connect();
    if (!api) return session.fail(api.error());
    if (!yes_) {
      request_.dry_run = true;
      const Result<views::TimeoutsReply> outlook = api->set_timeouts(workflow_, request_);
      if (!outlook) return fail_for_workflow(session, *api, outlook.error(), workflow_, request_.target);
      if (const std::optional<ExitCode> stop = object(session, *outlook)) return *stop;
      request_.dry_run = false;
    }
    const Result<views::TimeoutsReply> reply = api->set_timeouts(workflow_, request_);
    if (!reply) return fail_for_workflow(session, *api, reply.error(), workflow_, request_.target);
    tell(session, *reply);
    return ExitCode::kCompleted;
  }

 private:
  Result<void> read_request() {
    request_.user = user_name();
    request_.target = target_.value_or("");
    SENNIT_ASSIGN(request_.exec_timeout, time_of("--exec", exec_));
    SENNIT_ASSIGN(request_.queue_timeout, time_of("--queue", queue_));
    SENNIT_ASSIGN(request_.workflow_timeout, time_of("--workflow", whole_));
    if (exec_ || queue_ || whole_) return {};
    return Error(ErrorCode::kInvalid, "which limit? --exec, --queue or --workflow, each with a time or 'none'");
  }

  // An exit code: it is not to be done.
  static std::optional<ExitCode> object(Session& session, const views::TimeoutsReply& outlook) {
    if (outlook.ends_now.empty() && !outlook.workflow_ends_now) return std::nullopt;
    const std::string what = what_ends(outlook);
    switch (ask(session, fmt::format("This stops {} at once: more time than that has passed. Go on?", what))) {
      case Consent::kGiven: return std::nullopt;
      case Consent::kRefused: session.say("Nothing was changed"); return ExitCode::kFailed;
      case Consent::kNobodyToAsk: break;
    }
    return session.fail(
        Error(ErrorCode::kConflict, fmt::format("this would stop {} at once: more time than that has passed", what)),
        "-y does it all the same");
  }

  void tell(Session& session, const views::TimeoutsReply& reply) const {
    const std::string id = printable(reply.name);
    if (exec_ || queue_) {
      session.say(fmt::format("{}{}: exec timeout {}, queue timeout {}", id,
                              reply.group.empty() ? "" : " " + printable(request_.target), shown(reply.exec_timeout),
                              shown(reply.queue_timeout)));
    }
    if (whole_) session.say(fmt::format("{}: workflow timeout {}", id, shown(reply.workflow_timeout)));
    for (const std::string& note : reply.notes) session.warn(printable(note));
    if (session.wants_json()) session.print_json(to_json(reply));
  }

  std::string workflow_;
  std::optional<std::string> target_;
  std::optional<std::string> exec_;
  std::optional<std::string> queue_;
  std::optional<std::string> whole_;
  bool yes_ = false;
  views::TimeoutsRequest request_;
};

}  // namespace

const CommandInfo kSetTimeoutCommand{
    .name = "set-timeout",
    .section = Section::kChange,
    .summary = "Change time limits of a workflow that is not finished",
    .examples =
        "sennit set-timeout digits-3 train --exec 8h\n"
        "sennit set-timeout last --queue none --workflow 2d",
    .details =
        "Exec and queue timeout belong to groups: a task's name means its group, and no name means all of them, also\n"
        "those that were set before. What runs goes on. A limit that is shorter than the time that has passed ends\n"
        "what it is for at once; on a terminal you are asked before, and -y is needed elsewhere.\n"
        "`sennit status ID` shows the limits in force, `sennit events ID` who set them.",
    .make = [] { return std::unique_ptr<Command>(new SetTimeoutCommand); }};

}  // namespace sennit::cli
