#include "launch/process.h"

#include <utility>

#include "launch/attempt_tokens.h"
#include "model/demands.h"
#include "proc/program_search.h"

namespace sennit::launch {
namespace {

constexpr std::string_view kDevices = "CUDA_VISIBLE_DEVICES";
constexpr std::string_view kDeviceOrder = "CUDA_DEVICE_ORDER";

EnvironmentList with_workflow_id(const WorkflowContext& context) {
  EnvironmentList variables = context.environment;
  variables.emplace_back("SENNIT_WORKFLOW_ID", context.id);
  return variables;
}

// Refuses what would otherwise silently not happen.
Result<void> check_possible(const TaskBody& body) {
  if (body.command.empty()) return Error(ErrorCode::kInvalid, "the task has no command");
  const DemandSet demands = demands_of(body);
  for (unsigned i = 0; i < kDemandCount; ++i) {
    if (demands.test(i)) return Error(ErrorCode::kInvalid, refusal_of(static_cast<Demand>(i), body));
  }
  return {};
}

std::string absolute(const std::string& path, const std::string& directory) {
  if (path.starts_with('/')) return path;
  const std::string& base = directory.empty() ? std::string("/") : directory;
  if (path.empty()) return base;
  return base + "/" + path;
}

// The attempt's variables beside the workflow's, with the texts that they point to.
struct OwnVariables {
  EnvironmentList task;
  std::string attempt;
  std::string devices;
  std::string share;
  std::string gpu_memory;
  std::vector<proc::Variable> list;

  void add(std::string_view name, std::string_view value) { list.emplace_back(name, value); }
  bool has(std::string_view name) const {
    for (const auto& [own, value] : task) {
      if (own == name) return true;
    }
    return false;
  }
};

Error bad_variable(const std::string& name) {
  return {ErrorCode::kInvalid, "the environment variable '" + name + "' cannot be set: '=' in its name, or NUL"};
}

// Where the task sets the same variable itself, the credential's value counts.
Result<void> collect_credentials(const StartOrder& order, const TaskBody& body, AttemptTokens& tokens,
                                 OwnVariables& own) {
  for (const CredentialUse& use : body.credentials) {
    for (const auto& [variable, key] : use.env) {
      const auto given = order.credentials.find(use.credential);
      const bool known = given != order.credentials.end() && given->second.payload.contains(key);
      if (!known) {
        return Error(ErrorCode::kNotFound,
                     "the credential '" + use.credential + "' came without its key '" + key + "'");
      }
      SENNIT_ASSIGN(std::string name, tokens.replace(variable));
      const std::string& value = given->second.payload.at(key);
      if (!proc::is_valid_variable(name, value)) return bad_variable(name);
      own.task.emplace_back(std::move(name), value);
    }
  }
  return {};
}

Result<void> collect_variables(const WorkflowWorld& world, const StartOrder& order, const TaskBody& body,
                               AttemptTokens& tokens, OwnVariables& own) {
  own.task.reserve(body.environment.size());
  for (const auto& [name, value] : body.environment) {
    SENNIT_ASSIGN(std::string resolved_name, tokens.replace(name));
    SENNIT_ASSIGN(std::string resolved_value, tokens.replace(value));
    if (resolved_name == kDevices && !order.gpus.empty()) {
      // The lease says which devices it gets, whatever the file says; in which order, the file may say.
      if (parse_gpus(resolved_value) != order.gpus) continue;
      std::erase(resolved_value, ' ');
    }
    if (!proc::is_valid_variable(resolved_name, resolved_value)) return bad_variable(resolved_name);
    own.task.emplace_back(std::move(resolved_name), std::move(resolved_value));
  }
  SENNIT_TRY(collect_credentials(order, body, tokens, own));
  own.list.reserve(own.task.size() + 6);
  for (const auto& [name, value] : own.task) own.add(name, value);
  own.attempt = to_string(order.attempt);
  own.add("SENNIT_TASK", order.task);
  own.add("SENNIT_ATTEMPT", own.attempt);
  if (order.gpus.empty()) return {};
  own.devices = to_string(order.gpus);
  if (order.gpu_share != 0) {
    own.share = share_text(order.gpu_share);
    own.add("SENNIT_GPU_SHARE", own.share);
  }
  if (order.gpu_memory != Bytes()) {
    own.gpu_memory = std::to_string(order.gpu_memory.count());
    own.add("SENNIT_GPU_MEMORY", own.gpu_memory);
  }
  if (!own.has(kDevices)) own.add(kDevices, own.devices);
  // Devices are numbered as NVML does; CUDA's own default order is by speed.
  if (!own.has(kDeviceOrder) && world.environment().find(kDeviceOrder) == nullptr) own.add(kDeviceOrder, "PCI_BUS_ID");
  return {};
}

}  // namespace

WorkflowWorld::WorkflowWorld(WorkflowContext context)
    : context_(std::move(context)), environment_(with_workflow_id(context_)) {
  context_.environment.clear();  // the environment has it now
}

std::vector<const char*> PreparedProcess::argv() const {
  std::vector<const char*> words;
  words.reserve(arguments.size() + 1);
  for (const std::string& argument : arguments) words.push_back(argument.c_str());
  words.push_back(nullptr);
  return words;
}

Result<PreparedProcess> prepare_process(const WorkflowWorld& world, const StartOrder& order) {
  SENNIT_ASSIGN(const TaskBody body, decode_task_body(order.body));
  SENNIT_TRY(check_possible(body));
  AttemptTokens tokens(world.context(), order, body);

  std::vector<std::string> arguments;
  arguments.reserve(body.command.size() + body.args.size());
  for (const std::vector<std::string>* words : {&body.command, &body.args}) {
    for (const std::string& word : *words) {
      SENNIT_ASSIGN(std::string resolved, tokens.replace(word));
      arguments.push_back(std::move(resolved));
    }
  }
  OwnVariables own;
  SENNIT_TRY(collect_variables(world, order, body, tokens, own));
  proc::EnvironmentBlock environment(world.environment(), own.list);
  SENNIT_ASSIGN(const std::string workdir, tokens.replace(body.workdir));
  std::string directory = absolute(workdir, world.context().directory);
  std::string job_log;
  if (!body.job_dir.empty()) {
    const std::string job_dir = absolute(body.job_dir, world.context().directory);
    SENNIT_TRY(make_directories(job_dir, 0777));
    job_log = job_dir + "/job.log";
  }
  SENNIT_ASSIGN(std::string program, proc::find_program(arguments.front(), environment.find("PATH"), directory));
  return PreparedProcess{.program = std::move(program),
                         .arguments = std::move(arguments),
                         .environment = std::move(environment),
                         .directory = std::move(directory),
                         .job_log = std::move(job_log)};
}

}  // namespace sennit::launch
