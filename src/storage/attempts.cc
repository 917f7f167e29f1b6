#include "storage/attempts.h"

#include <algorithm>

namespace sennit::storage {
namespace {

// JSON on standard error, numbers twice a second, sizes and checksums rather than times to tell what has changed.
const char* const kCommonWords[] = {
    "--use-json-log", "--stats", "500ms",      "--stats-log-level",   "NOTICE", "--retries", "1", "--contimeout", "15s",
    "--timeout",      "2m",      "--checksum", "--low-level-retries", "3"};

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

}  // namespace

Attempts::Attempts(const RcloneSetup& setup, std::vector<std::string> words, AttemptSink& sink)
    : setup_(setup), words_(std::begin(kCommonWords), std::end(kCommonWords)), sink_(sink), pause_(setup.loop) {
  words_.insert(words_.end(), words.begin(), words.end());
}

void Attempts::start() {
  pause_.arm_after(Micros(0), [this] { begin(); });
}

void Attempts::begin() {
  if (stopped_) {
    sink_.on_finished(Error(ErrorCode::kCancelled, "cancelled"));
    return;
  }
  ++made_;
  Result<std::unique_ptr<RcloneRun>> run =
      RcloneRun::start(setup_.loop, setup_.spawner,
                       {.program = setup_.program, .words = words_, .environment = setup_.environment}, *this);
  if (!run) {
    sink_.on_finished(std::move(run).error().in("start rclone"));
    return;
  }
  run_ = std::move(*run);
}

void Attempts::stop() {
  stopped_ = true;
  if (run_ != nullptr) {
    run_->stop();
  } else {
    pause_.arm_after(Micros(0), [this] { begin(); });
  }
}

void Attempts::on_end(const RunEnd& end) {
  const RunEnd ended = end;  // it lies in the run
  run_.reset();
  if (stopped_) {
    sink_.on_finished(Error(ErrorCode::kCancelled, "cancelled"));
    return;
  }
  if (ended.ok) {
    sink_.on_finished(ended.stats);
    return;
  }
  RunFailure failure = ended.failure;
  for (const auto& [from, to] : setup_.shown_as) replace_all(failure.text, from, to);
  const Error error = explain(failure, setup_.location, setup_.secrets);
  if (made_ >= setup_.retries.attempts || !is_worth_retrying(error)) {
    sink_.on_finished(error);
    return;
  }
  const Micros delay = std::min(setup_.retries.first_pause * (1 << (made_ - 1)), setup_.retries.longest_pause);
  sink_.on_retry(
      {.attempt = made_ + 1, .attempts = setup_.retries.attempts, .pause = delay, .reason = error.message()});
  sink_.on_restart();
  pause_.arm_after(delay, [this] { begin(); });
}

}  // namespace sennit::storage
