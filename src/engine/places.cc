#include "engine/places.h"

#include "core/incarnation.h"
#include "engine/start_orders.h"

namespace sennit::engine {
namespace {

void add_credentials(StartOrder& order, const FindCredentials& find) {
  if (!has_credentials(order.body)) return;
  const Result<TaskBody> body = decode_task_body(order.body);
  if (!body) return;  // the runner reads the same bytes and reports what is wrong with them
  Result<CredentialValues> values =
      find ? find(body->credentials) : Error(ErrorCode::kNotFound, "this server keeps no credentials");
  if (values) {
    order.credentials = std::move(*values);
  } else {
    order.credential_problem = values.error().message();
  }
}

void add_storage_access(StartOrder& order, const FindStorageAccess& find, const std::string& workflow_id) {
  if (!find || !has_transfers(order.body)) return;
  const Result<TaskBody> body = decode_task_body(order.body);
  if (!body) return;  // likewise
  Result<StorageAccess> access = find(*body, workflow_id);
  if (access) {
    order.storage_keys = std::move(access->keys);
    order.dataset_places = std::move(access->datasets);
  } else {
    order.credential_problem = access.error().message();
  }
}

// A host without containers pulls nothing.
void add_registry(StartOrder& order, const HostPlaces& places, const FindRegistry& find) {
  if (!places.no_container.empty() || !find) return;
  const std::string_view image = image_of(order.body);
  if (!image.empty()) order.registry = find(std::string(image));
}

}  // namespace

runner::Runner* Places::runner_of(HostId host) const {
  const auto runner = runners_.find(host);
  const auto known = state_.hosts.find(host);
  if (runner == runners_.end() || known == state_.hosts.end() || !known->second.joined) return nullptr;
  return runner->second;
}

void Places::start(const effect::Start& start, const WorkflowContext& context) {
  runner::Runner* runner = runner_of(start.host);
  const core::WorkflowState* workflow = state_.find(start.attempt.workflow);
  if (runner == nullptr || workflow == nullptr) return;
  const core::TaskState& task = workflow->task(start.attempt.task);
  if (task.number != start.attempt.number || !core::is_active(task.status)) return;  // ended in the same step
  runner->start(for_host(start.host, *workflow, start_order(*workflow, start, options_.runs_dir), context.id), context);
}

// With what it may use there.
StartOrder Places::for_host(HostId host, const core::WorkflowState& workflow, StartOrder order,
                            const std::string& workflow_id) const {
  order.limits.processes = options_.max_processes;
  if (!options_.enforce_limits) order.limits = {};
  add_credentials(order, options_.credentials);
  add_storage_access(order, options_.storage_access, workflow_id);
  add_registry(order, state_.hosts.at(host).places, options_.registry);
  set_gpu_part(order, state_.hosts.at(host).capacity, core::needs_of(*workflow.spec, order.attempt.task));
  return order;
}

// One that has been followed by another restart is left to that.
void Places::restart(const effect::Restart& restart, const WorkflowContext& context) {
  runner::Runner* runner = runner_of(restart.host);
  const core::WorkflowState* workflow = state_.find(restart.attempt.workflow);
  if (runner == nullptr || workflow == nullptr) return;
  const core::TaskState& task = workflow->task(restart.attempt.task);
  const bool present = task.number == restart.attempt.number && core::is_active(task.status) &&
                       core::incarnation_of(*workflow, restart.attempt.task) == restart.incarnation;
  if (!present) return;
  runner->restart(for_host(restart.host, *workflow, restart_order(*workflow, restart, options_.runs_dir), context.id),
                  context);
}

void Places::stop(const effect::Stop& stop) {
  const Micros grace = stop.force == StopForce::kAtOnce ? Micros::zero() : options_.stop_grace;
  if (runner::Runner* runner = runner_of(stop.host)) {
    runner->stop(stop.attempt, stop.reason, grace, stop.incarnation);
  }
}

void Places::pause(const effect::Pause& pause) {
  if (runner::Runner* runner = runner_of(pause.host)) runner->pause(pause.attempt);
}

void Places::resume(const effect::Continue& order) {
  if (runner::Runner* runner = runner_of(order.host)) runner->resume(order.attempt);
}

void Places::release(const effect::Release& release) {
  if (runner::Runner* runner = runner_of(release.host)) runner->release(release.attempt);
}

void Places::forget(const effect::Forget& forget) {
  if (runner::Runner* runner = runner_of(forget.host)) runner->forget(forget.attempt);
}

void Places::measure(const effect::Measure& measure) {
  if (runner::Runner* runner = runner_of(measure.host)) runner->measure();
}

void Places::finish(WorkflowKey workflow) {
  for (const auto& [host, runner] : runners_) runner->finish_workflow(workflow);
}

void Places::flush() {
  for (const auto& [host, runner] : runners_) runner->flush();
}

}  // namespace sennit::engine
