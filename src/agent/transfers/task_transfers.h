// The transfers of one task, one item after the other: first whether all of them are allowed, then the inputs; after
// the command the outputs.
//
// An output that fails does not keep the next ones from being sent; all failures are told together.
//
// Threads:   the loop's. Ownership: owns its items; the sink outlives it. May be destroyed in on_transfer_done.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/transfers/transfer_item.h"
#include "agent/transfers/transfers.h"
#include "loop/loop.h"
#include "loop/timer.h"

namespace sennit::agent {

class TaskTransfers final : public Transfers, private TransferItem::Sink {
 public:
  using Items = std::vector<std::unique_ptr<TransferItem>>;

  TaskTransfers(loop::Loop& loop, Items inputs, Items outputs)
      : inputs_(std::move(inputs)), outputs_(std::move(outputs)), soon_(loop) {}

  void download(Transfers::Sink& sink) override;
  void upload(Transfers::Sink& sink) override;
  void cancel() override;

  std::int32_t failure_code() const override { return exit_code_; }

 private:
  enum class Step : std::uint8_t { kIdle, kCheckingInputs, kCheckingOutputs, kDownloading, kUploading };

  void on_item_line(std::string_view line) override { sink_->on_transfer_line(line); }
  void on_item_progress(const storage::Progress& progress) override;
  void on_item_done(Result<void> result) override;

  void begin(Transfers::Sink& sink, Step step);
  void go_on();
  void enter(Step step);
  void fail(const Error& error);
  void finish(Result<void> result);
  Items& items() { return step_ == Step::kCheckingInputs || step_ == Step::kDownloading ? inputs_ : outputs_; }

  Items inputs_;
  Items outputs_;
  loop::Timer soon_;
  Transfers::Sink* sink_ = nullptr;  // while something is going on
  Step step_ = Step::kIdle;
  std::size_t at_ = 0;      // in items()
  bool under_way_ = false;  // that one
  bool cancelled_ = false;
  std::int32_t exit_code_ = 0;
  std::optional<Error> error_;  // of the outputs that could not be sent
};

}  // namespace sennit::agent
