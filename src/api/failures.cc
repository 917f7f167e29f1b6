#include "api/failures.h"

#include <unistd.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "api/log_tail.h"
#include "api/query.h"
#include "api/replies.h"
#include "logs/run_layout.h"
#include "views/json.h"

namespace sennit::api {
namespace {

bool is_own_failure(Status status) {
  return is_failed(status) && status != Status::kFailedUpstream && status != Status::kFailedCanceled;
}

views::TaskFailureView failure_of(const core::WorkflowState& workflow, TaskIndex index, core::Why why,
                                  const std::string& runs_dir, std::size_t lines) {
  const core::TaskState& task = workflow.task(index);
  views::TaskFailureView view{.name = std::string(workflow.spec->name_of(index)),
                              .retry_id = task.number,
                              .status = std::string(to_string(task.status))};
  if (task.has_exit_code) view.exit_code = task.exit_code;
  view.cause = to_string(why.cause);
  view.reason = std::move(why.headline);
  view.details = std::move(why.details);
  view.hint = std::move(why.hint);
  const logs::RunLayout layout = logs::run_layout(runs_dir, view.name, task.number);
  if (::access(layout.log.c_str(), F_OK) == 0) {
    view.log = layout.log;
  } else if (::access(layout.packed.c_str(), F_OK) == 0) {
    view.log = layout.packed;
  }
  if (view.log.empty()) return view;
  TellingLines telling = telling_lines(layout, lines);
  view.lines = std::move(telling.lines);
  view.are_errors = telling.are_errors;
  return view;
}

}  // namespace

views::FailureList failures_of(const core::WorkflowState& workflow, core::Explanations& explanations,
                               const std::string& runs_dir, const FailureLimits& limits) {
  views::FailureList list{.name = workflow.submission.id, .status = std::string(to_string(workflow.status))};
  list.reason = explanations.workflow().headline;
  std::vector<TaskIndex> failed;
  for (std::uint32_t i = 0; i < workflow.tasks.size(); ++i) {
    const Status status = workflow.tasks[i].status;
    if (is_own_failure(status)) {
      failed.push_back(TaskIndex(i));
    } else if (is_failed(status)) {
      ++list.not_run;
    }
  }
  list.failed = failed.size();
  // What failed first mostly explains the rest.
  std::ranges::stable_sort(failed, {}, [&](TaskIndex task) { return workflow.task(task).ended_at; });
  if (failed.size() > limits.tasks) failed.resize(limits.tasks);
  for (const TaskIndex task : failed) {
    list.tasks.push_back(failure_of(workflow, task, explanations.task(task), runs_dir, limits.lines));
  }
  return list;
}

void FailureRequests::answer(const std::string& reference, const http::Request& request,
                             http::Responder& responder) const {
  const Result<Record> record = records_.open(reference);
  if (!record) return send_error(responder, record.error());
  const auto most = number_parameter(request.target, "limit");
  if (!most) return send_error(responder, most.error());
  const auto lines = number_parameter(request.target, "lines");
  if (!lines) return send_error(responder, lines.error());
  FailureLimits limits;
  limits.tasks = std::min(most->value_or(limits.tasks), FailureLimits::kMostTasks);
  limits.lines = std::min(lines->value_or(limits.lines), FailureLimits::kMostLines);
  core::Explanations explanations(engine_.state(), *record->state, engine_.now());
  const std::string runs_dir = runs_dir_ + "/" + record->row.submission.id;
  send_json(responder, 200, to_json(failures_of(*record->state, explanations, runs_dir, limits)));
}

}  // namespace sennit::api
