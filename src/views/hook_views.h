// Hooks and what was told to them. See views.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/instant.h"

namespace sennit::views {

struct HookView {
  std::string name;
  std::string event;   // "failure"
  std::string per;     // "workflow", "task"
  std::string action;  // the command, or the URL up to its host
  std::vector<std::string> workflows;
  std::vector<std::string> tasks;
  std::uint64_t retries = 0;
  double timeout = 0;   // seconds
  std::string problem;  // why it cannot work as things are, or how its last delivery failed; "": none is known
  friend bool operator==(const HookView&, const HookView&) = default;
};

struct HookList {
  std::vector<HookView> hooks;
  std::uint64_t waiting = 0;  // deliveries
  friend bool operator==(const HookList&, const HookList&) = default;
};

// One event that one hook was told, or is to be.
struct DeliveryView {
  std::uint64_t id = 0;
  std::string hook;
  std::string workflow;  // "": it is gone
  std::uint64_t seq = 0;
  std::string state;  // "waiting", "delivered", "given_up"
  std::uint64_t tries = 0;
  Instant made_at;
  std::optional<Instant> due_at;    // while it waits
  std::optional<Instant> ended_at;  // when it does not
  std::string message;              // how the last try went
  friend bool operator==(const DeliveryView&, const DeliveryView&) = default;
};

// The newest first.
struct DeliveryList {
  std::vector<DeliveryView> deliveries;
  friend bool operator==(const DeliveryList&, const DeliveryList&) = default;
};

// To try a hook with the last event of a workflow that it would be told; without a workflow, with an example.
struct HookTrialRequest {
  std::string workflow;
  friend bool operator==(const HookTrialRequest&, const HookTrialRequest&) = default;
};

struct HookTrial {
  std::string hook;
  std::string told;  // one line about the event
  bool ok = false;
  std::string message;
  std::string output;  // the last of it
  double seconds = 0;
  friend bool operator==(const HookTrial&, const HookTrial&) = default;
};

}  // namespace sennit::views
