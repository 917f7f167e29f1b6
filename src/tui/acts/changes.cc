#include "tui/acts/changes.h"

#include <fmt/format.h>

#include <utility>

namespace sennit::tui {
namespace {

using Call = Result<views::ChangeReply> (client::Api::*)(std::string_view, const views::ChangeRequest&);

void change(Desk& desk, const std::string& workflow, const std::vector<std::string>& tasks, Call call,
            std::string done) {
  views::ChangeRequest request;
  request.user = desk.user();
  request.message = "in the terminal view";
  request.tasks = tasks;
  desk.requests().send([workflow, request, call](client::Api& api) { return (api.*call)(workflow, request); },
                       [&desk, done = std::move(done)](const Result<views::ChangeReply>& reply) {
                         if (!reply) return desk.warn(reply.error().message());
                         desk.say(reply->note.empty() ? done : reply->note);
                       });
}

}  // namespace

void cancel_tasks(Desk& desk, const std::string& workflow, const std::vector<std::string>& tasks) {
  const std::string what = tasks.empty()       ? workflow
                           : tasks.size() == 1 ? tasks.front()
                                               : fmt::format("{} tasks", tasks.size());
  change(desk, workflow, tasks, &client::Api::cancel, fmt::format("cancelling {}", what));
}

void pause_workflow(Desk& desk, const std::string& workflow) {
  change(desk, workflow, {}, &client::Api::pause, fmt::format("{} is paused: nothing new of it starts", workflow));
}

void resume_workflow(Desk& desk, const std::string& workflow) {
  change(desk, workflow, {}, &client::Api::resume, fmt::format("{} goes on", workflow));
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
