#include "spec/config/hooks.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "spec/config/config.h"

namespace sennit::spec {
namespace {

LoadedConfig load(std::string text, ConfigSource source = ConfigSource::kUser) {
  ConfigSources sources;
  sources.files.push_back({source, "/home/ada/config.yaml", std::move(text)});
  return load_config(sources);
}

const HookConfig& only_hook(const LoadedConfig& loaded, HookOccasion on) {
  EXPECT_TRUE(loaded.ok()) << render(loaded.diagnostics, Color::kOff);
  return loaded.config.hooks.at(on).at(0);
}

// The one mistake of a text below `hooks:`.
Diagnostic mistake(const std::string& hooks) {
  const LoadedConfig loaded = load("hooks: " + hooks + "\n");
  EXPECT_EQ(loaded.diagnostics.size(), 1U) << hooks << render(loaded.diagnostics, Color::kOff);
  return loaded.diagnostics.empty() ? Diagnostic() : loaded.diagnostics.front();
}

std::string shown(const LoadedConfig& loaded, std::string_view key) {
  const auto found = std::ranges::find(loaded.origins, key, &Origin::key);
  return found == loaded.origins.end() ? "" : found->value;
}

TEST(Hooks, ATextIsACommandOrAUrl) {
  const LoadedConfig loaded = load(R"(hooks:
  on_failure: notify-send "$SENNIT_SUMMARY"
  on_end: https://hooks.example/T00/secret
)");
  EXPECT_EQ(only_hook(loaded, HookOccasion::kFailure).run, "notify-send \"$SENNIT_SUMMARY\"");
  EXPECT_EQ(only_hook(loaded, HookOccasion::kFailure).name, "on_failure");
  EXPECT_EQ(only_hook(loaded, HookOccasion::kEnd).url, "https://hooks.example/T00/secret");
  EXPECT_EQ(only_hook(loaded, HookOccasion::kEnd).retries, 3U);
  EXPECT_EQ(shown(loaded, "hooks.on_end"), "{url: https://hooks.example/...}");
}

TEST(Hooks, AMapSaysEverything) {
  const LoadedConfig loaded = load(R"(hooks:
  on_failure:
    name: chat
    url: https://ada:pass@hooks.example/T00/secret
    per: task
    workflows: [train-*, eval]
    tasks: fit
    headers: {Authorization: "Bearer ${TOKEN}"}
    body: '{"text": "${SENNIT_SUMMARY}"}'
    credentials: {slack: {TOKEN: token}}
    retries: 5
    timeout: 1m30s
)");
  const HookConfig wanted{.name = "chat",
                          .on = HookOccasion::kFailure,
                          .per = HookScope::kTask,
                          .run = {},
                          .url = "https://ada:pass@hooks.example/T00/secret",
                          .headers = {{"Authorization", "Bearer ${TOKEN}"}},
                          .body = "{\"text\": \"${SENNIT_SUMMARY}\"}",
                          .credentials = {{.credential = "slack", .mount_dir = {}, .env = {{"TOKEN", "token"}}}},
                          .workflows = {"train-*", "eval"},
                          .tasks = {"fit"},
                          .retries = 5,
                          .timeout = std::chrono::seconds(90)};
  EXPECT_EQ(only_hook(loaded, HookOccasion::kFailure), wanted);
  EXPECT_EQ(shown(loaded, "hooks.on_failure"),
            "{url: https://hooks.example/..., name: chat, per: task, headers: [Authorization], body: ..., "
            "credentials: [slack], workflows: [train-*, eval], tasks: [fit], retries: 5, timeout: 90000ms}");
}

TEST(Hooks, AListIsSeveralAndReplacedAsAWhole) {
  ConfigSources sources;
  sources.files.push_back({ConfigSource::kSystem, "/etc/config.yaml", "hooks: {on_end: [a, b], on_start: c}\n"});
  sources.files.push_back({ConfigSource::kUser, "/home/config.yaml", "hooks: {on_end: [d, {run: e}], on_start: }\n"});
  const LoadedConfig loaded = load_config(sources);
  ASSERT_TRUE(loaded.ok()) << render(loaded.diagnostics, Color::kOff);
  const auto& hooks = loaded.config.hooks.at(HookOccasion::kEnd);
  ASSERT_EQ(hooks.size(), 2U);
  EXPECT_EQ(hooks[0].run, "d");
  EXPECT_EQ(hooks[1].name, "on_end-2");
  EXPECT_EQ(shown(loaded, "hooks.on_end"), "[{run: d}, {run: e, name: on_end-2}]");
  EXPECT_FALSE(loaded.config.hooks.contains(HookOccasion::kStart));  // null takes it away
}

// Whoever clones a project has not asked for its programs to be run by their server.
TEST(Hooks, OfAProjectHaveNoEffect) {
  const LoadedConfig loaded = load("hooks: {on_end: 'rm -rf x'}\n", ConfigSource::kProject);
  EXPECT_TRUE(loaded.ok());
  EXPECT_TRUE(loaded.config.hooks.empty());
  ASSERT_EQ(loaded.diagnostics.size(), 1U);
  EXPECT_EQ(loaded.diagnostics[0].code, "SN209");
}

TEST(Hooks, TasksAreMeantWhereOnlyTheyHaveTheMoment) {
  const LoadedConfig loaded =
      load("hooks: {on_retry: a, on_preempt: b, on_failure: {run: c, tasks: fit}, on_end: d}\n");
  EXPECT_EQ(only_hook(loaded, HookOccasion::kRetry).per, HookScope::kTask);
  EXPECT_EQ(only_hook(loaded, HookOccasion::kPreempt).per, HookScope::kTask);
  EXPECT_EQ(only_hook(loaded, HookOccasion::kFailure).per, HookScope::kTask);
  EXPECT_EQ(only_hook(loaded, HookOccasion::kEnd).per, HookScope::kWorkflow);
  EXPECT_EQ(mistake("{on_retry: {run: a, per: workflow}}").code, "SN209");
}

TEST(Hooks, WordsOfOtherProgramsAreUnderstoodInTheirMessage) {
  EXPECT_EQ(mistake("{on_complete: a}").suggestion, "on_success");
  EXPECT_EQ(mistake("{on_error: a}").suggestion, "on_failure");
  EXPECT_EQ(mistake("{on_failur: a}").suggestion, "on_failure");
  EXPECT_EQ(mistake("{on_tuesday: a}").suggestion, "");
  EXPECT_EQ(mistake("{on_end: {rum: a}}").suggestion, "run");
}

TEST(Hooks, MistakesAreTold) {
  EXPECT_EQ(mistake("{on_end: {retries: 2}}").code, "SN202");
  EXPECT_EQ(mistake("{on_end: {run: a, url: 'http://x'}}").code, "SN206");
  EXPECT_EQ(mistake("{on_end: {url: 'ftp://x'}}").code, "SN204");
  EXPECT_EQ(mistake("{on_end: {run: a, timeout: 0}}").code, "SN207");
  EXPECT_EQ(mistake("{on_end: {run: a, timeout: 2h}}").code, "SN207");
  EXPECT_EQ(mistake("{on_end: {run: a, retries: 101}}").code, "SN207");
  EXPECT_EQ(mistake("{on_end: {run: a, name: 'a b'}}").code, "SN301");
  EXPECT_EQ(mistake("{on_end: [{run: a, name: x}, {run: b, name: x}]}").code, "SN304");
  EXPECT_EQ(mistake("{on_end: {url: 'http://x', headers: {A: \"b\\nC: d\"}}}").code, "SN413");
  EXPECT_EQ(mistake("{on_end: {run: a, body: b}}").code, "SN209");
  EXPECT_EQ(mistake("{on_end: {run: a, credentials: {c: {A=B: k}}}}").severity, Severity::kError);
}

}  // namespace
}  // namespace sennit::spec
