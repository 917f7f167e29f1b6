// Facts: what reaches the engine from outside. A fact is not journaled; the events that it leads to are.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/instant.h"
#include "model/event.h"
#include "model/ids.h"
#include "model/pools.h"
#include "model/resources.h"
#include "model/runtime.h"
#include "model/workflow.h"

namespace sennit {

// Whether processes of an attempt were killed by the kernel because memory ran out.
enum class OutOfMemory : std::uint8_t {
  kNo = 0,
  kLimit = 1,  // the attempt's own limit
  kHost = 2,   // the host's memory, or that of what the agent runs in
};

// How an attempt's command ended, as its runner saw it.
struct AttemptExit {
  enum class How : std::uint8_t {
    kExited = 0,      // `code` is its exit code
    kSignaled = 1,    // `code` is the signal's number
    kNotStarted = 2,  // could not be started: `message` says why; `code` is one of exit_codes
    kLost = 3,        // nobody knows: its agent died
  };
  How how = How::kExited;
  std::int32_t code = 0;
  std::string message;
  Instant at;               // UTC of the end
  std::int64_t ran_us = 0;  // measured on the boot clock
  Usage usage;
  OutOfMemory out_of_memory = OutOfMemory::kNo;
  Bytes memory_limit;           // that it was held to; 0: none
  std::uint32_t upload_ms = 0;  // from the end until all that it left behind was handed over
  friend bool operator==(const AttemptExit&, const AttemptExit&) = default;
};

namespace fact {

struct Submit {
  WorkflowKey key;
  std::shared_ptr<const Workflow> workflow;  // shared with the store's writer and with readers of the API
  Submission submission;
};

// Reports about an attempt say which incarnation of its command they are about (event::AttemptRestarted).
struct AttemptStarted {
  AttemptId attempt;
  std::uint32_t pid = 0;
  Instant at;
  std::uint32_t incarnation = 0;
  std::uint32_t download_ms = 0;  // its inputs took so long to prepare, before `at`
};

struct AttemptAtBarrier {
  AttemptId attempt;
  std::uint32_t incarnation = 0;
};

struct AttemptExited {
  AttemptId attempt;
  AttemptExit exit;
  std::uint32_t incarnation = 0;
};

// A host is there and says what it has and which attempts it knows: running ones, and ended ones whose exits it kept.
// Attempts that the engine believes on this host and that are in neither list are lost.
struct HostJoined {
  HostId host;
  std::string name;
  HostCapacity capacity;
  std::vector<AttemptStarted> running;  // with pid 0: taken, not begun. Whoever is at a barrier says so right after
  std::vector<AttemptExited> exited;
  std::string gpu_problem;  // why it has no more GPUs, "NVML cannot start: ..."; "": nothing is known to be missing
  LimitProblems limit_problems;
  HostPlaces places = {};
};

// How busy the GPUs of a host are: the answer to effect::Measure. A device that could not be asked is left out.
struct HostMeasured {
  HostId host;
  std::vector<GpuLoad> gpus;
};

// The host's agent is gone for good (its guard killed every task): all its attempts are lost.
struct HostLost {
  HostId host;
  std::string why;
};

// Of the whole workflow, or of these tasks of it. With force also a second time, of what is stopping already.
struct Cancel {
  WorkflowKey workflow;
  std::string user;
  std::string message;
  std::vector<TaskIndex> tasks = {};
  StopForce force = StopForce::kGrace;
};

// Likewise; what is paused (or is not) already stays as it is.
struct Pause {
  WorkflowKey workflow;
  std::string user;
  std::string message;
  std::vector<TaskIndex> tasks = {};
};
struct Resume {
  WorkflowKey workflow;
  std::string user;
  std::vector<TaskIndex> tasks = {};
};

// Of a finished workflow, which has been taken back into the state.
struct Reopen {
  WorkflowKey workflow;
  std::string user;
  std::string message;
};

// New time limits; as event::LimitSet.
struct SetLimits {
  WorkflowKey workflow;
  event::LimitSet limits;
};

// What the configuration says about pools. One that is not listed any more keeps what it had.
struct PoolsConfigured {
  std::vector<PoolSettings> pools;
  SchedulerSettings scheduler;
};

// Wake up and plan: a deadline has passed.
struct Tick {};

}  // namespace fact

using Fact = std::variant<fact::Submit, fact::AttemptStarted, fact::AttemptAtBarrier, fact::AttemptExited,
                          fact::HostJoined, fact::HostMeasured, fact::HostLost, fact::Cancel, fact::Reopen,
                          fact::SetLimits, fact::Pause, fact::Resume, fact::PoolsConfigured, fact::Tick>;

}  // namespace sennit
