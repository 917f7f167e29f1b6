// The transfers of a ctrl's order, for its course: what an agent does around a process, around a container.
//
// Threads:   the loop's. Ownership: the sink outlives it.
// Errors:    what keeps them from being made at all is told as the end of the download.
#pragma once

#include <functional>
#include <memory>

#include "agent/ctrl/task_order.h"
#include "agent/transfers/transfer_maker.h"
#include "agent/transfers/transfers.h"
#include "launch/world.h"
#include "loop/loop.h"

namespace sennit::agent {

class OrderTransfers final : public Transfers {
 public:
  using Watch = std::function<void(TransferWay way, const TransferProgress& progress)>;

  // Sees to it that the task's output can be read by us, and then calls `then`, on the loop.
  using TakeOver = std::function<void(std::function<void()> then)>;

  // Uses the order's own inputs from then on (agent/transfers/transfer_maker.h). `watch`: is told how far it is.
  // `take_over`: is asked before anything is sent.
  OrderTransfers(loop::Loop& loop, TaskOrder& order, Watch watch, TakeOver take_over);

  void download(Sink& sink) override;
  void upload(Sink& sink) override;
  void cancel() override;
  std::int32_t failure_code() const override;

  // While the command runs. Repeated: nothing happens.
  void start_checkpoints();
  void stop_checkpoints();

 private:
  bool begin(Sink& sink);

  loop::Loop& loop_;
  launch::WorkflowWorld world_;
  TransferMaker maker_;
  Result<std::unique_ptr<AttemptTransfers>> made_;  // null: there is nothing to transfer
  Watch watch_;
  TakeOver take_over_;
  bool cancelled_ = false;
  bool checkpoints_run_ = false;
};

}  // namespace sennit::agent
