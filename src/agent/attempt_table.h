// The attempts of this host: starts them, ends them, and says what became of each. Knows no server.
//
// An attempt is parked (at its group's barrier, behind another one, or until its devices are free), running, lingering
// (its process ended, others of its group are still there), draining (the last of its output is on its way to the log),
// and then an exit in the spool until it is forgotten. Orders may be repeated: each is answered by what the attempt has
// come to.
//
// A command can be started again in place: what runs of it is killed, and the attempt begins once more with the order
// for the next incarnation, keeping its devices and directories. Reports say which incarnation they are about.
//
// When an attempt's process ends, the rest of its group gets kLinger to finish what it is writing (a `tee` that the
// script had its output go through) and is killed then, with whoever left the group (agent/confinement.h).
//
// Threads:   the loop's, which must be the process's main thread: children die with the thread that spawned them.
// Ownership: destroying the table kills every task. The reports' sink outlives it.
// Errors:    what cannot be started is reported as an exit (kNotStarted).
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "agent/exit_spool.h"
#include "agent/log_packing.h"
#include "agent/log_reader.h"
#include "base/result.h"
#include "loop/loop.h"
#include "model/event.h"
#include "model/fact.h"
#include "model/measures.h"
#include "model/order.h"
#include "model/transfer.h"

namespace sennit::wire {
class Connection;
}

namespace sennit::agent {

class Worlds;

// Where reports go: the server, while one is connected.
class ReportSink {
 public:
  virtual ~ReportSink() = default;
  virtual void on_started(const fact::AttemptStarted& started) = 0;
  virtual void on_barrier(const fact::AttemptAtBarrier& barrier) = 0;
  virtual void on_exited(const fact::AttemptExited& exited) = 0;
  virtual void on_grew(const AttemptId& attempt, std::uint64_t size) = 0;
  virtual void on_transferring(const TransferReport& report) = 0;  // about twice a second
  // The attempt's log takes `freed` bytes of disk less, or could not be packed: one less is on its way.
  virtual void on_packed(const AttemptId& attempt, std::uint64_t freed) = 0;
  virtual void on_progress(const ProgressReport& report) = 0;  // a few times a second while it changes
  virtual void on_usage(const UsageReport& report) = 0;        // every few seconds
};

struct AttemptTableOptions {
  InstanceId instance;
  pid_t guard = 0;     // what the processes of attempts fall to: their subreaper
  std::string cgroup;  // the name of the cgroup below which attempts get one each; "": they get none
  std::string spool_dir;
  std::string progress_dir;  // of the files to which tasks write their progress; "": they cannot
  std::string gpu_locks;     // the directory of the devices' locks; "": devices are pretended
  std::string nvml;          // the library that says how busy GPUs are; "": nobody does
  Micros usage_period = std::chrono::seconds(3);
  std::string inside;  // where sennit-user lies, which sandboxes and containers need
  std::string ctrl;    // where sennit-ctrl lies, which containers need
};

class AttemptTable {
 public:
  static constexpr Micros kLinger = std::chrono::milliseconds(250);

  // Fails as ExitSpool::open; kExhausted.
  static Result<std::unique_ptr<AttemptTable>> open(loop::Loop& loop, AttemptTableOptions options, ReportSink& sink);
  ~AttemptTable();
  AttemptTable(const AttemptTable&) = delete;
  AttemptTable& operator=(const AttemptTable&) = delete;

  void add_workflow(WorkflowContext context);
  void finish_workflow(WorkflowKey workflow);  // attempts that still run keep what they need
  void forget_workflows();                     // another server tells what it needs anew

  // Of a workflow that was not added: ignored, the server will repeat it.
  void start(StartOrder order);
  // The order's incarnation is above 0; of one that is running or over already, the latest is told again.
  void restart(StartOrder order);
  void stop(const AttemptId& attempt, Micros grace, std::uint32_t incarnation = 0);
  // Ends an attempt that has not begun. One that has is left alone and reported again.
  void take_back(const AttemptId& attempt);
  // Its processes stand still until it goes on or is stopped. Of an unknown attempt: ignored.
  void pause(const AttemptId& attempt);
  void resume(const AttemptId& attempt);
  void release(const AttemptId& attempt);
  void forget(const AttemptId& attempt);
  // Whether its log's growth is told from now on. kHolds ends with another call, and when it is stopped.
  void set_reader(const AttemptId& attempt, LogReader reader);
  void forget_readers();
  // A connection that asks for a channel into the attempt, and has said nothing else. It is answered there.
  void open_channel(const AttemptId& attempt, std::unique_ptr<wire::Connection> caller);

  // Stops all of them; their exits say that they are lost, for they did not end by themselves nor by an order.
  void abandon(Micros grace);

  bool is_empty() const;           // nothing parked, running or on its way out
  bool is_packing() const;         // logs of attempts that are over
  std::size_t kept_exits() const;  // not yet forgotten

  // Everything known, for a server that has just connected. Attempts that have not begun have pid 0.
  struct Known {
    std::vector<fact::AttemptStarted> running;
    std::vector<fact::AttemptExited> exited;
    std::vector<fact::AttemptAtBarrier> at_barrier;
  };
  Known known() const;

  // What cannot be had here.
  struct Lacks {
    const LimitProblems& limits;  // why attempts are not held to those in their orders
    HostPlaces places;            // as far as is known without trying
  };
  Lacks lacks() const;

 private:
  class Impl;
  AttemptTable(std::unique_ptr<Worlds> worlds, std::unique_ptr<LogPacking> packing, std::unique_ptr<Impl> impl);
  std::unique_ptr<Worlds> worlds_;
  std::unique_ptr<LogPacking> packing_;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sennit::agent
