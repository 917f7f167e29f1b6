#include "api/insight.h"

#include <fmt/format.h>

#include "api/log_tail.h"
#include "core/cost.h"
#include "core/estimate.h"
#include "model/gpu_prices.h"

namespace sennit::api {
namespace {

// Of all tasks that want GPUs; nothing if there are several.
std::optional<double> one_price(const core::WorkflowState& workflow) {
  const GpuPrices& prices = workflow.submission.prices;
  std::optional<std::uint64_t> found;
  for (const ResourceRequest& request : workflow.spec->resources) {
    if (request.gpu_count == 0 && request.gpu_devices.empty()) continue;
    const std::uint64_t price = prices.of(request.platform);
    if (found && *found != price) return std::nullopt;
    found = price;
  }
  const std::uint64_t price = found.value_or(prices.per_hour);
  if (price == 0) return std::nullopt;
  return static_cast<double>(price) / static_cast<double>(kMillionths);
}

}  // namespace

views::WhyView view_of(const core::Why& why, const core::WorkflowState& workflow, std::optional<TaskIndex> task,
                       const std::string& runs_dir, LogLines lines) {
  views::WhyView view;
  view.subject = workflow.submission.id;
  view.status = to_string(workflow.status);
  if (task) {
    view.subject += fmt::format("/{}", workflow.spec->name_of(*task));
    view.status = to_string(workflow.task(*task).status);
  }
  view.cause = to_string(why.cause);
  view.headline = why.headline;
  view.details = why.details;
  view.hint = why.hint;
  view.expected_start_time = why.expected_start;
  view.expected_end_time = why.expected_end;
  if (!why.log) return view;
  view.log_task = workflow.spec->name_of(why.log->task);
  view.log_retry_id = why.log->number;
  if (lines == LogLines::kLast) {
    view.log_lines = last_lines(logs::run_layout(runs_dir, view.log_task, why.log->number));
  }
  return view;
}

std::optional<views::CostView> cost_view(const core::WorkflowState& workflow, const core::PastDurations* durations,
                                         Instant now) {
  const core::GpuTime time = core::gpu_time_until(workflow, now);
  if (time.empty() && workflow.submission.prices.empty()) return std::nullopt;
  const core::Cost actual = core::cost_of(time);
  views::CostView view;
  view.per_gpu_hour = one_price(workflow);
  view.gpu_hours = actual.gpu_hours;
  view.actual = actual.amount;
  if (!view.actual && view.per_gpu_hour) view.actual = 0.0;
  if (durations == nullptr || is_finished(workflow.status)) return view;
  const auto expected = core::expected_gpu_time(workflow, *durations, now);
  if (!expected) return view;
  const core::Cost estimate = core::cost_of(expected->gpu_time);
  view.estimated_gpu_hours = estimate.gpu_hours;
  view.estimated = estimate.amount;
  view.estimate_runs = expected->runs;
  return view;
}

}  // namespace sennit::api
