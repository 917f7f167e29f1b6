// How people name workflows and apps (osmo-spec.md 1.9, 5.1 and 8).
//
// Threads:   pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sennit::spec {

struct AppReference {
  std::string name;
  std::optional<std::int64_t> version;  // none: the newest

  // "name:version", or the name alone.
  std::string full() const;
};
// "name" or "name:version".
std::optional<AppReference> parse_app_reference(std::string_view text);

struct WorkflowReference {
  std::string name;
  std::int64_t number = 0;
};
// "<name>-<n>", cut at the last dash.
std::optional<WorkflowReference> parse_workflow_id(std::string_view text);

// Whether the client takes an argument for a workflow's id rather than for a file: it ends like one.
bool looks_like_workflow_id(std::string_view text);

}  // namespace sennit::spec
