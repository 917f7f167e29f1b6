// `hooks` of config.yaml: commands and URLs that are told what becomes of workflows and tasks.
//
// Read from the system's file and the user's only. A project's file comes with whatever somebody has cloned, and is
// found by standing in a directory: it must not name programs that a server runs by itself.
//
// Threads: plain values.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "model/task_body.h"

namespace sennit::spec {

// When a hook is due. In the order of kHookOccasionNames.
enum class HookOccasion : std::uint8_t {
  kSubmit = 0,
  kStart,
  kSuccess,
  kFailure,
  kCancel,
  kEnd,  // success, failure or cancel
  kRetry,
  kPreempt,
  kPause,
  kResume,
};
inline constexpr std::size_t kHookOccasionCount = 10;
inline constexpr std::array<std::string_view, kHookOccasionCount> kHookOccasionNames = {
    "on_submit", "on_start", "on_success", "on_failure", "on_cancel",
    "on_end",    "on_retry", "on_preempt", "on_pause",   "on_resume"};
constexpr std::string_view to_string(HookOccasion occasion) {
  return kHookOccasionNames.at(static_cast<std::size_t>(occasion));
}

enum class HookScope : std::uint8_t { kWorkflow = 0, kTask = 1 };
constexpr std::string_view to_string(HookScope scope) { return scope == HookScope::kTask ? "task" : "workflow"; }

inline constexpr std::size_t kMostHooks = 100;

struct HookConfig {
  std::string name;  // "on_failure", "on_failure-2", or as the file says; unique
  HookOccasion on = HookOccasion::kEnd;
  HookScope per = HookScope::kWorkflow;
  std::string run;  // for `sh -c`; "": a URL
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;  // of the URL
  std::optional<std::string> body;                           // of the URL; not given: the event as JSON
  std::vector<CredentialUse> credentials;                    // as variables
  std::vector<std::string> workflows;                        // patterns of their names; none: all
  std::vector<std::string> tasks;                            // likewise
  std::uint32_t retries = 3;
  Micros timeout{std::chrono::seconds(30)};
  friend bool operator==(const HookConfig&, const HookConfig&) = default;
};

using HooksConfig = std::map<HookOccasion, std::vector<HookConfig>>;

// What a hook does, without what may be a secret: the command, or the URL up to its host.
std::string shown_action(const HookConfig& hook);
// As one would write the hooks of one occasion, secrets left out.
std::string shown_hooks(const std::vector<HookConfig>& hooks);

}  // namespace sennit::spec
