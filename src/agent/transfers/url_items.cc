#include "agent/transfers/url_items.h"

#include <fmt/format.h>

#include <utility>

#include "agent/transfers/words.h"
#include "base/printable.h"
#include "launch/attempt_tokens.h"

namespace sennit::agent {
namespace {

// Between lines of progress in a log.
constexpr Micros kBetweenLines = std::chrono::seconds(10);

Result<storage::Pattern> pattern_of(const std::string& regex) {
  if (regex.empty()) return storage::Pattern();
  return storage::Pattern::compile(regex);
}

}  // namespace

void UrlItem::begin(Sink& sink) {
  sink_ = &sink;
  cancelled_ = false;
  began_ = told_ = setup_.loop.clock().boot();
}

void UrlItem::run(storage::Started job) {
  if (job) {
    job_ = std::move(*job);
    return;
  }
  // Not within the call that began it.
  soon_.arm_after(Micros(0), [this, error = std::move(job).error()]() mutable { finish(std::move(error)); });
}

void UrlItem::check(Sink& sink) {
  begin(sink);
  run(setup_.storage.check(setup_.target, access_, setup_.effort, [this](Result<void> result) {
    if (!result) result = std::move(result).error().in(access_ == storage::Access::kRead ? "reading" : "writing");
    finish(std::move(result));
  }));
}

void UrlItem::cancel() {
  cancelled_ = true;
  if (job_ != nullptr) job_->cancel();
}

void UrlItem::on_progress(const storage::Progress& progress) {
  sink_->on_item_progress(progress);
  const Micros now = setup_.loop.clock().boot();
  if (now - told_ < kBetweenLines) return;
  told_ = now;
  say(fmt::format("{}: {}", url(), progress_text(progress_of(progress))));
}

void UrlItem::on_retry(const storage::Retry& retry) {
  say(fmt::format("{}; attempt {} of {} in {}", printable(retry.reason), retry.attempt, retry.attempts,
                  seconds_text(std::chrono::duration<double>(retry.pause).count())));
}

void UrlItem::finish(std::string_view did, const Result<storage::Moved>& result) {
  if (!result) return finish(result.error());
  say(fmt::format("{} {}: {}", did, url(), moved_text(*result, setup_.loop.clock().boot() - began_)));
  finish(Result<void>());
}

void UrlItem::finish(Result<void> result) {
  job_.reset();
  sink_->on_item_done(std::move(result));  // may destroy us
}

void UrlInput::carry(Sink& sink) {
  begin(sink);
  say(fmt::format("Downloading {}", url()));
  run(start());
}

storage::Started UrlInput::start() {
  SENNIT_TRY(launch::make_directories(directory_, 0700));
  SENNIT_ASSIGN(storage::Pattern pattern, pattern_of(regex_));
  return setup().storage.fetch({.target = setup().target, .directory = directory_, .pattern = std::move(pattern)},
                               setup().effort, watcher(),
                               [this](const Result<storage::Moved>& result) { finish("Downloaded", result); });
}

void UrlOutput::carry(Sink& sink) {
  begin(sink);
  finding_.start(setup().workers, source_, [this](Result<storage::SendPlan> plan) { send(std::move(plan)); });
}

void UrlOutput::send(Result<storage::SendPlan> plan) {
  if (is_cancelled()) return finish(Error(ErrorCode::kCancelled, "cancelled"));
  if (!plan) return finish(std::move(plan).error().in(fmt::format("sending to {}", url())));
  for (const std::string& notice : plan->notices) say(notice);
  if (plan->left_out > plan->notices.size()) {
    say(fmt::format("{} more are not sent for such reasons", plan->left_out - plan->notices.size()));
  }
  if (plan->files == 0) {
    const std::string_view chosen = source_.regex.empty() ? "" : " that matches the regex";
    say(fmt::format("Nothing to upload to {}: there is no file{} in {}", url(), chosen, source_.shown()));
    return finish(Result<void>());
  }
  say(fmt::format("Uploading to {} ({}, {})", url(), count_text(plan->files), readable(Bytes(plan->bytes))));
  run(setup().storage.send({.target = setup().target, .plan = std::move(*plan)}, setup().effort, watcher(),
                           [this](const Result<storage::Moved>& result) { finish("Uploaded to", result); }));
}

}  // namespace sennit::agent
