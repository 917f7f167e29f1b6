#include "agent/transfers/checkpoint.h"

#include <fmt/format.h>

#include <utility>

namespace sennit::agent {

void Checkpoint::start(Lines lines) {
  lines_ = std::move(lines);
  on_ = true;
  if (frequency_.count() > 0 && state_ == State::kIdle) wait();
}

void Checkpoint::stop() {
  on_ = false;
  timer_.cancel();
  if (state_ == State::kSending) UrlOutput::cancel();
  if (state_ == State::kWaiting) state_ = State::kIdle;
}

void Checkpoint::wait() {
  state_ = State::kWaiting;
  timer_.arm_after(frequency_, [this] { send(); });
}

void Checkpoint::send() {
  state_ = State::kSending;
  UrlOutput::carry(*this);
}

void Checkpoint::on_item_done(Result<void> result) {
  state_ = State::kIdle;
  if (last_ != nullptr) {
    TransferItem::Sink& sink = *std::exchange(last_, nullptr);
    if (given_up_) return sink.on_item_done(Error(ErrorCode::kCancelled, "cancelled"));
    return UrlOutput::carry(sink);
  }
  if (!on_) return;
  if (!result && result.error().code() != ErrorCode::kCancelled)
    lines_(fmt::format("Checkpoint failed, the next one tries again: {}", result.error().message()));
  wait();
}

void Checkpoint::carry(TransferItem::Sink& sink) {
  timer_.cancel();
  on_ = false;
  given_up_ = false;
  if (state_ == State::kSending) {
    last_ = &sink;
    return;
  }
  state_ = State::kIdle;
  UrlOutput::carry(sink);
}

void Checkpoint::cancel() {
  given_up_ = true;
  UrlOutput::cancel();
}

}  // namespace sennit::agent
