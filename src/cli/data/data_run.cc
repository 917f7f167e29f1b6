#include "cli/data/data_run.h"

#include <fmt/format.h>

#include <csignal>

#include "base/printable.h"
#include "base/time_text.h"
#include "cli/render/transfer_text.h"

namespace sennit::cli {
DataRun::DataRun(Session& session, proc::Spawner spawner)
    : session_(session),
      spawner_(std::move(spawner)),
      storage_(loop_, spawner_, environment()),
      line_(session, loop_.clock()) {
  started_ = loop_.clock().boot();
}

Result<std::unique_ptr<DataRun>> DataRun::open(Session& session) {
  SENNIT_ASSIGN(proc::Spawner spawner, proc::Spawner::open(proc::raise_file_limit()));
  std::unique_ptr<DataRun> run(new DataRun(session, std::move(spawner)));
  SENNIT_ASSIGN(loop::Signals signals, loop::Signals::open(run->loop_, {SIGINT, SIGTERM, SIGHUP},
                                                           [raw = run.get()](int) { raw->on_signal(); }));
  run->signals_ = std::move(signals);
  return run;
}

void DataRun::on_signal() {
  if (ending_ == Ending::kAsked) ending_ = Ending::kNow;
  if (ending_ != Ending::kNot) return;
  ending_ = Ending::kAsked;
  line_.clear();
  session_.say("Ending; once more ends it at once");
  if (job_ != nullptr) job_->cancel();
}

void DataRun::wait_for(storage::Job& job, const std::function<bool()>& is_over) {
  job_ = &job;
  if (ending_ != Ending::kNot) job.cancel();
  while (!is_over() && ending_ != Ending::kNow) loop_.run_once();
  job_ = nullptr;
  line_.clear();
}

void DataRun::on_progress(const storage::Progress& progress) {
  if (session_.is_quiet() || ending_ != Ending::kNot) return;
  line_.show([&progress](std::size_t columns) { return transfer_line(progress, columns); });
}

void DataRun::on_retry(const storage::Retry& retry) {
  line_.clear();
  session_.warn(fmt::format("{}; attempt {} of {} in {}", printable(retry.reason), retry.attempt, retry.attempts,
                            duration_text(retry.pause)));
}

}  // namespace sennit::cli
