// Files with measurements (`kpis`): they stay where they are, in the task's output directory, and are told in its log.
// One that is not there is only told.
//
// Threads: the loop's.
#pragma once

#include <string>
#include <vector>

#include "agent/transfers/transfer_item.h"
#include "loop/loop.h"
#include "loop/timer.h"
#include "model/task_body.h"

namespace sennit::agent {

class KpiReport final : public TransferItem {
 public:
  KpiReport(loop::Loop& loop, std::string output, std::vector<KpiSpec> kpis)
      : output_(std::move(output)), kpis_(std::move(kpis)), soon_(loop) {}

  void check(Sink& sink) override;
  void carry(Sink& sink) override;
  void cancel() override {}

 private:
  void report();

  std::string output_;
  std::vector<KpiSpec> kpis_;
  Sink* sink_ = nullptr;
  loop::Timer soon_;
};

}  // namespace sennit::agent
