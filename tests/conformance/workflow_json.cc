#include "workflow_json.h"

#include <algorithm>
#include <boost/json.hpp>
#include <string>
#include <vector>

#include "base/base64.h"
#include "launch/body_tokens.h"
#include "launch/container_tokens.h"
#include "spec/grammar.h"
#include "spec/pods/pod_names.h"
#include "spec/values.h"

namespace json = boost::json;

namespace sennit::conformance {
namespace {

double seconds(std::int64_t us) { return static_cast<double>(us) / 1e6; }

json::array texts(const std::vector<std::string>& list) {
  json::array out;
  for (const std::string& text : list) out.emplace_back(text);
  return out;
}

json::value quantity(Bytes bytes) {
  if (bytes == Bytes()) return nullptr;
  return bytes.count();
}

json::object resource_json(const ResourceRequest& request, const TaskBody& body) {
  json::object out;
  out["cpu"] = request.cpus ? json::value(*request.cpus) : json::value(nullptr);
  out["gpu"] = request.gpu_count;
  out["memory"] = quantity(request.memory);
  out["storage"] = quantity(request.storage);
  out["platform"] = request.platform;
  out["nodesExcluded"] = texts(body.nodes_excluded);
  return out;
}

std::string_view action_word(ExitActionKind kind) {
  switch (kind) {
    case ExitActionKind::kComplete: return "COMPLETE";
    case ExitActionKind::kFail: return "FAIL";
    case ExitActionKind::kReschedule: return "RESCHEDULE";
    case ExitActionKind::kRestart: return "RESTART";
  }
  return "";
}

json::object transfer(std::string_view kind, const std::string& source, const std::string& regex) {
  return {{kind, source}, {"regex", regex}};
}

json::array inputs_json(const TaskBody& body) {
  json::array out;
  for (const InputSpec& input : body.inputs) {
    out.push_back(transfer(input.kind == InputSpec::Kind::kTask ? "task" : "url", input.source, input.regex));
  }
  return out;
}

json::object credentials_json(const TaskBody& body) {
  json::object out;
  for (const CredentialUse& use : body.credentials) {
    json::object keys;
    for (const auto& [variable, key] : use.env) keys[variable] = key;
    const bool mounted = !use.mount_dir.empty();
    out[use.credential] = mounted ? json::value(use.mount_dir) : json::value(keys);
  }
  return out;
}

// A credential that is mounted nowhere is none of either kind, to us.
void normalise_credentials(json::object& task) {
  for (auto& [name, how] : task.at("credentials").as_object()) {
    if (how.is_string() && how.get_string().empty()) how = json::object();
  }
}

// What tokens can stand in.
json::object body_json(std::string_view name, const TaskBody& body) {
  json::object out;
  out["name"] = name;
  out["image"] = body.image;
  out["command"] = texts(body.command);
  out["args"] = texts(body.args);
  json::object environment;
  for (const auto& [variable, value] : body.environment) environment[variable] = value;
  out["environment"] = environment;
  out["inputs"] = inputs_json(body);
  json::array outputs;
  for (const OutputSpec& output : body.outputs) outputs.push_back(transfer("url", output.target, output.regex));
  out["outputs"] = outputs;
  json::array files;
  for (const FileSpec& file : body.files) files.push_back({{"path", file.path}, {"contents", file.contents}});
  out["files"] = files;
  json::array checkpoints;
  for (const CheckpointSpec& checkpoint : body.checkpoints) {
    checkpoints.push_back({{"path", checkpoint.path},
                           {"url", checkpoint.url},
                           {"frequency", seconds(checkpoint.frequency_us)},
                           {"regex", checkpoint.regex}});
  }
  out["checkpoint"] = checkpoints;
  json::array kpis;
  for (const KpiSpec& kpi : body.kpis) kpis.push_back({{"index", kpi.index}, {"path", kpi.path}});
  out["kpis"] = kpis;
  out["credentials"] = credentials_json(body);
  out["volumeMounts"] = texts(body.volume_mounts);
  return out;
}

json::object task_json(const Workflow& workflow, TaskIndex index) {
  const TaskBody body = workflow.body_of(index).value();
  json::object out = body_json(workflow.name_of(index), body);
  out["lead"] = workflow.tasks[index.value()].lead;
  json::array actions;
  for (const ExitAction& action : workflow.policy_of(index).exit_actions) {
    actions.push_back(json::array{action_word(action.action), action.first, action.last});
  }
  out["exitActions"] = actions;
  out["privileged"] = body.privileged;
  out["hostNetwork"] = body.host_network;
  out["downloadType"] = body.download_type;
  out["cacheSize"] = body.cache_size;
  out["resource"] = resource_json(workflow.resources_of(index), body);
  return out;
}

void normalise_exit_actions(json::object& task) {
  json::array out;
  for (const auto& [action, codes] : task.at("exitActions").as_object()) {
    std::string word(action);
    std::ranges::transform(word, word.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    const auto ranges = spec::parse_exit_codes(codes.as_string());
    if (!ranges) out.push_back(codes);
    for (const auto& [first, last] : ranges.value_or(decltype(ranges)::value_type())) {
      out.push_back(json::array{word, first, last});
    }
  }
  task["exitActions"] = out;
}

void normalise_files(json::object& task) {
  for (json::value& file : task.at("files").as_array()) {
    json::object& object = file.as_object();
    if (object.at("base64").as_bool()) {
      object["contents"] = decode_base64(object.at("contents").as_string()).value_or("?");
    }
    object.erase("base64");
  }
}

void normalise_task(json::object& task) {
  normalise_exit_actions(task);
  normalise_files(task);
  normalise_credentials(task);
  for (const char* name : {"downloadType", "cacheSize"}) {
    if (task.at(name).is_null()) task[name] = "";
  }
  json::object& resource = task.at("resource").as_object();
  resource.erase("topology");
  if (resource.at("gpu").is_null()) resource["gpu"] = 0;
  for (const char* name : {"memory", "storage"}) {
    if (resource.at(name).is_null()) continue;
    const auto bytes = spec::parse_quantity(resource.at(name).as_string());
    resource[name] = bytes ? quantity(*bytes) : json::value("?");
  }
}

}  // namespace

json::value to_vector_json(const Workflow& workflow) {
  json::object out;
  out["name"] = workflow.name;
  json::object labels;
  for (const auto& [key, value] : workflow.labels) labels[key] = value;
  out["labels"] = labels;
  if (!workflow.policies.empty()) {
    out["effectiveTimeout"] = {{"exec", seconds(workflow.policies[0].exec_timeout.count())},
                               {"queue", seconds(workflow.policies[0].queue_timeout.count())}};
  }
  json::array groups;
  for (std::uint32_t g = 0; g < workflow.groups.size(); ++g) {
    const GroupSpec& spec = workflow.groups[g];
    json::object group;
    group["name"] = workflow.name_of(GroupIndex(g));
    group["barrier"] = spec.barrier;
    group["ignoreNonleadStatus"] = spec.ignore_nonlead_status;
    std::vector<std::string> upstream;
    for (const GroupIndex other : workflow.upstream.of(GroupIndex(g))) upstream.push_back(workflow.name_of(other));
    std::ranges::sort(upstream);
    group["upstream"] = texts(upstream);
    json::array tasks;
    for (std::uint32_t t = 0; t < spec.task_count; ++t) {
      tasks.push_back(task_json(workflow, TaskIndex(spec.first_task.value() + t)));
    }
    group["tasks"] = tasks;
    groups.push_back(group);
  }
  out["groups"] = groups;
  return out;
}

Result<json::value> substituted_json(const Workflow& workflow, std::string_view workflow_id) {
  json::object out;
  for (std::uint32_t g = 0; g < workflow.groups.size(); ++g) {
    const GroupSpec& group = workflow.groups[g];
    launch::ContainerTokens::Hosts hosts;
    for (std::uint32_t t = 0; t < group.task_count; ++t) {
      const std::string name(workflow.name_of(TaskIndex(group.first_task.value() + t)));
      hosts.emplace_back(name, spec::pod_host("T-" + name, "G-" + std::string(workflow.name_of(GroupIndex(g))), "ns"));
    }
    for (std::uint32_t t = 0; t < group.task_count; ++t) {
      const TaskIndex index(group.first_task.value() + t);
      SENNIT_ASSIGN(TaskBody body, workflow.body_of(index));
      const std::vector<InputSpec> inputs = body.inputs;
      const launch::ContainerTokens tokens(workflow_id, inputs, hosts);
      SENNIT_ASSIGN(const TaskBody replaced, launch::replace_tokens(std::move(body), tokens));
      out[workflow.name_of(index)] = body_json(workflow.name_of(index), replaced);
    }
  }
  return json::value(out);
}

json::value normalised_bodies(const json::value& expected) {
  json::value out = expected;
  for (auto& [name, task] : out.as_object()) {
    normalise_files(task.as_object());
    normalise_credentials(task.as_object());
  }
  return out;
}

json::value normalised(const json::value& expected) {
  json::value out = expected;
  out.as_object().erase("timeout");
  for (json::value& group : out.at("groups").as_array()) {
    for (json::value& task : group.at("tasks").as_array()) normalise_task(task.as_object());
  }
  return out;
}

}  // namespace sennit::conformance
