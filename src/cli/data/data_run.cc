#include "cli/data/data_run.h"

#include <fmt/format.h>

#include <csignal>

#include "base/printable.h"
#include "cli/render/transfer_text.h"
#include "cli/text/times.h"

namespace sennit::cli {
namespace {

constexpr std::string_view kClearLine = "\r\033[K";
// Between lines of progress where there is no terminal.
constexpr Micros kBetweenLines = std::chrono::seconds(10);
constexpr std::size_t kWide = 200;

}  // namespace

DataRun::DataRun(Session& session, proc::Spawner spawner)
    : session_(session), spawner_(std::move(spawner)), storage_(loop_, spawner_, environment()) {
  started_ = told_ = loop_.clock().boot();
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
  clear_line();
  session_.say("Ending; once more ends it at once");
  if (job_ != nullptr) job_->cancel();
}

void DataRun::wait_for(storage::Job& job, const std::function<bool()>& is_over) {
  job_ = &job;
  if (ending_ != Ending::kNot) job.cancel();
  while (!is_over() && ending_ != Ending::kNow) loop_.run_once();
  job_ = nullptr;
  clear_line();
}

void DataRun::clear_line() {
  if (!line_shown_) return;
  session_.err().write(kClearLine);
  ignore(session_.err().flush(), "only progress is lost");
  line_shown_ = false;
}

void DataRun::on_progress(const storage::Progress& progress) {
  if (session_.is_quiet() || ending_ != Ending::kNot) return;
  if (session_.err().is_terminal()) {
    session_.err().write(fmt::format("{}{}", kClearLine, transfer_line(progress, session_.err().columns() - 1)));
    ignore(session_.err().flush(), "only progress is lost");
    line_shown_ = true;
    return;
  }
  const Micros now = loop_.clock().boot();
  if (now - told_ < kBetweenLines) return;
  told_ = now;
  session_.say(transfer_line(progress, kWide));
}

void DataRun::on_retry(const storage::Retry& retry) {
  clear_line();
  session_.warn(fmt::format("{}; attempt {} of {} in {}", printable(retry.reason), retry.attempt, retry.attempts,
                            duration_text(retry.pause)));
}

}  // namespace sennit::cli
