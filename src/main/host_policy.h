// What the configuration says about this host, laid over what the host says about itself.
#pragma once

#include "model/resources.h"
#include "runner/runner.h"
#include "spec/config/config.h"

namespace sennit::main {

// The part of `host` that `config` lets tasks use: server.slots, and what its pools may use together: the largest of
// their CPUs and memory, all of their devices.
HostCapacity usable_capacity(HostCapacity host, const spec::Config& config);

// Stands between a runner and the engine, and applies usable_capacity to each host that joins.
class HostPolicy final : public runner::FactSink {
 public:
  HostPolicy(runner::FactSink& engine, const spec::Config& config) : engine_(engine), config_(config) {}
  void post(Fact fact) override;

 private:
  runner::FactSink& engine_;
  spec::Config config_;
};

}  // namespace sennit::main
