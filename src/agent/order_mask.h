// What neither the log of an attempt nor what is said about it may show.
//
// Threads: pure.
#pragma once

#include <memory>

#include "logs/secret_mask.h"
#include "model/order.h"
#include "model/task_body.h"

namespace sennit::agent {

// The values that came with the order: of the credentials that `body`, the order's own, uses, of registries and of
// storages. Null: there is nothing to hide.
std::shared_ptr<const logs::SecretMask> mask_for(const StartOrder& order, const TaskBody& body);

}  // namespace sennit::agent
