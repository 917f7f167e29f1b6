// From a submitted bundle to a workflow that can be stored and run: everything that takes time and needs no engine.
//
// Threads: any; made for a worker. Ownership: values.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "model/credential.h"
#include "model/gpu_prices.h"
#include "model/order.h"
#include "model/workflow.h"
#include "spec/diagnostic.h"
#include "views/views.h"

namespace sennit::api {

struct PreparedSubmission {
  std::shared_ptr<const Workflow> workflow;  // shared by the engine, which runs it, and by readers
  std::string encoded;                       // encode(*workflow)
  std::string rendered;                      // "": the file has no template
  WorkflowContext context;                   // key, id and runs_dir are still to be given
  Priority priority = Priority::kNormal;
  std::string pool;
  GpuPrices prices;
  std::optional<bool> tui;  // what the file says about the terminal view
  std::vector<spec::Diagnostic> warnings;
  std::map<std::string, std::string> files;  // local files that were read, also those that were not in the bundle
  std::string request;                       // encode_request() of it all
};

// What is wrong is said as the ErrorView that the client gets, with all diagnostics.
using Preparation = std::variant<PreparedSubmission, views::ErrorView>;

// Reads the configuration files that apply where the client stands, and the files that the workflow names (those of the
// bundle first, then this host's). `credentials` are those that are stored.
Preparation prepare(const views::SubmitRequest& request, const CredentialKeys& credentials,
                    const StorageProfiles* storages = nullptr);

}  // namespace sennit::api
