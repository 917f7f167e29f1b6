#include "agent/transfers/task_transfers.h"

#include <utility>

#include "agent/transfers/words.h"
#include "model/exit_codes.h"

namespace sennit::agent {
namespace {

// Whether the storage said no; else it said nothing that helps.
bool is_refusal(const Error& error) {
  return error.code() == ErrorCode::kInvalid || error.code() == ErrorCode::kNotFound;
}

Error cancelled() { return {ErrorCode::kCancelled, "cancelled"}; }

}  // namespace

void TaskTransfers::download(Transfers::Sink& sink) { begin(sink, Step::kCheckingInputs); }
void TaskTransfers::upload(Transfers::Sink& sink) { begin(sink, Step::kUploading); }

void TaskTransfers::begin(Transfers::Sink& sink, Step step) {
  sink_ = &sink;
  cancelled_ = false;
  error_.reset();
  exit_code_ = 0;
  enter(step);
  soon_.arm_after(Micros(0), [this] { go_on(); });
}

void TaskTransfers::enter(Step step) {
  step_ = step;
  at_ = 0;
}

void TaskTransfers::go_on() {
  if (cancelled_) return finish(cancelled());
  while (at_ == items().size()) {
    switch (step_) {
      case Step::kCheckingInputs: enter(Step::kCheckingOutputs); break;
      case Step::kCheckingOutputs: enter(Step::kDownloading); break;
      case Step::kIdle:
      case Step::kDownloading: return finish({});
      case Step::kUploading:
        if (error_) return finish(*std::exchange(error_, std::nullopt));
        return finish({});
    }
  }
  under_way_ = true;
  TransferItem& item = *items()[at_];
  if (step_ == Step::kCheckingInputs || step_ == Step::kCheckingOutputs) return item.check(*this);
  item.carry(*this);
}

void TaskTransfers::cancel() {
  if (step_ == Step::kIdle) return;
  cancelled_ = true;
  if (under_way_) items()[at_]->cancel();
}

void TaskTransfers::on_item_progress(const storage::Progress& progress) {
  sink_->on_transfer_progress(progress_of(progress));
}

void TaskTransfers::on_item_done(Result<void> result) {
  under_way_ = false;
  if (cancelled_) return finish(cancelled());
  if (!result) {
    fail(result.error());
    if (step_ != Step::kUploading) return finish(std::move(result).error());
  }
  ++at_;
  go_on();
}

void TaskTransfers::fail(const Error& error) {
  switch (step_) {
    case Step::kIdle: break;
    case Step::kCheckingInputs:
    case Step::kCheckingOutputs:
      exit_code_ = is_refusal(error) ? exit_codes::kAccessDenied : exit_codes::kAccessUnknown;
      break;
    case Step::kDownloading: exit_code_ = exit_codes::kDownloadFailed; break;
    case Step::kUploading:
      exit_code_ = exit_codes::kUploadFailed;
      error_ = error_ ? Error(error_->code(), error_->message() + "; " + error.message()) : error;
      break;
  }
}

void TaskTransfers::finish(Result<void> result) {
  step_ = Step::kIdle;
  Transfers::Sink* sink = std::exchange(sink_, nullptr);
  sink->on_transfer_done(result);  // may destroy us
}

}  // namespace sennit::agent
