// The environment of one attempt: its workflow's, then its task's, then ours.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "launch/world.h"
#include "model/order.h"
#include "proc/environment.h"

namespace sennit::launch {

// The attempt's variables beside the workflow's, with the texts that they point to.
struct OwnVariables {
  EnvironmentList task;
  std::string attempt;
  std::string progress;
  std::string devices;
  std::string share;
  std::string gpu_memory;
  std::vector<proc::Variable> list;

  void add(std::string_view name, std::string_view value) { list.emplace_back(name, value); }
  bool has(std::string_view name) const;
};

// SENNIT_TASK, SENNIT_ATTEMPT, SENNIT_PROGRESS, and for leased devices CUDA_VISIBLE_DEVICES and its like. `environment`
// is the task's, its tokens replaced. Fails: kInvalid (a variable that cannot be set).
Result<void> collect_variables(const WorkflowWorld& world, const StartOrder& order, EnvironmentList environment,
                               OwnVariables& own);

// `path` as somebody means it who stands in `directory` ("": in /).
std::string absolute(const std::string& path, const std::string& directory);

}  // namespace sennit::launch
