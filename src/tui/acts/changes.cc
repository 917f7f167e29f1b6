#include "tui/acts/changes.h"

#include <fmt/format.h>

#include <cstdint>
#include <memory>
#include <utility>

#include "tui/jobs/job.h"

namespace sennit::tui {
namespace {

using Call = Result<views::ChangeReply> (client::Api::*)(std::string_view, const views::ChangeRequest&);
using Told = std::function<void(const Result<views::ChangeReply>&)>;

void change(Desk& desk, const std::string& workflow, const std::vector<std::string>& tasks, Call call, Told told) {
  views::ChangeRequest request;
  request.user = desk.user();
  request.message = "in the terminal view";
  request.tasks = tasks;
  desk.requests().send([workflow, request, call](client::Api& api) { return (api.*call)(workflow, request); },
                       [told = std::move(told)](const Result<views::ChangeReply>& reply) { told(reply); });
}

void change(Desk& desk, const std::string& workflow, Call call, std::string done) {
  change(desk, workflow, {}, call, [&desk, done = std::move(done)](const Result<views::ChangeReply>& reply) {
    if (!reply) return desk.warn(reply.error().message());
    desk.say(reply->note.empty() ? done : reply->note);
  });
}

// What came of it, in one line.
void tell_cancelled(Desk& desk, const std::string& workflow, const Result<views::ChangeReply>& reply) {
  if (!reply && reply.error().code() == ErrorCode::kConflict)
    return desk.warn("nothing to cancel: " + reply.error().message());
  if (!reply) return desk.warn(fmt::format("{} is not cancelled: {}", workflow, reply.error().message()));
  std::string others;
  if (reply->unchanged.size() == 1)
    others = fmt::format("{} {}", reply->unchanged.front().task, reply->unchanged.front().reason);
  if (reply->unchanged.size() > 1) others = fmt::format("{} are over or ending already", reply->unchanged.size());
  if (!reply->note.empty()) others = fmt::format("{}: {}", workflow, reply->note);
  if (!reply->whole && reply->tasks.empty()) return desk.warn("nothing to cancel: " + others);
  const std::string what = reply->whole               ? workflow
                           : reply->tasks.size() == 1 ? reply->tasks.front()
                                                      : fmt::format("{} tasks", reply->tasks.size());
  desk.say(fmt::format("cancelling {}{}{}", what, others.empty() ? "" : "; ", others));
}

// Of those that are not over.
struct Left {
  std::vector<std::string> names;
  std::uint64_t running = 0;
  std::uint64_t waiting = 0;
};

Left left_of(const std::vector<TaskRef>& all) {
  Left left;
  for (const TaskRef& one : all) {
    const Standing standing = standing_of(one.status);
    if (is_over(standing)) continue;
    left.names.push_back(one.name);
    if (one.status.empty()) continue;
    ++(standing == Standing::kRunning ? left.running : left.waiting);
  }
  return left;
}

// "(2 running, 1 waiting)", "(running)" of one; with a space before it.
std::string numbers(std::uint64_t count, std::uint64_t running, std::uint64_t waiting) {
  if (running + waiting == 0) return "";
  if (count == 1) return running > 0 ? " (running)" : " (waiting)";
  if (waiting == 0) return fmt::format(" ({} running)", running);
  return running == 0 ? fmt::format(" ({} waiting)", waiting)
                      : fmt::format(" ({} running, {} waiting)", running, waiting);
}

// There is nothing to ask.
void tell_over(Desk& desk, const std::vector<TaskRef>& all, const char* kind) {
  if (all.size() == 1) return desk.warn(fmt::format("nothing to cancel: {} is {}", all[0].name, all[0].status));
  desk.warn(fmt::format("nothing to cancel: all {} {} are over", all.size(), kind));
}

// Several at once have one line for what came of all of them.
struct Counted {
  std::size_t awaited = 0;
  std::size_t cancelled = 0;
  std::string trouble;
};

void cancel_workflows(Desk& desk, const std::vector<std::string>& names) {
  if (names.size() == 1) return cancel_tasks(desk, names.front(), {});
  const auto counted = std::make_shared<Counted>(Counted{.awaited = names.size(), .cancelled = 0, .trouble = ""});
  for (const std::string& name : names) {
    change(desk, name, {}, &client::Api::cancel, [&desk, counted](const Result<views::ChangeReply>& reply) {
      if (reply) ++counted->cancelled;
      if (!reply) counted->trouble = "; " + reply.error().message();
      if (--counted->awaited > 0) return;
      const std::string words = fmt::format("cancelling {} workflows{}", counted->cancelled, counted->trouble);
      counted->trouble.empty() ? desk.say(words) : desk.warn(words);
    });
  }
}

std::function<void()> then(std::function<void()> act, std::function<void()> done) {
  return [act = std::move(act), done = std::move(done)] {
    act();
    if (done) done();
  };
}

}  // namespace

void ask_to_cancel(Desk& desk, const std::string& workflow, const std::vector<TaskRef>& tasks,
                   std::function<void()> done) {
  if (tasks.empty()) return;
  const Left left = left_of(tasks);
  if (left.names.empty()) return tell_over(desk, tasks, "tasks");
  const std::size_t count = left.names.size();
  const std::string what = tasks.size() == 1 ? tasks.front().name : fmt::format("{} tasks", count);
  std::string question = fmt::format("Cancel {} of {}{}?", what, workflow, numbers(count, left.running, left.waiting));
  if (count < tasks.size()) question += " The rest is over.";
  desk.ask(std::move(question),
           then([&desk, workflow, names = left.names] { cancel_tasks(desk, workflow, names); }, std::move(done)));
}

void ask_to_cancel(Desk& desk, const std::vector<TaskRef>& workflows, std::function<void()> done) {
  if (workflows.empty()) return;
  const Left left = left_of(workflows);
  if (left.names.empty()) return tell_over(desk, workflows, "workflows");
  const std::size_t count = left.names.size();
  const std::string what = workflows.size() == 1 ? left.names.front() : fmt::format("{} workflows", count);
  std::string question = fmt::format("Cancel {}{}?", what, numbers(count, left.running, left.waiting));
  if (count < workflows.size()) question += " The rest is over.";
  desk.ask(std::move(question), then([&desk, names = left.names] { cancel_workflows(desk, names); }, std::move(done)));
}

void ask_to_cancel_all(Desk& desk, const TaskRef& workflow, const views::TaskCounts& counts) {
  if (is_over(standing_of(workflow.status))) return tell_over(desk, {workflow}, "");
  constexpr std::uint64_t kSeveral = 2;  // the numbers are of its tasks
  desk.ask(fmt::format("Cancel all of {}{}?", workflow.name, numbers(kSeveral, counts.running, counts.waiting)),
           [&desk, name = workflow.name] { cancel_tasks(desk, name, {}); });
}

void cancel_tasks(Desk& desk, const std::string& workflow, const std::vector<std::string>& tasks) {
  change(desk, workflow, tasks, &client::Api::cancel,
         [&desk, workflow](const Result<views::ChangeReply>& reply) { tell_cancelled(desk, workflow, reply); });
}

void pause_workflow(Desk& desk, const std::string& workflow) {
  change(desk, workflow, &client::Api::pause, fmt::format("{} is paused: nothing new of it starts", workflow));
}

void resume_workflow(Desk& desk, const std::string& workflow) {
  change(desk, workflow, &client::Api::resume, fmt::format("{} goes on", workflow));
}

void rerun_workflow(Desk& desk, const std::string& workflow) {
  views::RerunRequest request;
  request.user = desk.user();
  desk.requests().send([workflow, request](client::Api& api) { return api.rerun(workflow, request); },
                       [&desk](const Result<client::SubmitOutcome>& outcome) {
                         if (!outcome) return desk.warn(outcome.error().message());
                         if (const auto* refusal = std::get_if<client::Refusal>(&*outcome))
                           return desk.warn(refusal->message);
                         desk.say(fmt::format("runs again as {}", std::get<views::SubmitReply>(*outcome).name));
                       });
}

}  // namespace sennit::tui
