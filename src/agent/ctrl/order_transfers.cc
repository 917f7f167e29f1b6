#include "agent/ctrl/order_transfers.h"

#include <utility>

#include "model/exit_codes.h"

namespace sennit::agent {

OrderTransfers::OrderTransfers(loop::Loop& loop, TaskOrder& order, Watch watch, TakeOver take_over)
    : loop_(loop),
      world_(order.context),
      maker_(loop, Containers::kThere),
      made_(maker_.make(world_, order.order)),
      watch_(std::move(watch)),
      take_over_(std::move(take_over)) {}

// False: the answer is on its way already.
bool OrderTransfers::begin(Sink& sink) {
  if (made_ && *made_ != nullptr) {
    (*made_)->tell({.line = [&sink](std::string_view line) { sink.on_transfer_line(line); },
                    .progress =
                        [this, &sink](TransferWay way, const TransferProgress& progress) {
                          sink.on_transfer_progress(progress);
                          watch_(way, progress);
                        },
                    .done = [&sink](const Result<void>& done) { sink.on_transfer_done(done); }});
    return true;
  }
  loop_.post([this, &sink] { sink.on_transfer_done(made_ ? Result<void>() : Result<void>(made_.error())); });
  return false;
}

void OrderTransfers::download(Sink& sink) {
  if (begin(sink)) (*made_)->download();
}

void OrderTransfers::upload(Sink& sink) {
  if (!begin(sink)) return;
  cancelled_ = false;
  take_over_([this, &sink] {
    if (cancelled_) return sink.on_transfer_done(Error(ErrorCode::kCancelled, "cancelled"));
    (*made_)->upload();
  });
}

void OrderTransfers::cancel() {
  cancelled_ = true;
  if (made_ && *made_ != nullptr) (*made_)->cancel();
}

std::int32_t OrderTransfers::failure_code() const {
  return made_ && *made_ != nullptr ? (*made_)->exit_code() : exit_codes::kCommandNotStarted;
}

void OrderTransfers::start_checkpoints() {
  if (!made_ || *made_ == nullptr || std::exchange(checkpoints_run_, true)) return;
  (*made_)->start_checkpoints();
}

void OrderTransfers::stop_checkpoints() {
  if (std::exchange(checkpoints_run_, false)) (*made_)->stop_checkpoints();
}

}  // namespace sennit::agent
