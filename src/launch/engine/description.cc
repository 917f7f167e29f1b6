#include "launch/engine/description.h"

#include "views/json_writer.h"

namespace sennit::launch {
namespace {

using views::JsonWriter;

void write_texts(JsonWriter& writer, std::string_view name, const std::vector<std::string>& texts) {
  writer.key(name);
  writer.begin_array();
  for (const std::string& text : texts) writer.value(text);
  writer.end_array();
}

void write_mounts(JsonWriter& writer, const std::vector<BindMount>& mounts) {
  writer.key("Mounts");
  writer.begin_array();
  for (const BindMount& mount : mounts) {
    writer.begin_object();
    writer.field("Type", "bind");
    writer.field("Source", mount.source);
    writer.field("Target", mount.target);
    writer.field("ReadOnly", mount.read_only);
    writer.end_object();
  }
  writer.end_array();
}

std::vector<std::string> device_numbers(const GpuSet& gpus) {
  std::vector<std::string> numbers;
  for (unsigned device = 0; device < GpuSet::kMaxDevices; ++device) {
    if (gpus.contains(device)) numbers.push_back(std::to_string(device));
  }
  return numbers;
}

void write_gpus(JsonWriter& writer, const ContainerDescription& container) {
  if (container.gpus.empty()) return;
  if (container.gpus_by_cdi) {
    writer.key("Devices");
    writer.begin_array();
    for (const std::string& number : device_numbers(container.gpus)) {
      writer.begin_object();
      writer.field("PathOnHost", "nvidia.com/gpu=" + number);
      writer.end_object();
    }
    writer.end_array();
    return;
  }
  writer.key("DeviceRequests");
  writer.begin_array();
  writer.begin_object();
  write_texts(writer, "DeviceIDs", device_numbers(container.gpus));
  writer.key("Capabilities");
  writer.begin_array();
  writer.begin_array();
  writer.value("gpu");
  writer.end_array();
  writer.end_array();
  writer.end_object();
  writer.end_array();
}

void write_limits(JsonWriter& writer, const ResourceLimits& limits) {
  if (limits.memory != Bytes()) {
    writer.field("Memory", limits.memory.count());
    writer.field("MemorySwap", limits.memory.count());  // both together: none of it is swap
  }
  if (limits.cpus != 0) writer.field("NanoCpus", std::uint64_t{limits.cpus} * 1'000'000'000);
  if (limits.processes != 0) writer.field("PidsLimit", std::uint64_t{limits.processes});
}

void write_host_config(JsonWriter& writer, const ContainerDescription& container) {
  writer.key("HostConfig");
  writer.begin_object();
  write_mounts(writer, container.mounts);
  if (!container.network.empty()) writer.field("NetworkMode", container.network);
  if (!container.hosts.empty()) {
    std::vector<std::string> lines;
    for (const auto& [name, address] : container.hosts) lines.push_back(name + ":" + address);
    write_texts(writer, "ExtraHosts", lines);
  }
  write_limits(writer, container.limits);
  if (container.shared_memory != Bytes()) writer.field("ShmSize", container.shared_memory.count());
  if (container.privileged) writer.field("Privileged", true);
  write_gpus(writer, container);
  // The output goes to the task's log; the engine is to keep no second one.
  writer.key("LogConfig");
  writer.begin_object();
  writer.field("Type", "none");
  writer.end_object();
  writer.end_object();
}

void write_network(JsonWriter& writer, const ContainerDescription& container) {
  if (container.aliases.empty() || container.network.empty()) return;
  writer.key("NetworkingConfig");
  writer.begin_object();
  writer.key("EndpointsConfig");
  writer.begin_object();
  writer.key(container.network);
  writer.begin_object();
  write_texts(writer, "Aliases", container.aliases);
  writer.end_object();
  writer.end_object();
  writer.end_object();
}

}  // namespace

std::string to_json(const ContainerDescription& container) {
  std::string out;
  JsonWriter writer(out);
  writer.begin_object();
  writer.field("Image", container.image);
  if (!container.hostname.empty()) writer.field("Hostname", container.hostname);
  if (!container.user.empty()) writer.field("User", container.user);
  write_texts(writer, "Entrypoint", container.entry);
  write_texts(writer, "Cmd", {});
  write_texts(writer, "Env", container.environment);
  writer.key("Labels");
  writer.begin_object();
  for (const auto& [name, value] : container.labels) writer.field(name, value);
  writer.end_object();
  write_host_config(writer, container);
  write_network(writer, container);
  writer.end_object();
  return out;
}

}  // namespace sennit::launch
