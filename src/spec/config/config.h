// config.yaml: the pools, the programs behind the verbs, retention, limits and the server's habits, and where each
// value came from.
//
// Precedence, highest first: flag, environment (SENNIT_<KEY>, dots as underscores: server.idle_timeout is
// SENNIT_SERVER_IDLE_TIMEOUT), project (.sennit/config.yaml in the working directory or the nearest parent), user,
// system
// (/etc/sennit/config.yaml), default. Maps (pools, platforms, verbs) merge key by key; a list is replaced as a whole.
//
// Threads: plain values; load_config reads the files it is given and nothing else.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/instant.h"
#include "model/pools.h"
#include "model/resources.h"
#include "model/runtime.h"
#include "model/workflow.h"
#include "spec/config/hooks.h"
#include "spec/diagnostic.h"
#include "spec/label_policy.h"
#include "spec/limits.h"

namespace sennit::spec {

// What tasks may do on one kind of machine of a pool.
struct PlatformConfig {
  bool privileged_allowed = true;
  bool host_network_allowed = true;
  std::optional<std::vector<std::string>> allowed_mounts;  // not given: any
  std::vector<std::string> default_mounts;
  std::optional<double> cost_per_gpu_hour;  // not given: the pool's
  friend bool operator==(const PlatformConfig&, const PlatformConfig&) = default;
};

struct PoolConfig {
  std::string description;
  GpuQuota quota;            // resources.gpu
  bool maintenance = false;  // enable_maintenance
  std::string default_platform;
  std::map<std::string, PlatformConfig, std::less<>> platforms;  // empty: any platform name is accepted
  std::optional<GpuSet> gpus;                                    // devices it may use; not given: all of the host
  std::optional<std::uint32_t> cpus;                             // of its tasks together; not given: the host's
  std::optional<Bytes> memory;                                   // likewise
  std::optional<std::vector<std::string>> topology_keys;         // not given: any
  std::vector<ExitAction> default_exit_actions;                  // asked after a task's own
  Micros default_exec_timeout{};                                 // 0: none
  Micros default_queue_timeout{};
  Micros max_exec_timeout{};
  Micros max_queue_timeout{};
  std::optional<double> cost_per_gpu_hour;  // not given: not known
  Runtime runtime = Runtime::kAuto;         // where its tasks run, unless who submits says otherwise
  friend bool operator==(const PoolConfig&, const PoolConfig&) = default;
};

struct RetentionConfig {
  Micros finished{std::chrono::hours(24 * 30)};  // how long a finished workflow's files and history stay; 0: for ever
  std::uint32_t workflows = 0;                   // and at most so many finished workflows; 0: any number
  std::uint64_t size = gibibytes(100).count();   // and files of at most so many bytes, of all workflows; 0: any number
  Micros size_spares{std::chrono::hours(1)};     // `size` takes nothing that ended less long ago
  friend bool operator==(const RetentionConfig&, const RetentionConfig&) = default;
};

// Whether tasks are held to the memory and the CPUs that they ask for.
enum class EnforceLimits : std::uint8_t { kAuto = 0, kOff = 1 };  // auto: as far as the host can

struct ServerConfig {
  Micros idle_timeout{std::chrono::minutes(10)};   // nothing to do for so long: it goes; 0: stays
  Micros stop_grace{std::chrono::seconds(10)};     // between SIGTERM and SIGKILL of a task
  Micros start_timeout{std::chrono::minutes(30)};  // an attempt that is not running by then failed; 0: none
  Micros gpu_idle_after{
      std::chrono::minutes(10)};  // a task whose GPU does nothing for so long is told as such; 0: none
  std::uint32_t slots = 0;        // tasks at once on this host; 0: as resources allow
  EnforceLimits enforce_limits = EnforceLimits::kAuto;
  std::uint32_t max_processes = 16'384;  // of a task in a sandbox, or held to memory or CPUs; 0: any number
  friend bool operator==(const ServerConfig&, const ServerConfig&) = default;
};

// Where datasets lie (docs/formats/dataset.md).
inline constexpr std::string_view kLocalBucket = "local";  // is there without being named in `buckets`
struct DatasetsConfig {
  std::string default_bucket{kLocalBucket};                 // of names without one
  std::map<std::string, std::string, std::less<>> buckets;  // name -> storage URL
  friend bool operator==(const DatasetsConfig&, const DatasetsConfig&) = default;
};
// The names of all buckets, "local" among them.
std::vector<std::string> bucket_names(const DatasetsConfig& config);

using VerbPrograms = std::map<std::string, std::vector<std::string>, std::less<>>;

struct Config {
  std::map<std::string, PoolConfig, std::less<>> pools{{"local", PoolConfig{}}};
  std::string default_pool = "local";
  VerbPrograms verbs;  // verb -> program and its first arguments; not listed: ["oumi", <verb>]
  RetentionConfig retention;
  Limits limits;
  SchedulerSettings scheduler;
  ServerConfig server;
  DatasetsConfig datasets;
  HooksConfig hooks;                                               // of no project
  std::optional<std::vector<std::string>> tags;                    // those that may be given; not given: any
  std::map<std::string, LabelPolicy, std::less<>> label_policies;  // by label
};

enum class ConfigSource : std::uint8_t { kDefault = 0, kSystem, kUser, kProject, kEnvironment, kFlag };
// "default", "system", "user", "project", "environment", "flag".
std::string_view to_string(ConfigSource source);

// One line of `config show --origin`.
struct Origin {
  std::string key;    // "server.idle_timeout", "verbs.train", "pools.local.gpus"
  std::string value;  // as one would write it in the file: "10m", "[python3, train.py]"
  ConfigSource source = ConfigSource::kDefault;
  std::string where;  // "/etc/sennit/config.yaml:3", "SENNIT_SERVER_SLOTS", "--config"; "" for a default
};

struct ConfigFile {
  ConfigSource source = ConfigSource::kUser;
  std::string path;
  std::string text;
};

struct ConfigSources {
  std::vector<ConfigFile> files;                                              // any order
  std::function<std::optional<std::string>(std::string_view name)> variable;  // the environment; may be empty
  std::vector<std::pair<std::string, std::string>> flags;                     // key and value, as `--config key=value`
};

struct LoadedConfig {
  Config config;                // usable even with errors: what was wrong has its default
  std::vector<Origin> origins;  // every key that has a value, sorted by key
  std::vector<Diagnostic> diagnostics;
  bool ok() const;  // no error among the diagnostics
};

LoadedConfig load_config(const ConfigSources& sources);

// The three files that apply to somebody who stands in `directory` (absolute), read from disk; those that do not exist
// are left out, one that cannot be read is a diagnostic.
struct FoundConfig {
  std::vector<ConfigFile> files;
  std::vector<Diagnostic> diagnostics;
};
FoundConfig find_config_files(std::string_view directory,
                              const std::function<std::optional<std::string>(std::string_view)>& variable);

// The system's file and the user's, whether they exist or not: those that apply wherever somebody stands.
std::vector<std::string> shared_config_paths(
    const std::function<std::optional<std::string>(std::string_view)>& variable);

// The user's file, whether it exists or not: $SENNIT_HOME/config.yaml, else below $XDG_CONFIG_HOME or ~/.config.
std::string user_config_path(const std::function<std::optional<std::string>(std::string_view)>& variable);

}  // namespace sennit::spec
