// The places where attempts run, by host: carries out what was decided for them.
//
// Threads: the engine's. Ownership: runners outlive it or are detached first.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/instant.h"
#include "base/result.h"
#include "core/state.h"
#include "model/effect.h"
#include "model/order.h"
#include "runner/runner.h"

namespace sennit::engine {

// What a task uses, at the moment when it starts. The error's message is for the user.
using FindCredentials = std::function<Result<CredentialValues>(const std::vector<CredentialUse>&)>;
// What opens the storages that its URLs name, as far as somebody has stored it, and where its datasets are; in a
// workflow of this id.
using FindStorageAccess = std::function<Result<StorageAccess>(const TaskBody&, const std::string& workflow_id)>;

// What may open the registry of an image, best first.
using FindRegistry = std::function<std::vector<GivenCredential>(const std::string& image)>;

class Places {
 public:
  struct Options {
    std::string runs_dir;  // of all workflows
    Micros stop_grace{};
    bool enforce_limits = true;
    std::uint32_t max_processes = 0;
    FindCredentials credentials;
    FindStorageAccess storage_access;
    FindRegistry registry;
  };
  // `state` tells which hosts are there and what is to be started.
  Places(const core::State& state, Options options) : state_(state), options_(std::move(options)) {}

  void attach(HostId host, runner::Runner& runner) { runners_[host] = &runner; }
  void detach(HostId host) { runners_.erase(host); }

  // Orders for a host that is away are dropped: they are repeated when it joins.
  void start(const effect::Start& start, const WorkflowContext& context);
  void restart(const effect::Restart& restart, const WorkflowContext& context);
  void stop(const effect::Stop& stop);
  void pause(const effect::Pause& pause);
  void resume(const effect::Continue& order);
  void release(const effect::Release& release);
  void forget(const effect::Forget& forget);
  void measure(const effect::Measure& measure);
  void finish(WorkflowKey workflow);
  // The end of a batch of orders.
  void flush();

 private:
  runner::Runner* runner_of(HostId host) const;
  StartOrder for_host(HostId host, const core::WorkflowState& workflow, StartOrder order,
                      const std::string& workflow_id) const;

  const core::State& state_;
  Options options_;
  std::map<HostId, runner::Runner*> runners_;
};

}  // namespace sennit::engine
