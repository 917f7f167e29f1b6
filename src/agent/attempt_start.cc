#include "agent/attempt_start.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "agent/attempt_table.h"
#include "agent/order_mask.h"
#include "agent/sandbox_end.h"
#include "launch/launch.h"
#include "logs/run_layout.h"

namespace sennit::agent {
namespace {

constexpr Micros kTooYoung = std::chrono::milliseconds(900);

// The log of an attempt goes on with the next command.
std::string opening_of(const StartOrder& order) {
  if (order.incarnation == 0) return {};
  return "[sennit] the command is started again (" + std::to_string(order.incarnation) + ")\n";
}

// Most orders bring no secrets, and are not looked at any further.
Result<std::shared_ptr<const logs::SecretMask>> find_mask(const StartOrder& order) {
  if (order.credentials.empty() && order.storage_keys.empty()) return std::shared_ptr<const logs::SecretMask>();
  SENNIT_ASSIGN(const TaskBody body, decode_task_body(order.body));
  return mask_for(order, body);
}

Result<LogPump::Capture> open_log(const Attempt& attempt, LogPump& pump, std::string job_log, std::string verb) {
  return pump.open({.world = attempt.world,
                    .task = attempt.order.task,
                    .number = attempt.id().number,
                    .job_log = std::move(job_log),
                    .opening = opening_of(attempt.order),
                    .mask = attempt.mask,
                    .verb = std::move(verb),
                    .progress = attempt.world->progress().empty() ? std::string() : to_string(attempt.id())});
}

Result<void> check_credentials(const StartOrder& order) {
  if (order.credential_problem.empty()) return {};
  return Error(ErrorCode::kNotFound, order.credential_problem);
}

}  // namespace

Result<void> open_transfers(Attempt& attempt, TransferMaker& maker, LogPump& pump) {
  SENNIT_TRY(check_credentials(attempt.order));
  SENNIT_ASSIGN(attempt.mask, find_mask(attempt.order));
  SENNIT_ASSIGN(attempt.transfers, maker.make(*attempt.world, attempt.order));
  SENNIT_ASSIGN(TaskBody body, decode_task_body(attempt.order.body));
  SENNIT_ASSIGN(attempt.log, open_log(attempt, pump, "", std::move(body.verb)));
  attempt.capture = attempt.log->id;
  return {};
}

Result<void> prepare(Attempt& attempt, launch::SandboxTools& sandbox, LogPump& pump, const Clock& clock) {
  const Micros begun = clock.boot();
  SENNIT_TRY(check_credentials(attempt.order));
  SENNIT_ASSIGN(attempt.mask, find_mask(attempt.order));
  SENNIT_ASSIGN(launch::PreparedProcess process, launch::prepare(*attempt.world, attempt.order, sandbox));
  if (!attempt.log) {
    SENNIT_ASSIGN(attempt.log, open_log(attempt, pump, std::move(process.job_log), std::move(process.verb)));
  }
  attempt.prepared = Prepared{std::move(process), *std::exchange(attempt.log, std::nullopt)};
  attempt.order.body = {};
  attempt.order.credentials.clear();
  attempt.order.storage_keys.clear();
  attempt.download_ms += whole_ms(clock.boot() - begun);
  return {};
}

bool begin_upload(Attempt& attempt) {
  if (!attempt.transfers) return false;
  const bool ended = attempt.stopped == Stopped::kNo && !attempt.next;
  if (!ended || attempt.exit.how == AttemptExit::How::kNotStarted) {
    attempt.transfers->stop_checkpoints();
    return false;
  }
  attempt.phase = Phase::kUploading;
  attempt.transfers->upload();
  return true;
}

void drop_prepared(Attempt& attempt, LogPump& pump) {
  if (!attempt.prepared) return;
  if (attempt.capture == CaptureId()) pump.finish(attempt.prepared->capture.id);
  if (const auto& sandbox = attempt.prepared->process.sandbox) ::rmdir(sandbox->scratch.c_str());  // nothing ran in it
  attempt.prepared.reset();
}

proc::SpawnRequest request_of(Prepared& prepared, std::vector<const char*>& argv, std::vector<int>& keep) {
  launch::PreparedProcess& process = prepared.process;
  proc::SpawnRequest request{.program = process.program.c_str(),
                             .envp = process.environment.data(),
                             .directory = process.directory.c_str(),
                             .out = prepared.capture.out,
                             .err = prepared.capture.err};
  for (const UniqueFd& fd : process.kept) keep.push_back(fd.get());
  if (process.sandbox) {
    process.arguments[process.sandbox->error_argument] = std::to_string(prepared.capture.err);
    keep.push_back(prepared.capture.err);
    request.err = process.sandbox->trouble.get();
    request.ignores_termination = true;
  }
  argv = process.argv();
  request.argv = argv.data();
  request.keep = keep;
  return request;
}

ResourceLimits limits_for(const StartOrder& order, const launch::PreparedProcess& process) {
  ResourceLimits limits = order.limits;
  if (!process.sandbox && limits.memory == Bytes() && limits.cpus == 0) limits.processes = 0;
  return limits;
}

std::uint32_t whole_ms(Micros time) {
  const std::int64_t ms = std::chrono::round<std::chrono::milliseconds>(time).count();
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(ms, 0, std::numeric_limits<std::uint32_t>::max()));
}

void add_running(const Attempt& attempt, Micros now, UsageSampler::Running& running) {
  if (attempt.phase != Phase::kRunning) return;
  if (now - attempt.started_boot < kTooYoung) {
    running.more = true;
    return;
  }
  const std::string& runs_dir = attempt.world->context().runs_dir;
  logs::RunLayout layout = logs::run_layout(runs_dir, attempt.order.task, attempt.id().number);
  running.targets.push_back({.attempt = attempt.id(),
                             .processes = attempt.processes.use(),
                             .memory_limit = attempt.processes.limited().memory_limit(),
                             .gpus = attempt.order.gpus,
                             .usage_series = std::move(layout.usage),
                             .gpu_series = std::move(layout.gpus)});
}

fact::AttemptStarted report_of(const Attempt& attempt) {
  return {attempt.id(), attempt.pid(), attempt.started_at, attempt.incarnation(), attempt.download_ms};
}

void tell_again(const Attempt& attempt, ReportSink& sink) {
  if (attempt.next) return;  // it says so when it begins
  switch (attempt.phase) {
    case Phase::kAtBarrier: return sink.on_barrier({attempt.id(), attempt.incarnation()});
    case Phase::kBehind:
    case Phase::kWaitingForGpu:
    case Phase::kDownloading: return;
    case Phase::kRunning:
    case Phase::kLingering:
    case Phase::kUploading:
    case Phase::kDraining: return sink.on_started(report_of(attempt));
  }
}

void arm(loop::Loop& loop, Attempt& attempt, Micros delay, loop::Callback<void()> then) {
  if (!attempt.timer) attempt.timer = std::make_unique<loop::Timer>(loop);
  attempt.timer->arm_after(delay, std::move(then));
}

Result<WayIn> way_into(const Attempt* attempt) {
  const bool runs = attempt != nullptr && attempt->phase == Phase::kRunning && attempt->stopped == Stopped::kNo;
  const bool begun = runs && (!attempt->sandbox || has_begun(*attempt->sandbox));
  if (!begun || attempt->next) return Error(ErrorCode::kConflict, "the task's command does not run now");
  if (attempt->paused) return Error(ErrorCode::kConflict, "the task is paused: everything in it stands still");
  if (attempt->sandbox) return WayIn(IntoSandbox{attempt->sandbox->report.get()});
  return WayIn(IntoProcess{&attempt->processes});
}

}  // namespace sennit::agent
