// What the attempts of one workflow share, prepared once. Immutable.
#pragma once

#include <string>

#include "model/order.h"
#include "proc/environment.h"

namespace sennit::launch {

class WorkflowWorld {
 public:
  // `progress`: the directory of the files to which tasks write their progress; "": there is none.
  explicit WorkflowWorld(WorkflowContext context, std::string progress = {});

  const WorkflowContext& context() const { return context_; }
  const proc::Environment& environment() const { return environment_; }
  const std::string& progress() const { return progress_; }

 private:
  WorkflowContext context_;
  proc::Environment environment_;
  std::string progress_;
};

}  // namespace sennit::launch
