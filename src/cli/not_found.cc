#include "cli/not_found.h"

#include <fmt/format.h>

#include "spec/suggest.h"

namespace sennit::cli {
namespace {

std::string nearest_workflow(client::Api& api, std::string_view workflow) {
  const Result<views::WorkflowList> list =
      api.list({.limit = 200, .offset = 0, .statuses = {}, .name = {}, .user = {}});
  spec::Nearest near(workflow);
  if (list) {
    for (const views::WorkflowSummary& known : list->workflows) near.consider(known.name);
  }
  return near.result();
}

std::string nearest_task(const views::WorkflowView& workflow, std::string_view task) {
  spec::Nearest near(task);
  for (const views::GroupView& group : workflow.groups) {
    near.consider(group.name);
    for (const views::TaskView& known : group.tasks) near.consider(known.name);
  }
  return near.result();
}

ExitCode fail_with(Session& session, const Error& error, std::string_view asked, const std::string& nearest,
                   std::string_view otherwise) {
  const std::string meant = nearest == asked ? "" : nearest;  // it is there; something of it is not
  return session.fail(error, meant.empty() ? std::string(otherwise) : fmt::format("did you mean '{}'?", meant));
}

}  // namespace

ExitCode fail_for_workflow(Session& session, client::Api& api, const Error& error, std::string_view workflow,
                           std::string_view task) {
  if (error.code() != ErrorCode::kNotFound) return session.fail(error);
  if (!task.empty()) {
    const Result<views::WorkflowView> view = api.workflow(workflow);
    if (view) return fail_with(session, error, task, nearest_task(*view, task), "");
  }
  return fail_with(session, error, workflow, nearest_workflow(api, workflow), "`sennit list` shows the workflows");
}

ExitCode fail_for_workflow(Session& session, const Error& error, std::string_view workflow, std::string_view task) {
  if (error.code() != ErrorCode::kNotFound) return session.fail(error);
  Result<client::Api> api = session.connect(client::IfAbsent::kStart);
  return api ? fail_for_workflow(session, *api, error, workflow, task) : session.fail(error);
}

}  // namespace sennit::cli
