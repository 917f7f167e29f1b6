// What the tokens mean for a task that has /osmo/data of its own: in a container, a sandbox or a pod.
//
// Threads:   pure.
// Ownership: borrows the inputs and the hosts.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "model/task_body.h"

namespace sennit::launch {

inline constexpr std::string_view kContainerInput = "/osmo/data/input";
inline constexpr std::string_view kContainerOutput = "/osmo/data/output";

class ContainerTokens {
 public:
  // Name and address of each task that {{host:...}} can name: those of the same group.
  using Hosts = std::vector<std::pair<std::string, std::string>>;

  ContainerTokens(std::string_view workflow_id, const std::vector<InputSpec>& inputs, const Hosts& hosts)
      : workflow_id_(workflow_id), inputs_(inputs), hosts_(hosts) {}

  // A TokenValue of tokens.h. Never fails.
  Result<std::optional<std::string>> operator()(std::string_view token) const;

 private:
  std::string_view workflow_id_;
  const std::vector<InputSpec>& inputs_;
  const Hosts& hosts_;
};

}  // namespace sennit::launch
