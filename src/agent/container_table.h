// The attempts of this host that run in containers: for each a ctrl, a process of ours (agent/ctrl/ctrl.h), which asks
// the container engine for the rest.
//
// A container is no descendant of ours: it goes on when we die, and when its ctrl does. What it needs to be found again
// lies in its files (agent/container_files.h): the next agent starts the next ctrl, and that goes on with the
// container, its log and its course. A ctrl that dies alone is started again likewise.
//
// Orders and reports are those of AttemptTable, which passes on what is for a container.
//
// Threads:   the loop's, which must be the process's main thread.
// Ownership: all that the options name outlives the table. Destroying it ends every ctrl; the containers stay.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "agent/attempt.h"
#include "agent/channel_table.h"
#include "agent/confinement.h"
#include "agent/exit_spool.h"
#include "agent/gpu_locks.h"
#include "agent/log_reader.h"
#include "agent/usage_sampler.h"
#include "base/result.h"
#include "logs/run_layout.h"
#include "loop/loop.h"
#include "model/fact.h"
#include "model/order.h"

namespace sennit::agent {

class ReportSink;

struct ContainerTableOptions {
  InstanceId instance;
  std::string ctrl;      // the program
  std::string inside;    // sennit-user
  std::string fallback;  // as ContainerFiles
  bool pretended_gpus = false;
};

class ContainerTable {
 public:
  // `over`: an attempt has become an exit; its files lie there.
  using Over = std::function<void(const AttemptId&, const logs::RunLayout&)>;
  // `measure`: what runs is to be looked at from now on.
  ContainerTable(loop::Loop& loop, ContainerTableOptions options, Confinement& confinement, GpuLocks& locks,
                 ExitSpool& spool, ReportSink& sink, Over over, std::function<void()> measure);
  ~ContainerTable();
  ContainerTable(const ContainerTable&) = delete;
  ContainerTable& operator=(const ContainerTable&) = delete;

  // Goes on with what earlier agents left, and has leftovers of theirs removed that nobody wants. Once.
  void adopt();

  // Whether an engine answers, as of a moment ago; "": one does.
  std::string obstacle();
  // Whether the order is for a container, by what its workflow wishes and its body needs.
  bool is_for_container(const launch::WorkflowWorld& world, const StartOrder& order);

  bool has(const AttemptId& attempt) const;
  void start(StartOrder order, World world);
  // The rest is for attempts that are here.
  void report_again(const AttemptId& attempt);
  void restart(const AttemptId& attempt, StartOrder order);
  void stop(const AttemptId& attempt, Micros grace, std::uint32_t incarnation);
  void take_back(const AttemptId& attempt);
  void pause(const AttemptId& attempt);
  void resume(const AttemptId& attempt);
  void release(const AttemptId& attempt);
  void set_reader(const AttemptId& attempt, LogReader reader);
  void forget_readers();
  Result<WayIn> way_into(const AttemptId& attempt) const;  // kConflict: not now
  void abandon(Micros grace);

  bool is_empty() const;
  void add_running(UsageSampler::Running& running) const;
  void add_known(std::vector<fact::AttemptStarted>& running, std::vector<fact::AttemptAtBarrier>& at_barrier) const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sennit::agent
