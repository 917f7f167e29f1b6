#include "spec/pods/pod_names.h"

#include <fmt/format.h>

#include <algorithm>

#include "spec/template/unicode.h"

namespace sennit::spec {
namespace {

constexpr std::size_t kDnsLabel = 63;
constexpr std::size_t kIdDigits = 16;

}  // namespace

std::string kubernetes_name(std::string_view task) {
  std::string name = tmpl::to_lower(task);
  std::ranges::replace(name, '_', '-');
  return name;
}

std::string container_name(std::string_view task) {
  std::string name = kubernetes_name(task);
  name.resize(tmpl::byte_offset(name, kDnsLabel));
  while (name.ends_with('-')) name.pop_back();
  return name;
}

std::string pod_name(std::string_view workflow_uuid, std::string_view task_uuid) {
  return fmt::format("{}-{}", workflow_uuid.substr(0, kIdDigits), task_uuid.substr(0, kIdDigits));
}

std::string pod_host(std::string_view task_uuid, std::string_view group_uuid, std::string_view name_space) {
  return fmt::format("{}.osmo-{}.{}.svc.cluster.local", task_uuid, group_uuid, name_space);
}

}  // namespace sennit::spec
