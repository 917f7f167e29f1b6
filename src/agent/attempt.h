// One attempt on this host, from order to exit: what the table of attempts knows of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "agent/confinement.h"
#include "agent/gpu_locks.h"
#include "agent/log_pump.h"
#include "agent/transfers/attempt_transfers.h"
#include "base/instant.h"
#include "launch/prepared.h"
#include "launch/world.h"
#include "logs/secret_mask.h"
#include "loop/timer.h"
#include "loop/watch.h"
#include "model/fact.h"
#include "model/order.h"

namespace sennit::agent {

enum class Phase : std::uint8_t {
  kAtBarrier,
  kBehind,  // until the attempt that its order names has ended
  kWaitingForGpu,
  kDownloading,
  kRunning,
  kLingering,  // reaped; others of its group may still write
  kUploading,
  kDraining,  // its output is on its way to the log
};

// What ended an attempt before it ended by itself, if something of ours did.
enum class Stopped : std::uint8_t { kNo, kOrdered, kAbandoned };

using World = std::shared_ptr<const launch::WorkflowWorld>;  // shared by the attempts of a workflow

// Those of the workflows that the server has told of.
class Worlds {
 public:
  // `progress`: as launch::WorkflowWorld.
  explicit Worlds(std::string progress) : progress_(std::move(progress)) {}

  void add(WorkflowContext context) {
    const WorkflowKey key = context.key;
    worlds_.insert_or_assign(key, std::make_shared<const launch::WorkflowWorld>(std::move(context), progress_));
  }
  void finish(WorkflowKey workflow) { worlds_.erase(workflow); }  // attempts that still run keep what they need
  void forget() { worlds_.clear(); }
  // Null: not told of.
  World find(WorkflowKey workflow) const {
    const auto found = worlds_.find(workflow);
    return found == worlds_.end() ? nullptr : found->second;
  }

 private:
  std::string progress_;
  std::unordered_map<WorkflowKey, World> worlds_;
};

// What is made before there is a process.
struct Prepared {
  launch::PreparedProcess process;
  LogPump::Capture capture;
};

struct Attempt {
  StartOrder order;                  // its body and credentials are dropped once it is prepared
  std::unique_ptr<StartOrder> next;  // of the command that follows in place, once the present one is over
  World world;
  Phase phase = Phase::kRunning;
  Stopped stopped = Stopped::kNo;
  bool contained = false;  // it goes to the ContainerTable once its turn has come
  bool paused = false;     // its processes stand still, as soon as there are any
  GpuLease lease;
  std::unique_ptr<AttemptTransfers> transfers;   // null: it has none
  std::optional<LogPump::Capture> log;           // opened before it was prepared, for what its transfers say
  std::optional<Prepared> prepared;              // until it runs
  std::shared_ptr<const logs::SecretMask> mask;  // of its credentials, shared with its log; null: it has none
  CaptureId capture;
  std::optional<launch::SandboxEnds> sandbox;  // while it runs in one
  Confined processes;
  loop::Watch watch;                   // of their pidfd: after them, so that it is removed first
  std::unique_ptr<loop::Timer> timer;  // a grace period, the linger or the next try for devices; made when needed
  Instant started_at;
  Micros started_boot{};          // while it is downloading: when that began
  std::uint64_t ooms_before = 0;  // MemoryWatch::kills when it started
  Micros ended_boot{};            // its process ended; 0: it has not
  std::uint32_t download_ms = 0;  // to prepare it
  AttemptExit exit;

  const AttemptId& id() const { return order.attempt; }
  // Of the last command that was ordered; what it says from then on is of that one.
  std::uint32_t incarnation() const { return next ? next->incarnation : order.incarnation; }
  std::uint32_t pid() const { return next ? 0 : static_cast<std::uint32_t>(processes.pid()); }
};

struct AttemptHash {
  std::size_t operator()(const AttemptId& id) const {
    std::size_t value = id.workflow.value() * 0x9e3779b97f4a7c15;
    value = (value ^ id.task.value()) * 0x9e3779b97f4a7c15;
    return value ^ (value >> 32) ^ id.number;
  }
};

}  // namespace sennit::agent
