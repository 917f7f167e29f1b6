#include "spec/config/config.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace sennit::spec {
namespace {

const Origin* origin_of(const LoadedConfig& loaded, std::string_view key) {
  const auto found = std::ranges::find(loaded.origins, key, &Origin::key);
  return found == loaded.origins.end() ? nullptr : &*found;
}

ConfigSources of_user(std::string text) {
  ConfigSources sources;
  sources.files.push_back({ConfigSource::kUser, "/home/ada/config.yaml", std::move(text)});
  return sources;
}

TEST(Config, DefaultsHaveOnePoolAndTheirOrigin) {
  const LoadedConfig loaded = load_config({});
  EXPECT_TRUE(loaded.ok());
  EXPECT_EQ(loaded.config.default_pool, "local");
  ASSERT_NE(origin_of(loaded, "server.stop_grace"), nullptr);
  EXPECT_EQ(origin_of(loaded, "server.stop_grace")->value, "10s");
  EXPECT_EQ(origin_of(loaded, "limits.file_size")->value, "256Mi");
  EXPECT_EQ(origin_of(loaded, "limits.file_size")->source, ConfigSource::kDefault);
}

TEST(Config, AMaximumBelowTheGuaranteeIsAMistake) {
  const LoadedConfig loaded = load_config(of_user("pools: {lab: {resources: {gpu: {guarantee: 4, maximum: 2}}}}\n"));
  ASSERT_EQ(loaded.diagnostics.size(), 1U);
  EXPECT_EQ(loaded.diagnostics[0].code, "SN428");
  EXPECT_EQ(loaded.diagnostics[0].message, "the maximum of 2 GPUs is below the guarantee of 4");
  EXPECT_TRUE(load_config(of_user("pools: {lab: {resources: {gpu: {guarantee: 4, maximum: -1}}}}\n")).ok());
}

TEST(Config, ReadsEverything) {
  const LoadedConfig loaded = load_config(of_user(R"(
default_pool: lab
pools:
  lab:
    gpus: [0, 2]
    cpus: 8
    memory: 64Gi
    description: the big ones
    resources: {gpu: {guarantee: 2, maximum: 4, weight: 3}}
    enable_maintenance: true
    default_platform: std
    topology_keys: [rack]
    max_exec_timeout: 2d
    runtime: sandbox
    platforms:
      std: {privileged_allowed: false, allowed_mounts: [/data], default_mounts: [/dev/shm],
            cost_per_gpu_hour: 3.99}
    cost_per_gpu_hour: 2
verbs:
  train: [python3, train.py]
  pack: tar -c
scheduler: {aging: 0, preemption_protection: 90s}
retention: {finished: 7d, workflows: 100, size: 5Gi, size_spares: 0}
limits: {tasks: 10, file_size: 1Mi, yaml_depth: 9}
server: {idle_timeout: 1m, stop_grace: 5, slots: 3}
)"));
  ASSERT_TRUE(loaded.ok()) << render(loaded.diagnostics, Color::kOff);
  const PoolConfig& pool = loaded.config.pools.at("lab");
  EXPECT_EQ(pool.gpus, GpuSet::from_bits(0b101));
  EXPECT_EQ(pool.memory, gibibytes(64));
  EXPECT_EQ(pool.quota, (GpuQuota{.guarantee = 2, .maximum = 4, .weight = 3}));
  EXPECT_TRUE(pool.maintenance);
  EXPECT_EQ(loaded.config.scheduler.aging, Micros(0));
  EXPECT_EQ(loaded.config.retention, (RetentionConfig{.finished = std::chrono::hours(24 * 7),
                                                      .workflows = 100,
                                                      .size = gibibytes(5).count(),
                                                      .size_spares = Micros(0)}));
  EXPECT_EQ(loaded.config.scheduler.preemption_protection, std::chrono::seconds(90));
  EXPECT_FALSE(pool.platforms.at("std").privileged_allowed);
  EXPECT_EQ(pool.cost_per_gpu_hour, 2.0);
  EXPECT_EQ(pool.runtime, Runtime::kSandbox);
  EXPECT_EQ(origin_of(loaded, "pools.lab.runtime")->value, "sandbox");
  EXPECT_EQ(pool.platforms.at("std").cost_per_gpu_hour, 3.99);
  EXPECT_EQ(origin_of(loaded, "pools.lab.cost_per_gpu_hour")->value, "2");
  EXPECT_EQ(loaded.config.verbs.at("pack"), (std::vector<std::string>{"tar", "-c"}));
  EXPECT_EQ(loaded.config.limits.file_bytes, 1U << 20);
  EXPECT_EQ(loaded.config.server.slots, 3U);
  EXPECT_EQ(origin_of(loaded, "verbs.train")->where, "/home/ada/config.yaml:20");
  EXPECT_EQ(origin_of(loaded, "pools.lab.platforms.std.allowed_mounts")->value, "[/data]");
}

TEST(Config, BucketsAreUrlsByName) {
  ConfigSources sources =
      of_user("datasets: {default_bucket: team, buckets: {team: 's3://sets/x', here: 'file:///d'}}\n");
  sources.files.push_back(
      {ConfigSource::kProject, "/p/.sennit/config.yaml", "datasets: {buckets: {here: 'file:///p'}}\n"});
  const LoadedConfig loaded = load_config(sources);
  EXPECT_TRUE(loaded.ok());
  EXPECT_EQ(loaded.config.datasets.default_bucket, "team");
  EXPECT_EQ(loaded.config.datasets.buckets.at("team"), "s3://sets/x");
  EXPECT_EQ(origin_of(loaded, "datasets.buckets.here")->value, "file:///p");
  EXPECT_EQ(origin_of(loaded, "datasets.buckets.here")->source, ConfigSource::kProject);
  const LoadedConfig wrong = load_config(of_user("datasets: {buckets: {a: 'ftp://x', b: 'file://x'}}\n"));
  EXPECT_EQ(wrong.diagnostics.size(), 2U);
  EXPECT_TRUE(wrong.config.datasets.buckets.empty());
}

TEST(Config, LaterSourcesWinAndMapsMerge) {
  ConfigSources sources = of_user("server: {slots: 2, stop_grace: 2s}\nverbs: {train: a, eval: b}\n");
  sources.files.push_back({ConfigSource::kProject, "/p/config.yaml", "verbs: {train: c}\nserver: {stop_grace: 3s}\n"});
  sources.files.push_back({ConfigSource::kSystem, "/etc/config.yaml", "server: {slots: 1, idle_timeout: 1h}\n"});
  sources.variable = [](std::string_view name) -> std::optional<std::string> {
    if (name == "SENNIT_SERVER_STOP_GRACE") return "4s";
    return std::nullopt;
  };
  sources.flags = {{"server.stop_grace", "5s"}, {"verbs.tune", "[x, y]"}};
  const LoadedConfig loaded = load_config(sources);
  ASSERT_TRUE(loaded.ok()) << render(loaded.diagnostics, Color::kOff);
  EXPECT_EQ(loaded.config.server.slots, 2U);
  EXPECT_EQ(loaded.config.server.idle_timeout, Micros(std::chrono::hours(1)));
  EXPECT_EQ(loaded.config.server.stop_grace, Micros(std::chrono::seconds(5)));
  EXPECT_EQ(loaded.config.verbs.at("train"), std::vector<std::string>{"c"});
  EXPECT_EQ(loaded.config.verbs.at("eval"), std::vector<std::string>{"b"});
  EXPECT_EQ(loaded.config.verbs.at("tune"), (std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(origin_of(loaded, "server.slots")->source, ConfigSource::kUser);
  EXPECT_EQ(origin_of(loaded, "server.stop_grace")->source, ConfigSource::kFlag);
  EXPECT_EQ(origin_of(loaded, "verbs.train")->source, ConfigSource::kProject);
}

TEST(Config, ExitActionsOfAPoolAreReplacedAsAWhole) {
  ConfigSources sources = of_user(
      "pools: {lab: {default_exit_actions: {RESCHEDULE: \"3001,3006\", restart: 7}}}\n"
      "limits: {max_retry_per_task: 0}\n");
  const LoadedConfig loaded = load_config(sources);
  ASSERT_TRUE(loaded.ok()) << render(loaded.diagnostics, Color::kOff);
  const std::vector<ExitAction> wanted = {{ExitActionKind::kReschedule, 3001, 3001},
                                          {ExitActionKind::kReschedule, 3006, 3006},
                                          {ExitActionKind::kRestart, 7, 7}};
  EXPECT_EQ(loaded.config.pools.at("lab").default_exit_actions, wanted);
  EXPECT_EQ(loaded.config.limits.max_retry_per_task, 0U);
  EXPECT_EQ(origin_of(loaded, "pools.lab.default_exit_actions")->value, "{RESCHEDULE: \"3001,3006\", RESTART: \"7\"}");
  EXPECT_EQ(origin_of(loaded, "pools.lab.default_exit_actions")->where, "/home/ada/config.yaml:1");
  sources.files.push_back(
      {ConfigSource::kProject, "/p/config.yaml", "pools: {lab: {default_exit_actions: {FAIL: 0}}}\n"});
  EXPECT_EQ(load_config(sources).config.pools.at("lab").default_exit_actions.size(), 1U);
}

TEST(Config, ProgramsAreFoundFromTheFolderOfTheirFile) {
  ConfigSources sources = of_user("verbs: {a: bin/x, b: [x, y], c: /opt/x}\n");
  sources.files.push_back({ConfigSource::kProject, "/p/.sennit/config.yaml", "verbs: {d: [./x, z]}\n"});
  sources.flags = {{"verbs.e", "./x"}};
  const LoadedConfig loaded = load_config(sources);
  const auto first = [&loaded](const char* verb) { return loaded.config.verbs.at(verb).front(); };
  EXPECT_EQ(first("a"), "/home/ada/bin/x");
  EXPECT_EQ(first("b"), "x") << "looked for in PATH";
  EXPECT_EQ(first("c"), "/opt/x");
  EXPECT_EQ(first("d"), "/p/x");
  EXPECT_EQ(first("e"), "./x") << "no file, no folder";
}

TEST(Config, MistakesHavePlacesAndLeaveTheDefault) {
  const LoadedConfig loaded = load_config(of_user("server:\n  idle_timout: 5m\n  slots: many\nservr: {}\n"));
  EXPECT_FALSE(loaded.ok());
  EXPECT_EQ(loaded.config.server.slots, 0U);
  EXPECT_EQ(
      render(loaded.diagnostics, Color::kOff),
      "/home/ada/config.yaml:2:3: error[SN201]: unknown field 'idle_timout' in 'server'\n"
      "      2 |   idle_timout: 5m\n"
      "        |   ^~~~~~~~~~~\n"
      "        = expected: one of idle_timeout, stop_grace, start_timeout, gpu_idle_after, slots, enforce_limits, "
      "max_processes\n"
      "        = help: did you mean 'idle_timeout'?\n"
      "/home/ada/config.yaml:3:10: error[SN203]: 'slots' must be a whole number, not 'many'\n"
      "      3 |   slots: many\n"
      "        |          ^~~~\n"
      "/home/ada/config.yaml:4:1: error[SN201]: unknown field 'servr' in config.yaml\n"
      "      4 | servr: {}\n"
      "        | ^~~~~\n"
      "        = expected: one of default_pool, pools, verbs, retention, limits, scheduler, server, datasets, hooks, "
      "tags, label_policies\n"
      "        = help: did you mean 'server'?\n");
}

TEST(Config, LimitsAreEnforcedUnlessSwitchedOff) {
  EXPECT_EQ(load_config({}).config.server.enforce_limits, EnforceLimits::kAuto);
  EXPECT_EQ(load_config(of_user("server: {enforce_limits: off}\n")).config.server.enforce_limits, EnforceLimits::kOff);
  const LoadedConfig wrong = load_config(of_user("server: {enforce_limits: of}\n"));
  EXPECT_EQ(wrong.config.server.enforce_limits, EnforceLimits::kAuto);
  EXPECT_EQ(render(wrong.diagnostics, Color::kOff),
            "/home/ada/config.yaml:1:26: error[SN204]: 'enforce_limits' cannot be 'of'\n"
            "      1 | server: {enforce_limits: of}\n"
            "        |                          ^~\n"
            "        = expected: one of auto, off\n"
            "        = help: did you mean 'off'?\n");
}

TEST(Config, AnUnknownDefaultPoolIsShownWhereItIsSaid) {
  ConfigSources sources = of_user("pools: {lab: {}}\ndefault_pool: lap\n");
  EXPECT_EQ(render(load_config(sources).diagnostics, Color::kOff),
            "/home/ada/config.yaml:2:15: error[SN508]: default_pool is 'lap', which is not a pool\n"
            "      2 | default_pool: lap\n"
            "        |               ^~~\n"
            "        = expected: an entry of 'pools'\n"
            "        = help: did you mean 'lab'?\n");
  sources.flags = {{"default_pool", "nowhere"}};
  EXPECT_EQ(load_config(sources).diagnostics.at(0).file, "--config default_pool");
  sources.flags.clear();
  sources.files.push_back({ConfigSource::kProject, "/p/config.yaml", "pools: {lap: {}}\n"});
  EXPECT_TRUE(load_config(sources).ok()) << "a later file has the pool";
}

TEST(Config, MistakesInVariablesAndFlagsNameThem) {
  ConfigSources sources;
  sources.variable = [](std::string_view name) -> std::optional<std::string> {
    if (name == "SENNIT_SERVER_SLOTS") return "few";
    return std::nullopt;
  };
  sources.flags = {{"server.slts", "1"}, {"default_pool", "nowhere"}};
  const LoadedConfig loaded = load_config(sources);
  ASSERT_EQ(loaded.diagnostics.size(), 3U);
  EXPECT_EQ(loaded.diagnostics[0].file, "SENNIT_SERVER_SLOTS");
  EXPECT_EQ(loaded.diagnostics[1].suggestion, "slots");
  EXPECT_EQ(loaded.diagnostics[2].code, "SN508");
}

TEST(Config, FilesAreFoundUpwardsAndBySennitHome) {
  namespace fs = std::filesystem;
  const fs::path root = fs::path(testing::TempDir()) / ("sennit-config-test-" + std::to_string(::getpid()));
  fs::remove_all(root);
  fs::create_directories(root / "project/.sennit");
  fs::create_directories(root / "project/deep/er");
  fs::create_directories(root / "home");
  std::ofstream(root / "project/.sennit/config.yaml") << "server: {slots: 1}\n";
  std::ofstream(root / "home/config.yaml") << "server: {slots: 2}\n";
  const auto variable = [&](std::string_view name) -> std::optional<std::string> {
    if (name == "SENNIT_HOME") return (root / "home").string();
    return std::nullopt;
  };
  const FoundConfig found = find_config_files((root / "project/deep/er").string(), variable);
  std::vector<ConfigSource> sources;
  for (const ConfigFile& file : found.files) {
    if (file.source != ConfigSource::kSystem) sources.push_back(file.source);
  }
  EXPECT_EQ(sources, (std::vector<ConfigSource>{ConfigSource::kUser, ConfigSource::kProject}));
  for (const char* file : {"project/.sennit/config.yaml", "home/config.yaml"}) {
    fs::remove(root / file);
    fs::create_directory(root / file);
    const FoundConfig wrong = find_config_files((root / "project").string(), variable);
    ASSERT_FALSE(wrong.diagnostics.empty()) << file;
    EXPECT_EQ(wrong.diagnostics.back().message, "'" + (root / file).string() + "' is a directory, not a file");
    fs::remove(root / file);
  }
  fs::remove_all(root);
}

}  // namespace
}  // namespace sennit::spec
