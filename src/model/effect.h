// Effects: what must be done in the world because of decided and committed events. They can be repeated safely: a
// runner asked twice to start an attempt has one attempt.
#pragma once

#include <optional>
#include <variant>

#include "model/event.h"
#include "model/ids.h"
#include "model/resources.h"

namespace sennit::effect {

struct Start {
  AttemptId attempt;
  HostId host;
  GpuSet gpus;
  std::optional<AttemptId> behind = std::nullopt;  // to start when this one has ended
  friend bool operator==(const Start&, const Start&) = default;
};

// Kills the attempt's command, if it still runs, and starts it again in place.
struct Restart {
  AttemptId attempt;
  HostId host;
  GpuSet gpus;
  std::uint32_t incarnation = 0;  // as event::AttemptRestarted
  friend bool operator==(const Restart&, const Restart&) = default;
};

// SIGTERM, grace, SIGKILL to everything of the attempt. Its exit is still reported, as that of this incarnation: an
// order to restart that did not arrive before is void. With kTakenBack only to one that has not begun.
struct Stop {
  AttemptId attempt;
  HostId host;
  StopReason reason = StopReason::kNone;
  std::uint32_t incarnation = 0;
  StopForce force = StopForce::kGrace;
  friend bool operator==(const Stop&, const Stop&) = default;
};

// Everything of a running attempt stands still until Continue; it keeps what it holds.
struct Pause {
  AttemptId attempt;
  HostId host;
  friend bool operator==(const Pause&, const Pause&) = default;
};
struct Continue {
  AttemptId attempt;
  HostId host;
  friend bool operator==(const Continue&, const Continue&) = default;
};

// Lets a parked attempt go on.
struct Release {
  AttemptId attempt;
  HostId host;
  friend bool operator==(const Release&, const Release&) = default;
};

// The attempt's end is committed: its runner may drop what it kept of it.
struct Forget {
  AttemptId attempt;
  HostId host;
  friend bool operator==(const Forget&, const Forget&) = default;
};

// Asks a host how busy its GPUs are. Answered by fact::HostMeasured, also if nothing can be told.
struct Measure {
  HostId host;
  friend bool operator==(const Measure&, const Measure&) = default;
};

// The workflow is finished: runners may drop its context; the store keeps its last snapshot and flushes.
struct Finish {
  WorkflowKey workflow;
  friend bool operator==(const Finish&, const Finish&) = default;
};

}  // namespace sennit::effect

namespace sennit {

using Effect = std::variant<effect::Start, effect::Stop, effect::Release, effect::Forget, effect::Measure,
                            effect::Finish, effect::Restart, effect::Pause, effect::Continue>;

}  // namespace sennit
