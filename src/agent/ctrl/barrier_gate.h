// The barrier of a task's group as the end of its download: its container is there and can be found by its peers, its
// inputs are in, and its command waits for the release.
//
// Threads: the loop's. Ownership: what it is before outlives it.
#pragma once

#include <functional>
#include <utility>

#include "agent/transfers/transfers.h"
#include "loop/loop.h"

namespace sennit::agent {

class BarrierGate final : public Transfers, public Transfers::Sink {
 public:
  enum class Barrier { kNone, kWanted };
  // `at_barrier`: called when it is reached.
  BarrierGate(loop::Loop& loop, Transfers& inner, Barrier barrier, std::function<void()> at_barrier)
      : loop_(loop), inner_(inner), at_barrier_(std::move(at_barrier)), open_(barrier == Barrier::kNone) {}

  void release() {
    open_ = true;
    if (std::exchange(waits_, false)) answer({});
  }

  void download(Transfers::Sink& sink) override {
    sink_ = &sink;
    downloads_ = true;
    inner_.download(*this);
  }
  void upload(Transfers::Sink& sink) override {
    sink_ = &sink;
    downloads_ = false;
    inner_.upload(*this);
  }
  void cancel() override {
    if (!std::exchange(waits_, false)) return inner_.cancel();
    answer(Error(ErrorCode::kCancelled, "stopped at the barrier of its group"));
  }
  std::int32_t failure_code() const override { return inner_.failure_code(); }

 private:
  void on_transfer_line(std::string_view line) override { sink_->on_transfer_line(line); }
  void on_transfer_progress(const TransferProgress& progress) override { sink_->on_transfer_progress(progress); }
  void on_transfer_done(const Result<void>& result) override {
    if (!result || !downloads_ || open_) return sink_->on_transfer_done(result);
    waits_ = true;
    at_barrier_();
  }
  // Not within the call of whoever asked.
  void answer(Result<void> result) {
    loop_.post([this, result = std::move(result)] { sink_->on_transfer_done(result); });
  }

  loop::Loop& loop_;
  Transfers& inner_;
  std::function<void()> at_barrier_;
  Transfers::Sink* sink_ = nullptr;
  bool downloads_ = false;
  bool open_;
  bool waits_ = false;
};

}  // namespace sennit::agent
