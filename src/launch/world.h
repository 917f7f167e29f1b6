// What the attempts of one workflow share, prepared once. Immutable.
#pragma once

#include "model/order.h"
#include "proc/environment.h"

namespace sennit::launch {

class WorkflowWorld {
 public:
  explicit WorkflowWorld(WorkflowContext context);

  const WorkflowContext& context() const { return context_; }
  const proc::Environment& environment() const { return environment_; }

 private:
  WorkflowContext context_;
  proc::Environment environment_;
};

}  // namespace sennit::launch
