// The place where attempts run on this host: the server's side of `sennit agent`.
//
// It connects to the agent, starts one if there is none, and does so again whenever the connection ends. On every
// connection the agent first says what it knows, which arrives as fact::HostJoined; what was running under an agent
// that died meanwhile is in neither of its lists, and so is lost, but exits which that agent still wrote down are not.
// fact::HostLost is posted only when no agent lives and none can be brought to life; it is tried again, ever less
// often.
//
// Orders given while no agent is connected are dropped: the engine repeats what has no result when the host joins.
// Nothing is kept here but who follows what, and which workflows have been told on this connection.
//
// Threads:   the loop's.
// Ownership: the sink, the loop and the options' functions outlive the runner. Destroying it closes the connection; the
//            agent and its tasks go on.
// Errors:    none from the orders; whatever happens arrives as facts.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "loop/loop.h"
#include "model/ids.h"
#include "model/measures.h"
#include "model/transfer.h"
#include "runner/runner.h"
#include "wire/connection.h"

namespace sennit::runner {

struct AgentRunnerOptions {
  HostId host{1};
  InstanceId instance;
  std::string version;
  std::string socket;  // where the agent listens
  std::string lock;    // what the agent and its guard hold
  // Starts a detached `sennit agent` on the same state directory.
  std::function<Result<void>()> start_agent;
  // An agent may be there and cannot be talked to; said once until one joins. It is tried again.
  std::function<void(const Error&)> on_trouble;
};

class AgentRunner final : public Runner {
 public:
  AgentRunner(loop::Loop& loop, AgentRunnerOptions options, FactSink& sink);
  ~AgentRunner() override;

  // Begins to connect. Once.
  void open();

  // Asks the agent to end when it has nothing to do; the server is about to end, too. Flushes what is queued.
  void leave();

  void start(const StartOrder& order, const WorkflowContext& workflow) override;
  void restart(const StartOrder& order, const WorkflowContext& workflow) override;
  void stop(AttemptId attempt, StopReason reason, Micros grace, std::uint32_t incarnation) override;
  void pause(AttemptId attempt) override;
  void resume(AttemptId attempt) override;
  void release(AttemptId attempt) override;
  void forget(AttemptId attempt) override;
  void finish_workflow(WorkflowKey workflow) override;
  void measure() override;

  // Calls `grew(attempt, size)` on the loop whenever the attempt's log has grown, soon after it has. Survives
  // reconnections; several followers of one attempt count one by one.
  using Grew = std::function<void(const AttemptId&, std::uint64_t)>;
  void on_grew(Grew grew);
  // Calls `transferring(report)` on the loop while the data of an attempt is on its way.
  using Transferring = std::function<void(const TransferReport&)>;
  void on_transferring(Transferring transferring);
  // Calls `packed(workflow)` on the loop when the log of an attempt of it takes less disk than before.
  using Packed = std::function<void(WorkflowKey)>;
  void on_packed(Packed packed);
  // Likewise while an attempt tells its progress, and what it uses.
  using Progressed = std::function<void(ProgressReport)>;
  using Used = std::function<void(UsageReport)>;
  void on_measures(Progressed progressed, Used used);
  void follow(const AttemptId& attempt);
  void unfollow(const AttemptId& attempt);
  // Of one that is followed: its output is not read while anybody holds it.
  void hold(const AttemptId& attempt);
  void unhold(const AttemptId& attempt);

  // A connection of its own to the agent, which has been asked for a channel into the attempt: what it answers are
  // frames of wire/channel_messages, ChannelReady first. Fails: kUnavailable (no agent is there now).
  Result<std::unique_ptr<wire::Connection>> open_channel(const AttemptId& attempt, wire::Connection::Handler& handler);

  // The agent's process, if one is connected; for `server status`.
  std::uint32_t agent_pid() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sennit::runner
