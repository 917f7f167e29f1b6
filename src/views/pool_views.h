// The server, its pools and their hosts. See views.h.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/instant.h"

namespace sennit::views {

struct ServerView {
  std::int64_t pid = 0;
  std::string version;
  std::string socket;
  std::string state_dir;
  // Ours:
  Instant started_at;
  std::string status;  // "running", or "stalled: <why nothing can be stored>"
  std::uint64_t live_workflows = 0;
  std::uint64_t running_tasks = 0;
  std::string host;
  std::uint32_t cpus = 0;
  std::string gpus;         // "0,1,2,3"
  std::string gpu_models;   // "NVIDIA H100 with 80 GiB", with the numbers before each where they differ
  std::string gpu_problem;  // why there are not more; "": nothing is known to be missing
  bool agent_connected = false;
  std::uint64_t hooks = 0;          // in the configuration
  std::uint64_t hooks_waiting = 0;  // deliveries to them
  std::string hook_problem;         // "on_failure: train-3 was not told: ..."; "": none
  friend bool operator==(const ServerView&, const ServerView&) = default;
};

// GPUs of a pool; halves and smaller parts of a device are possible.
struct PoolUsage {
  double quota_used = 0;  // by NORMAL and HIGH tasks
  double quota_free = 0;
  double quota_limit = 0;  // the guarantee; without one, all devices of the pool
  double total_usage = 0;  // LOW tasks included
  double total_capacity = 0;
  double total_free = 0;
  friend bool operator==(const PoolUsage&, const PoolUsage&) = default;
};

struct PoolView {
  std::string name;
  std::string description;
  std::string status;  // ONLINE, OFFLINE (no host is connected) or MAINTENANCE
  std::string default_platform;
  std::vector<std::string> platforms;
  std::int32_t guarantee = -1;
  std::int32_t maximum = -1;
  std::uint32_t weight = 1;
  PoolUsage resource_usage;
  // Ours:
  std::string gpus;        // "0,1": the devices that it may use
  bool configured = true;  // false: gone from the configuration; its unfinished workflows go on
  friend bool operator==(const PoolView&, const PoolView&) = default;
};

// Pools that share devices, directly or through another one.
struct NodeSetView {
  std::vector<PoolView> pools;
  friend bool operator==(const NodeSetView&, const NodeSetView&) = default;
};

struct PoolList {
  std::vector<NodeSetView> node_sets;
  PoolUsage resource_sum;  // each device counted once
  friend bool operator==(const PoolList&, const PoolList&) = default;
};

// What a pool may use of a node, and what its tasks use there.
struct NodePoolView {
  std::string pool;
  std::string platform;
  std::uint32_t cpus = 0;
  std::uint64_t memory = 0;  // bytes
  std::string gpus;          // "0,1"
  friend bool operator==(const NodePoolView&, const NodePoolView&) = default;
};

struct GpuHolderView {
  std::uint32_t device = 0;
  std::string workflow;  // "": nobody of ours
  std::string task;
  double share = 0;  // of the device
  friend bool operator==(const GpuHolderView&, const GpuHolderView&) = default;
};

struct NodeView {
  std::string node;
  std::string resource_type;  // SHARED: several pools use it; RESERVED: one does; UNUSED
  bool connected = false;
  std::uint32_t cpus = 0;
  std::uint64_t cpus_used = 0;
  std::uint64_t memory = 0;  // bytes
  std::uint64_t memory_used = 0;
  std::uint64_t storage = 0;  // bytes that are free on the disk of outputs; 0: not known
  std::uint64_t storage_used = 0;
  std::uint32_t gpu_count = 0;
  double gpus_used = 0;
  bool pretended_gpus = false;
  std::string gpu_problem;
  std::uint64_t running_tasks = 0;
  std::vector<NodePoolView> pools;
  std::vector<GpuHolderView> gpus;
  friend bool operator==(const NodeView&, const NodeView&) = default;
};

struct NodeList {
  std::vector<NodeView> resources;
  friend bool operator==(const NodeList&, const NodeList&) = default;
};

}  // namespace sennit::views
