#include "substituted.h"

#include <boost/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "launch/body_tokens.h"
#include "launch/container_tokens.h"
#include "spec/pods/pod_names.h"

namespace json = boost::json;

namespace sennit::conformance {
namespace {

launch::ContainerTokens::Hosts hosts_of(const Workflow& workflow, GroupIndex index) {
  const GroupSpec& group = workflow.group(index);
  launch::ContainerTokens::Hosts hosts;
  for (std::uint32_t i = 0; i < group.task_count; ++i) {
    const std::string name(workflow.name_of(TaskIndex(group.first_task.value() + i)));
    hosts.emplace_back(name, spec::pod_host("T-" + name, "G-" + workflow.name_of(index), "ns"));
  }
  return hosts;
}

}  // namespace

Result<Workflow> substituted(Workflow workflow, std::string_view workflow_id) {
  std::vector<TaskIndex> tasks;
  std::vector<launch::ContainerTokens::Hosts> hosts;
  for (std::uint32_t i = 0; i < workflow.tasks.size(); ++i) tasks.emplace_back(i);
  for (std::uint32_t i = 0; i < workflow.groups.size(); ++i) hosts.push_back(hosts_of(workflow, GroupIndex(i)));
  Result<void> outcome;
  SENNIT_TRY(change_bodies(workflow, tasks, [&](TaskIndex task, TaskBody& body) {
    const std::vector<InputSpec> inputs = body.inputs;
    const launch::ContainerTokens tokens(workflow_id, inputs, hosts[workflow.tasks[task.value()].group.value()]);
    Result<TaskBody> replaced = launch::replace_tokens(std::move(body), tokens);
    if (!replaced) outcome = std::move(replaced).error();
    if (replaced) body = std::move(replaced).value();
  }));
  SENNIT_TRY(std::move(outcome));
  return workflow;
}

json::value bodies_of(const json::value& workflow) {
  json::object bodies;
  for (const json::value& group : workflow.at("groups").as_array()) {
    for (const json::value& task : group.at("tasks").as_array()) {
      json::object body;
      for (const char* name : {"name", "image", "command", "args", "environment", "files", "inputs", "outputs",
                               "checkpoint", "credentials", "volumeMounts", "kpis"}) {
        body[name] = task.at(name);
      }
      bodies[task.at("name").as_string()] = std::move(body);
    }
  }
  return bodies;
}

}  // namespace sennit::conformance
