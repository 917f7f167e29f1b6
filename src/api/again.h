// A workflow once more, all of it or a part, from what the store keeps of it: as it was, or with other values.
//
// Threads: any; made for a worker. Ownership: values.
#pragma once

#include <memory>
#include <variant>
#include <vector>

#include "api/borrowed_inputs.h"
#include "api/part.h"
#include "engine/engine.h"
#include "model/credential.h"
#include "model/event.h"
#include "spec/diagnostic.h"
#include "store/history.h"
#include "views/views.h"

namespace sennit::api {

struct Again {
  Origin origin;
  store::StoredWorkflow stored;
  views::RerunRequest request;
  Selection selection;
  Descent descent = Descent::kReruns;
  GpuPrices prices;                                        // that it was submitted with
  bool requeue = true;                                     // preempted tasks of it are queued again
  std::shared_ptr<const CredentialKeys> credentials = {};  // those that are stored, shared with other requests
};

struct PreparedAgain {
  engine::NewRun run;
  BorrowedOutputs borrowed;
  std::vector<spec::Diagnostic> warnings;
};

// Without other values it is what was stored, byte for byte; with them the stored file is read again, with the local
// files that were read the first time.
std::variant<PreparedAgain, views::ErrorView> prepare_again(const Again& again);

}  // namespace sennit::api
