#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>

#include "spec/config/config_reader.h"
#include "spec/exit_actions.h"

namespace sennit::spec {
namespace {

using Keys = std::map<std::string, std::string>;

// "10m", "36h", "1500ms": the largest unit that leaves a whole number.
std::string time_text(Micros time) {
  struct Unit {
    std::string_view name;
    std::int64_t micros;
  };
  static constexpr auto kUnits = std::to_array<Unit>(
      {{"d", 86'400'000'000}, {"h", 3'600'000'000}, {"m", 60'000'000}, {"s", 1'000'000}, {"ms", 1'000}, {"us", 1}});
  if (time.count() == 0) return "0";
  for (const Unit& unit : kUnits) {
    if (time.count() % unit.micros == 0) return fmt::format("{}{}", time.count() / unit.micros, unit.name);
  }
  return "0";
}

// "256Mi", "1000".
std::string bytes_text(std::uint64_t bytes) {
  static constexpr auto kUnits = std::to_array<std::string_view>({"", "Ki", "Mi", "Gi", "Ti"});
  std::size_t unit = 0;
  while (bytes != 0 && bytes % 1024 == 0 && unit + 1 < kUnits.size()) {
    bytes /= 1024;
    ++unit;
  }
  return fmt::format("{}{}", bytes, kUnits[unit]);
}

std::string list_text(const std::vector<std::string>& list) { return fmt::format("[{}]", fmt::join(list, ", ")); }

std::string_view enforcement_word(LabelEnforcement enforcement) {
  switch (enforcement) {
    case LabelEnforcement::kOff: return "off";
    case LabelEnforcement::kWarn: return "warn";
    case LabelEnforcement::kEnforce: return "enforce";
  }
  return "off";
}

// "{RESCHEDULE: \"3001,3006\"}".
std::string exit_actions_text(const std::vector<ExitAction>& actions) {
  std::string text;
  for (const auto& [action, codes] : exit_action_entries(actions)) {
    text += fmt::format("{}{}: \"{}\"", text.empty() ? "" : ", ", action, codes);
  }
  return "{" + text + "}";
}

void describe_platform(const std::string& prefix, const PlatformConfig& platform, Keys& keys) {
  keys[prefix + ".privileged_allowed"] = platform.privileged_allowed ? "true" : "false";
  keys[prefix + ".host_network_allowed"] = platform.host_network_allowed ? "true" : "false";
  if (platform.allowed_mounts) keys[prefix + ".allowed_mounts"] = list_text(*platform.allowed_mounts);
  if (platform.cost_per_gpu_hour) keys[prefix + ".cost_per_gpu_hour"] = fmt::format("{}", *platform.cost_per_gpu_hour);
  if (!platform.default_mounts.empty()) keys[prefix + ".default_mounts"] = list_text(platform.default_mounts);
}

void describe_pool(const std::string& prefix, const PoolConfig& pool, Keys& keys) {
  if (!pool.description.empty()) keys[prefix + ".description"] = pool.description;
  keys[prefix + ".enable_maintenance"] = pool.maintenance ? "true" : "false";
  keys[prefix + ".resources.gpu.guarantee"] = std::to_string(pool.quota.guarantee);
  keys[prefix + ".resources.gpu.maximum"] = std::to_string(pool.quota.maximum);
  keys[prefix + ".resources.gpu.weight"] = std::to_string(pool.quota.weight);
  if (!pool.default_platform.empty()) keys[prefix + ".default_platform"] = pool.default_platform;
  if (pool.gpus) keys[prefix + ".gpus"] = fmt::format("[{}]", to_string(*pool.gpus));
  if (pool.cpus) keys[prefix + ".cpus"] = std::to_string(*pool.cpus);
  if (pool.memory) keys[prefix + ".memory"] = bytes_text(pool.memory->count());
  if (pool.topology_keys) keys[prefix + ".topology_keys"] = list_text(*pool.topology_keys);
  if (!pool.default_exit_actions.empty()) {
    keys[prefix + ".default_exit_actions"] = exit_actions_text(pool.default_exit_actions);
  }
  keys[prefix + ".runtime"] = to_string(pool.runtime);
  keys[prefix + ".default_exec_timeout"] = time_text(pool.default_exec_timeout);
  keys[prefix + ".default_queue_timeout"] = time_text(pool.default_queue_timeout);
  keys[prefix + ".max_exec_timeout"] = time_text(pool.max_exec_timeout);
  keys[prefix + ".max_queue_timeout"] = time_text(pool.max_queue_timeout);
  if (pool.cost_per_gpu_hour) keys[prefix + ".cost_per_gpu_hour"] = fmt::format("{}", *pool.cost_per_gpu_hour);
  for (const auto& [name, platform] : pool.platforms) describe_platform(prefix + ".platforms." + name, platform, keys);
}

void describe_limits(const Limits& limits, Keys& keys) {
  keys["limits.file_size"] = bytes_text(limits.file_bytes);
  keys["limits.yaml_depth"] = std::to_string(limits.depth);
  keys["limits.yaml_aliases"] = std::to_string(limits.alias_nodes);
  keys["limits.scalar_size"] = bytes_text(limits.scalar_bytes);
  keys["limits.task_size"] = bytes_text(limits.task_bytes);
  keys["limits.tasks"] = std::to_string(limits.tasks);
  keys["limits.name_length"] = std::to_string(limits.name_length);
  keys["limits.job_name_length"] = std::to_string(limits.job_name_length);
  keys["limits.max_retry_per_task"] = std::to_string(limits.max_retry_per_task);
  keys["limits.labels"] = std::to_string(limits.labels);
  keys["limits.diagnostics"] = std::to_string(limits.diagnostics);
  keys["limits.template_output"] = bytes_text(limits.template_output);
  keys["limits.template_steps"] = std::to_string(limits.template_steps);
}

}  // namespace

std::map<std::string, std::string> describe_config(const Config& config) {
  Keys keys;
  keys["default_pool"] = config.default_pool;
  for (const auto& [name, pool] : config.pools) describe_pool("pools." + name, pool, keys);
  for (const auto& [verb, program] : config.verbs) keys["verbs." + verb] = list_text(program);
  keys["retention.finished"] = time_text(config.retention.finished);
  keys["retention.workflows"] = std::to_string(config.retention.workflows);
  keys["retention.size"] = bytes_text(config.retention.size);
  keys["retention.size_spares"] = time_text(config.retention.size_spares);
  describe_limits(config.limits, keys);
  if (config.tags) keys["tags"] = list_text(*config.tags);
  for (const auto& [label, policy] : config.label_policies) {
    keys[fmt::format("label_policies.{}.enforcement", label)] = enforcement_word(policy.enforcement);
    keys[fmt::format("label_policies.{}.values", label)] = list_text(policy.allowed);
  }
  keys["datasets.default_bucket"] = config.datasets.default_bucket;
  for (const auto& [name, url] : config.datasets.buckets) keys["datasets.buckets." + name] = url;
  for (const auto& [on, hooks] : config.hooks) keys[fmt::format("hooks.{}", to_string(on))] = shown_hooks(hooks);
  keys["scheduler.aging"] = time_text(config.scheduler.aging);
  keys["scheduler.preemption_protection"] = time_text(config.scheduler.preemption_protection);
  keys["server.idle_timeout"] = time_text(config.server.idle_timeout);
  keys["server.stop_grace"] = time_text(config.server.stop_grace);
  keys["server.start_timeout"] = time_text(config.server.start_timeout);
  keys["server.gpu_idle_after"] = time_text(config.server.gpu_idle_after);
  keys["server.slots"] = std::to_string(config.server.slots);
  keys["server.max_processes"] = std::to_string(config.server.max_processes);
  keys["server.enforce_limits"] = config.server.enforce_limits == EnforceLimits::kOff ? "off" : "auto";
  return keys;
}

}  // namespace sennit::spec
