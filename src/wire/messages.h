// What server and agent say to each other. docs/formats/agent.md lists them.
//
// One message is one frame; the connection batches what is sent within a turn of the loop. Every message may be
// repeated safely: attempts are recognised by their ids, and a repeated or late message about one changes nothing.
//
// Version rule: a frame type and a field tag are never reused, fields are only added, unknown fields are skipped and
// unknown frame types are ignored.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "model/event.h"
#include "model/fact.h"
#include "model/ids.h"
#include "model/measures.h"
#include "model/order.h"
#include "model/transfer.h"
#include "wire/connection.h"
#include "wire/frame.h"

namespace sennit::wire {

// Server to agent: who asks. The first message of the server on every connection; the agent answers with HostInfo.
// An agent of another instance (the state directory was replaced under it) closes the connection.
struct ServerInfo {
  InstanceId instance;
  std::string version;
  std::uint32_t pid = 0;
  friend bool operator==(const ServerInfo&, const ServerInfo&) = default;
};

// Before the first Start of a workflow on this connection, with which it is forgotten.
struct AddWorkflow {
  WorkflowContext context;
};
struct FinishWorkflow {
  WorkflowKey workflow;
  friend bool operator==(const FinishWorkflow&, const FinishWorkflow&) = default;
};

// Answered by Started, AtBarrier or Exited; asked again, by the latest of them again.
struct Start {
  StartOrder order;
};

// Ends what runs of an earlier incarnation with SIGKILL and starts the command again, through the barrier if the order
// has one; an attempt that is not there is started. Answered as Start, by reports of the order's incarnation.
struct Restart {
  StartOrder order;
};

// SIGTERM, `grace` later SIGCONT and SIGKILL, to everything of the attempt. Answered by Exited (kLost if the agent does
// not know the attempt). With kTakenBack an attempt that has begun is left alone, and answered by its latest report.
// All other reasons are stopped alike.
struct Stop {
  AttemptId attempt;
  StopReason reason = StopReason::kNone;
  Micros grace{};
  std::uint32_t incarnation = 0;  // what the exit is to be of, if a Restart before did not arrive
  friend bool operator==(const Stop&, const Stop&) = default;
};

// Everything of a running attempt stands still until Continue, or until it is stopped. Not answered: repeated as long
// as it is wanted, whenever the agent joins.
struct Pause {
  AttemptId attempt;
  friend bool operator==(const Pause&, const Pause&) = default;
};
struct Continue {
  AttemptId attempt;
  friend bool operator==(const Continue&, const Continue&) = default;
};

// Lets an attempt at its barrier go on.
struct Release {
  AttemptId attempt;
  friend bool operator==(const Release&, const Release&) = default;
};

// The exit is committed: the agent drops what it kept of the attempt.
struct Forget {
  AttemptId attempt;
  friend bool operator==(const Forget&, const Forget&) = default;
};

// Says Grew for this attempt's log from now on; at once if there is output already. `held`: its output is not read
// until another one says otherwise, so that it waits once its pipes are full. Lasts until the attempt ends or the
// server goes.
struct Follow {
  AttemptId attempt;
  bool held = false;
  friend bool operator==(const Follow&, const Follow&) = default;
};
struct Unfollow {
  AttemptId attempt;
  friend bool operator==(const Unfollow&, const Unfollow&) = default;
};

// First on a connection of its own, in place of ServerInfo: a way into the running attempt. Whoever serves it answers
// with ChannelReady (wire/channel_messages), or it is refused with ChannelEnded; until then nothing more is to be said.
struct OpenChannel {
  AttemptId attempt;
  friend bool operator==(const OpenChannel&, const OpenChannel&) = default;
};

// How busy are the devices? Answered by Measured, in any case.
struct Measure {};

struct Shutdown {
  enum class When : std::uint8_t {
    kIdle = 0,  // as soon as nothing runs and every exit has been forgotten
    kNow = 1,   // stop what runs (its attempts are lost), then go
  };
  When when = When::kIdle;
  friend bool operator==(const Shutdown&, const Shutdown&) = default;
};

// Agent to server: the host, and every attempt that the agent knows. Long lists come in several messages; `more` is set
// in all but the last, and only the last carries the other fields.
struct HostInfo {
  std::string version;
  std::uint32_t pid = 0;
  std::string name;
  HostCapacity capacity;
  std::vector<fact::AttemptStarted> running;  // with pid 0: not begun; AtBarrier follows for those at a barrier
  std::vector<fact::AttemptExited> exited;
  bool more = false;
  std::string gpu_problem;  // as fact::HostJoined
  LimitProblems limit_problems;
  HostPlaces places;
};

struct Started {
  fact::AttemptStarted fact;
};
struct AtBarrier {
  AttemptId attempt;
  std::uint32_t incarnation = 0;
  friend bool operator==(const AtBarrier&, const AtBarrier&) = default;
};
struct Exited {
  fact::AttemptExited fact;
};

// The attempt's log has at least `size` bytes now.
struct Grew {
  AttemptId attempt;
  std::uint64_t size = 0;
  friend bool operator==(const Grew&, const Grew&) = default;
};

// Data of the attempt is on its way: about twice a second, and when it begins. Nobody is told when it has ended: what
// follows says so.
struct Transferring {
  TransferReport report;
  friend bool operator==(const Transferring&, const Transferring&) = default;
};

// The attempt is over, and its log was packed: it takes so many bytes of disk less.
struct Packed {
  AttemptId attempt;
  std::uint64_t freed = 0;
  friend bool operator==(const Packed&, const Packed&) = default;
};

// What the attempt has said of its progress, when that has changed and then again to a server that has just connected;
// at most a few times a second.
struct Progressed {
  ProgressReport report;
  friend bool operator==(const Progressed&, const Progressed&) = default;
};
// What a running attempt uses, every few seconds.
struct Used {
  UsageReport report;
  friend bool operator==(const Used&, const Used&) = default;
};

// A ctrl to its agent: the first process of the attempt's container, as this host numbers it.
struct Contained {
  AttemptId attempt;
  std::uint32_t pid = 0;
  friend bool operator==(const Contained&, const Contained&) = default;
};

struct Measured {
  std::vector<GpuLoad> gpus;  // without those that could not be asked
};

// A frame type that this release does not know: ignored, so that a newer peer may say more.
struct Unknown {
  FrameType type = 0;
};

using Message = std::variant<Unknown, ServerInfo, AddWorkflow, FinishWorkflow, Start, Stop, Release, Forget, Follow,
                             Unfollow, Measure, Shutdown, HostInfo, Started, AtBarrier, Exited, Grew, Measured, Restart,
                             Pause, Continue, Transferring, OpenChannel, Packed, Progressed, Used, Contained>;

// The numbers of the frames. 1..63 go to the agent, 64..127 come from it.
inline constexpr FrameType kServerInfoFrame = 1;
inline constexpr FrameType kAddWorkflowFrame = 2;
inline constexpr FrameType kFinishWorkflowFrame = 3;
inline constexpr FrameType kStartFrame = 4;
inline constexpr FrameType kStopFrame = 5;
inline constexpr FrameType kReleaseFrame = 6;
inline constexpr FrameType kForgetFrame = 7;
inline constexpr FrameType kFollowFrame = 8;
inline constexpr FrameType kUnfollowFrame = 9;
inline constexpr FrameType kShutdownFrame = 10;
inline constexpr FrameType kRestartFrame = 11;
inline constexpr FrameType kMeasureFrame = 14;
inline constexpr FrameType kPauseFrame = 12;
inline constexpr FrameType kContinueFrame = 13;
inline constexpr FrameType kOpenChannelFrame = 16;
inline constexpr FrameType kHostInfoFrame = 64;
inline constexpr FrameType kStartedFrame = 65;
inline constexpr FrameType kAtBarrierFrame = 66;
inline constexpr FrameType kExitedFrame = 67;
inline constexpr FrameType kGrewFrame = 68;
inline constexpr FrameType kMeasuredFrame = 71;
inline constexpr FrameType kTransferringFrame = 72;
inline constexpr FrameType kPackedFrame = 78;
inline constexpr FrameType kProgressedFrame = 73;
inline constexpr FrameType kUsedFrame = 74;
inline constexpr FrameType kContainedFrame = 75;

// Appends the message's payload to `out` and returns its frame type. Unknown has no encoding (type 0, nothing
// appended).
FrameType encode(const Message& message, std::string& out);

// kCorrupt if the payload is not what its type says.
Result<Message> decode_message(FrameType type, std::string_view payload);

// Sends a message as one frame.
void send(Connection& connection, const Message& message, Connection::Urgency urgency = Connection::Urgency::kThisTurn);

// The payload of Exited on its own: a record of the agent's spool.
void encode_exited(const fact::AttemptExited& fact, std::string& out);
Result<fact::AttemptExited> decode_exited(std::string_view payload);

}  // namespace sennit::wire
