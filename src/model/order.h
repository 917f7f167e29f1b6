// What a runner is told, so that it can start attempts without asking back.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/credential.h"
#include "model/ids.h"
#include "model/resources.h"
#include "model/runtime.h"
#include "model/task_body.h"

namespace sennit {

// What all attempts of one workflow share; sent to a runner once, before the workflow's first order.
struct WorkflowContext {
  WorkflowKey key;
  std::string id;               // "<name>-<n>": {{workflow_id}}
  EnvironmentList environment;  // the submitting client's; empty for places that do not inherit it
  std::string directory;        // where the submitting client stood; absolute
  std::string runs_dir;         // absolute <state>/runs/<workflow id>; attempts get <task>/<number> below it
  std::uint32_t uid = 0;        // whom the tasks run as; today always the server's own
  Runtime runtime = Runtime::kAuto;
};

// One attempt to start. The tokens in `body` are resolved by the runner, who knows the paths.
struct StartOrder {
  AttemptId attempt;
  std::string task;  // its name; also its directory below runs_dir
  std::string body;  // an encoded TaskBody
  GpuSet gpus;       // leased devices; with `wants_gpus` they become CUDA_VISIBLE_DEVICES
  // For each input of the body that is a task, in input order: that task's output directory, relative to runs_dir
  // ("train/0/output"), or absolute if the task is an earlier workflow's. Inputs of other kinds have "".
  std::vector<std::string> input_dirs;
  // {{host:task}} of the same group: name and address. Empty if the body names no host.
  std::vector<std::pair<std::string, std::string>> hosts;
  bool barrier = false;  // prepare, report at_barrier, and wait for the release
  // Of the same workflow and host: start when it has ended, at once if it is not there. A repeated order without this
  // lets an attempt go that waits for one.
  std::optional<AttemptId> behind;
  ResourceLimits limits;  // held to as far as the host can
  // Of the command (event::AttemptRestarted): above 0 it is to be started again, in the place that the attempt has.
  std::uint32_t incarnation = 0;
  // What it may use of each of its devices, if it shares them with others; 0: it has them for itself.
  std::uint32_t gpu_share = 0;  // thousandths
  Bytes gpu_memory = {};        // 0: not known either
  // Of the credentials that the body names, what it uses. Nowhere but here and on the way: not kept by who takes it.
  CredentialValues credentials = {};
  std::string credential_problem = {};  // "": none; else why it cannot start
  StorageKeys storage_keys = {};        // of the storages that its URLs name, likewise kept nowhere else
  DatasetPlaces dataset_places = {};    // of the buckets that its datasets may lie in
  // Its group's number in the workflow, if it has peers in it: they share a network where the place can give them one.
  std::optional<std::uint32_t> group = {};
  // What may open the registry of its image, best first; as `credentials`.
  std::vector<GivenCredential> registry = {};
};

void encode(const WorkflowContext& context, std::string& out);
Result<WorkflowContext> decode_workflow_context(std::string_view bytes);
void encode(const StartOrder& order, std::string& out);
Result<StartOrder> decode_start_order(std::string_view bytes);

}  // namespace sennit
