#include "launch/process.h"

#include <utility>

#include "launch/attempt_tokens.h"
#include "launch/credential_variables.h"
#include "launch/variables.h"
#include "proc/program_search.h"

namespace sennit::launch {
namespace {

Result<EnvironmentList> resolve(const EnvironmentList& variables, AttemptTokens& tokens) {
  EnvironmentList resolved;
  resolved.reserve(variables.size());
  for (const auto& [name, value] : variables) {
    SENNIT_ASSIGN(std::string resolved_name, tokens.replace(name));
    SENNIT_ASSIGN(std::string resolved_value, tokens.replace(value));
    resolved.emplace_back(std::move(resolved_name), std::move(resolved_value));
  }
  return resolved;
}

// The names of variables may have tokens.
Result<EnvironmentList> resolve(std::vector<CredentialUse> uses, const CredentialValues& values,
                                AttemptTokens& tokens) {
  for (CredentialUse& use : uses) {
    for (auto& [variable, key] : use.env) {
      SENNIT_ASSIGN(variable, tokens.replace(variable));
    }
  }
  return credential_variables(uses, values);
}

}  // namespace

std::vector<const char*> PreparedProcess::argv() const {
  std::vector<const char*> words;
  words.reserve(arguments.size() + 1);
  for (const std::string& argument : arguments) words.push_back(argument.c_str());
  words.push_back(nullptr);
  return words;
}

Result<PreparedProcess> prepare_process(const WorkflowWorld& world, const StartOrder& order, const TaskBody& body,
                                        const SandboxTools& tools) {
  AttemptTokens tokens(world.context(), order, body);

  std::vector<std::string> arguments;
  if (body.terminal) arguments = terminal_words(tools.inside());
  arguments.reserve(arguments.size() + body.command.size() + body.args.size());
  for (const std::vector<std::string>* words : {&body.command, &body.args}) {
    for (const std::string& word : *words) {
      SENNIT_ASSIGN(std::string resolved, tokens.replace(word));
      arguments.push_back(std::move(resolved));
    }
  }
  OwnVariables own;
  SENNIT_ASSIGN(EnvironmentList variables, resolve(body.environment, tokens));
  SENNIT_ASSIGN(const EnvironmentList secrets, resolve(body.credentials, order.credentials, tokens));
  variables.insert(variables.end(), secrets.begin(), secrets.end());
  SENNIT_TRY(collect_variables(world, order, std::move(variables), own));
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
                         .job_log = std::move(job_log),
                         .verb = body.verb};
}

}  // namespace sennit::launch
