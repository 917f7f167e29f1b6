// Which request goes where: the paths of the API as a table. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "http/target.h"

namespace sennit::api {

enum class Action : std::uint8_t {
  kServer,
  kStopServer,
  kSubmit,
  kList,
  kStatus,
  kEvents,
  kAllEvents,
  kLogs,
  kCancel,
  kPause,
  kResume,
  kRestart,
  kRerun,
  kTimeouts,
  kWhy,
  kErrors,
  kMetrics,
  kArtifacts,
  kSpec,
  kTags,
  kChangeTags,
  kPin,
  kDelete,
  kGc,
  kPools,
  kResources,
  kCredentials,
  kSetCredential,
  kDeleteCredential,
  kExec,
  kPortForward,
  kAttach,
  kHooks,
  kDeliveries,
  kTestHook,
};

struct Route {
  Action action = Action::kServer;
  std::string reference;  // the workflow's, the credential's or the hook's, where the path names one
};

enum class NoRoute : std::uint8_t {
  kUnknownPath,
  kWrongMethod,
};

std::variant<Route, NoRoute> find_route(std::string_view method, const http::Target& target);

}  // namespace sennit::api
