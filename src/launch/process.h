// How an attempt is put into the world as a plain process of this host: from its task's body to a command line,
// an environment and a directory. What it says is docs/architecture.md's column "plain process".
//
// The environment is the submitting client's, then the task's own, then what it has of credentials, then
// SENNIT_WORKFLOW_ID, SENNIT_TASK and SENNIT_ATTEMPT, and for leased devices CUDA_VISIBLE_DEVICES (unless the task
// names it itself, as the request for them).
//
// Directories are made only when a token needs them. What a plain process cannot offer (files at absolute paths, inputs
// and outputs that must be transferred, mounts) is refused: nothing is rewritten or left out behind the user's back.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/order.h"
#include "proc/environment.h"

namespace sennit::launch {

// What the attempts of one workflow share, prepared once. Immutable.
class WorkflowWorld {
 public:
  explicit WorkflowWorld(WorkflowContext context);

  const WorkflowContext& context() const { return context_; }
  const proc::Environment& environment() const { return environment_; }

 private:
  WorkflowContext context_;
  proc::Environment environment_;
};

// Ready to be spawned. Needs its WorkflowWorld as long as it lives.
struct PreparedProcess {
  std::string program;  // a path; relative: from `directory`
  std::vector<std::string> arguments;
  proc::EnvironmentBlock environment;
  std::string directory;  // absolute
  std::string job_log;    // "<job_dir>/job.log"; "": none

  // As execve takes them. Valid as long as this object stays where it is.
  std::vector<const char*> argv() const;
};

// Resolves tokens and paths and makes the directories that are needed. Blocks on the file system.
// Fails: kInvalid (the body asks for what a process cannot have), kNotFound (no such program), kCorrupt (not a body),
// kExhausted or kIo (directories). The message is for the user.
Result<PreparedProcess> prepare_process(const WorkflowWorld& world, const StartOrder& order);

}  // namespace sennit::launch
