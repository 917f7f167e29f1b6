#include "api/route.h"

#include <array>
#include <string_view>

namespace sennit::api {
namespace {

// `{}` in a pattern stands for a reference: a workflow's, or a credential's name.
struct Row {
  std::string_view method;
  std::array<std::string_view, 4> pattern;  // "" ends it
  Action action;
};

constexpr std::string_view kReference = "{}";

constexpr std::array kRows = {
    Row{"GET", {"v1", "server"}, Action::kServer},
    Row{"POST", {"v1", "server", "stop"}, Action::kStopServer},
    Row{"GET", {"v1", "pools"}, Action::kPools},
    Row{"GET", {"v1", "resources"}, Action::kResources},
    Row{"POST", {"v1", "workflows"}, Action::kSubmit},
    Row{"GET", {"v1", "workflows"}, Action::kList},
    Row{"GET", {"v1", "workflows", kReference}, Action::kStatus},
    Row{"GET", {"v1", "workflows", kReference, "events"}, Action::kEvents},
    Row{"GET", {"v1", "workflows", kReference, "logs"}, Action::kLogs},
    Row{"POST", {"v1", "workflows", kReference, "logs"}, Action::kLogs},
    Row{"GET", {"v1", "workflows", kReference, "why"}, Action::kWhy},
    Row{"GET", {"v1", "workflows", kReference, "errors"}, Action::kErrors},
    Row{"GET", {"v1", "workflows", kReference, "metrics"}, Action::kMetrics},
    Row{"GET", {"v1", "workflows", kReference, "artifacts"}, Action::kArtifacts},
    Row{"GET", {"v1", "workflows", kReference, "spec"}, Action::kSpec},
    Row{"GET", {"v1", "workflows", kReference, "exec"}, Action::kExec},
    Row{"GET", {"v1", "workflows", kReference, "attach"}, Action::kAttach},
    Row{"GET", {"v1", "workflows", kReference, "port-forward"}, Action::kPortForward},
    Row{"POST", {"v1", "workflows", kReference, "cancel"}, Action::kCancel},
    Row{"POST", {"v1", "workflows", kReference, "pause"}, Action::kPause},
    Row{"POST", {"v1", "workflows", kReference, "resume"}, Action::kResume},
    Row{"POST", {"v1", "workflows", kReference, "restart"}, Action::kRestart},
    Row{"POST", {"v1", "workflows", kReference, "tags"}, Action::kChangeTags},
    Row{"GET", {"v1", "tags"}, Action::kTags},
    Row{"GET", {"v1", "credentials"}, Action::kCredentials},
    Row{"PUT", {"v1", "credentials", kReference}, Action::kSetCredential},
    Row{"DELETE", {"v1", "credentials", kReference}, Action::kDeleteCredential},
    Row{"GET", {"v1", "events"}, Action::kAllEvents},
    Row{"GET", {"v1", "hooks"}, Action::kHooks},
    Row{"GET", {"v1", "hooks", "deliveries"}, Action::kDeliveries},
    Row{"POST", {"v1", "hooks", kReference, "test"}, Action::kTestHook},
    Row{"POST", {"v1", "workflows", kReference, "pin"}, Action::kPin},
    Row{"DELETE", {"v1", "workflows", kReference}, Action::kDelete},
    Row{"POST", {"v1", "gc"}, Action::kGc},
    Row{"POST", {"v1", "workflows", kReference, "rerun"}, Action::kRerun},
    Row{"POST", {"v1", "workflows", kReference, "timeouts"}, Action::kTimeouts},
};

bool matches(const Row& row, const http::Target& target) {
  if (target.segments.size() > row.pattern.size()) return false;
  for (std::size_t i = 0; i < row.pattern.size(); ++i) {
    const std::string_view segment = i < target.segments.size() ? std::string_view(target.segments[i]) : "";
    if (row.pattern[i] == kReference ? segment.empty() : row.pattern[i] != segment) return false;
  }
  return true;
}

}  // namespace

std::variant<Route, NoRoute> find_route(std::string_view method, const http::Target& target) {
  NoRoute why = NoRoute::kUnknownPath;
  for (const Row& row : kRows) {
    if (!matches(row, target)) continue;
    if (row.method == method) return Route{row.action, row.pattern[2] == kReference ? target.segments[2] : ""};
    why = NoRoute::kWrongMethod;
  }
  return why;
}

}  // namespace sennit::api
