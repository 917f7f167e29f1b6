// What a workflow and its tasks are at, in pieces of bounded size: once, or followed until it is finished.
//
// Threads:   one; calls wait, and call `on_piece` from within.
// Errors:    as EventFollower's.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "client/api.h"
#include "client/follow.h"
#include "client/server_launch.h"
#include "views/views.h"

namespace sennit::client {

// The workflow as a whole, with the groups that this piece tells: those that were not told yet, or have changed.
struct StatusPiece {
  enum class Kind : std::uint8_t { kPart, kListed, kEnd };  // all groups have been told; the workflow is finished
  Kind kind = Kind::kPart;
  views::WorkflowView view;
};

using OnPiece = std::function<http::Flow(StatusPiece)>;  // kStop: nothing more is wanted

// All of it as it is now.
Result<void> read_status(Api& api, std::string_view workflow, const OnPiece& on_piece);

class StatusFollower {
 public:
  StatusFollower(ServerPlace place, http::ClientOptions options, std::string workflow)
      : place_(std::move(place)), options_(options), workflow_(std::move(workflow)) {}

  // All of it as it is now, then what changes. After a lost connection all of it is told again.
  Result<void> follow(const OnPiece& on_piece, const EventFollower::OnLost& on_lost);

 private:
  ServerPlace place_;
  http::ClientOptions options_;
  std::string workflow_;
};

}  // namespace sennit::client
