// What opens the storages of one attempt: the credentials that came with its order, else keys in the environment that
// the workflow was submitted with.
//
// Threads: pure. Ownership: borrows the order and the world.
#pragma once

#include <string>
#include <vector>

#include "launch/world.h"
#include "model/order.h"
#include "storage/credential.h"

namespace sennit::agent {

// What rclone gets of the environment: that of the workflow, with our own PATH and HOME where it has none.
EnvironmentList mover_environment(const WorkflowContext& context);

class TransferKeys final : public storage::CredentialSource {
 public:
  TransferKeys(const StartOrder& order, const launch::WorkflowWorld& world) : order_(order), world_(world) {}
  Result<storage::CredentialFound> find(const storage::Location& location) const override;

 private:
  const StartOrder& order_;
  const launch::WorkflowWorld& world_;
};

}  // namespace sennit::agent
