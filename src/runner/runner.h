// The server's side of a place where attempts run: one host's agent, a simulated host, later a cluster.
//
// Orders go down through Runner and return at once; what becomes of them comes back as facts. Orders carry attempt ids
// and can be repeated: a runner asked twice to start an attempt has one attempt, and one asked to stop, release or
// forget an attempt that it does not know ignores it.
//
// Threads:   everything on the loop's thread, the sink's calls included. A runner must not call its sink from inside an
//            order: it posts later.
// Ownership: the sink outlives the runner's last call to it.
// Errors:    none are returned. An attempt that cannot be started is reported as fact::AttemptExited (kNotStarted), a
//            lost connection as fact::HostLost or a new fact::HostJoined.
#pragma once

#include "base/instant.h"
#include "model/event.h"
#include "model/fact.h"
#include "model/ids.h"
#include "model/order.h"

namespace sennit::runner {

// Takes facts in: the engine.
class FactSink {
 public:
  virtual ~FactSink() = default;
  virtual void post(Fact fact) = 0;
};

class Runner {
 public:
  virtual ~Runner() = default;

  // `workflow` is what the attempts of a workflow share; it goes to the place once, with the first of them.
  virtual void start(const StartOrder& order, const WorkflowContext& workflow) = 0;
  // Kills the command of an earlier incarnation than the order's, if it still runs, and starts it again where the
  // attempt is: its inputs and its output directory stay. An attempt that is not there is started.
  virtual void restart(const StartOrder& order, const WorkflowContext& workflow) = 0;
  // Terminate, wait for `grace`, kill. The exit is still reported as for any other end, as that of `incarnation`. With
  // kTakenBack: only if the attempt has not begun.
  virtual void stop(AttemptId attempt, StopReason reason, Micros grace, std::uint32_t incarnation) = 0;
  // Everything of a running attempt stands still, and goes on. A place that cannot do that leaves it running.
  virtual void pause(AttemptId /*attempt*/) {}
  virtual void resume(AttemptId /*attempt*/) {}
  // Lets an attempt through the barrier.
  virtual void release(AttemptId attempt) = 0;
  // The attempt's end is stored: whatever was kept for reporting it again may be dropped.
  virtual void forget(AttemptId attempt) = 0;
  // The workflow is finished; what is kept for it may be dropped. Workflows of which nothing was started are fine.
  virtual void finish_workflow(WorkflowKey workflow) = 0;
  // Says how busy the devices are: fact::HostMeasured, in any case.
  virtual void measure() = 0;
  // Ends a batch of orders: a runner that collects them for one write sends them now.
  virtual void flush() {}
};

}  // namespace sennit::runner
