// How workflows, groups and tasks are called in a Kubernetes cluster (osmo-spec.md 3.5 and 5.1,
// kubernetes-backend.md 1.1).
//
// Threads:   pure functions.
#pragma once

#include <string>
#include <string_view>

namespace sennit::spec {

// A task's name as Kubernetes would have it: lower case, - for _. Two tasks that are equal so cannot both exist.
std::string kubernetes_name(std::string_view task);

// The name of the container that runs a task's command: the above, at most 63 characters, not ending with -.
std::string container_name(std::string_view task);

// The same for every attempt: the first 16 digits of both ids.
std::string pod_name(std::string_view workflow_uuid, std::string_view task_uuid);

// Where the tasks of a group find each other.
std::string pod_host(std::string_view task_uuid, std::string_view group_uuid, std::string_view name_space);

}  // namespace sennit::spec
