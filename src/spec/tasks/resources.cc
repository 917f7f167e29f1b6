#include "spec/tasks/resources.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "spec/fields.h"
#include "spec/gpu_part.h"
#include "spec/note_taking.h"
#include "spec/schema/shapes.h"
#include "spec/suggest.h"
#include "spec/values.h"

namespace sennit::spec {
namespace {

void read_cpu(Resources& resources, const Node& value, ResourceEntry& entry) {
  if (value.is_null()) return;
  const std::optional<std::int64_t> cpus = read_whole(resources.reporter(), value, "'cpu'", 0, kMostDevices);
  if (cpus) entry.request.cpus = static_cast<std::uint32_t>(*cpus);
}

void read_gpu(Resources& resources, const Node& value, ResourceEntry& entry) {
  entry.request.gpu_count = 0;
  entry.request.gpu_share = 0;
  entry.names_gpu = !value.is_null();
  if (value.is_null()) return;
  if (is_gpu_part(value)) {
    entry.request.gpu_count = 1;
    entry.request.gpu_share = read_gpu_part(resources.reporter(), value, "`2` for two whole ones").value_or(0);
    return;
  }
  const std::optional<std::int64_t> gpus = read_whole(resources.reporter(), value, "'gpu'", 0, kMostDevices);
  if (gpus) entry.request.gpu_count = static_cast<std::uint32_t>(*gpus);
}

void read_gpu_memory(Resources& resources, const Node& value, ResourceEntry& entry) {
  entry.gpu_memory_at = value.at;
  read_gpu_memory(resources.reporter(), value, entry.request);
}

// Memory of no device is one's that any of them has.
void settle_gpus(Reporter& reporter, ResourceEntry& entry) {
  if (entry.request.gpu_memory == Bytes() || entry.request.gpu_count > 0) return;
  if (entry.names_gpu) {
    reporter.error(Code::kGpuMemoryOfNone, entry.gpu_memory_at, "'gpu_memory' is asked for, but 'gpu' is 0",
                   {.expected = "'gpu: 1', or no 'gpu', which is the same", .suggestion = {}});
    return;
  }
  entry.request.gpu_count = 1;
}

void read_memory(Resources& resources, const Node& value, ResourceEntry& entry) {
  if (value.is_null()) return;
  entry.request.memory = read_quantity(resources.reporter(), value, "'memory'").value_or(Bytes());
}

void read_storage(Resources& resources, const Node& value, ResourceEntry& entry) {
  if (value.is_null()) return;
  entry.request.storage = read_quantity(resources.reporter(), value, "'storage'").value_or(Bytes());
}

// Whether there is such a platform matters only to tasks.
void read_platform(Resources& resources, const Node& value, ResourceEntry& entry) {
  if (value.is_null()) return;
  std::string platform;
  if (!read_text(resources.reporter(), value, "'platform'", Accept::kNumbers, platform) || platform.empty()) return;
  entry.request.platform = std::move(platform);
  entry.platform_at = value.at;
}

void read_nodes_excluded(Resources& resources, const Node& value, ResourceEntry& entry) {
  read_text_list(resources.reporter(), value, "'nodesExcluded'", Accept::kNumbers, entry.nodes_excluded);
}

struct TopologyDraft {
  bool has_key = false;
  TopologyNote item;
  Span key_at;
};

void read_topology_key(Resources& resources, const Node& value, TopologyDraft& draft) {
  draft.key_at = value.at;
  draft.has_key = read_text(resources.reporter(), value, "'key'", Accept::kText, draft.item.key);
}
void read_topology_group(Resources& resources, const Node& value, TopologyDraft& draft) {
  read_text(resources.reporter(), value, "'group'", Accept::kText, draft.item.group);
}
void read_requirement(Resources& resources, const Node& value, TopologyDraft& draft) {
  if (value.is_text() && (value.text == "required" || value.text == "preferred")) {
    draft.item.requirement = value.text;
    return;
  }
  const auto words = std::to_array<std::string_view>({"required", "preferred"});
  resources.reporter().error(
      Code::kUnknownValue, value.at,
      fmt::format("'requirementType' cannot be {}", value.is_scalar() ? value.text : describe(value)),
      {.expected = "required or preferred", .suggestion = value.is_scalar() ? nearest(value.text, words) : ""});
}

using TopologyField = FieldOf<Resources, TopologyDraft>;
Schema requirement_shape() { return or_template(one_of_words({"required", "preferred"})); }

constexpr auto kTopologyFields = std::to_array<TopologyField>({
    {"key", read_topology_key, Need::kRequired, text_shape, "A level of the pool's topology, such as `rack`."},
    {"group", read_topology_group, Need::kOptional, text_shape, "Tasks of one group are placed together; `default`."},
    {"requirementType", read_requirement, Need::kOptional, requirement_shape,
     "`required`: placed together or not at all; `preferred`: if that is possible."},
});

void read_topology(Resources& resources, const Node& value, ResourceEntry& entry) {
  if (!value.is_sequence()) {
    report_wrong_type(resources.reporter(), value, "'topology'", "a list", "- key: ...");
    return;
  }
  for (const Node& item : Children(value)) {
    TopologyDraft draft;
    read_fields(resources, resources.reporter(), item, "an item of 'topology'", kTopologyFields, draft);
    if (!draft.has_key) continue;
    const std::string& topology_key = draft.item.key;
    entry.topology.insert(topology_key);
    entry.topology_items.push_back(draft.item);
    const auto& keys = resources.pool().topology_keys;
    if (!keys || std::ranges::find(*keys, topology_key) != keys->end()) continue;
    Nearest nearest(topology_key);
    for (const std::string& key : *keys) nearest.consider(key);
    resources.reporter().error(
        Code::kBadTopology, draft.key_at, fmt::format("the pool has no topology key '{}'", topology_key),
        {.expected = fmt::format("one of {}", fmt::join(*keys, ", ")), .suggestion = nearest.result()});
  }
}

using ResourceField = FieldOf<Resources, ResourceEntry>;
Schema devices_shape() { return nullable(whole_shape(0, kMostDevices)); }
Schema gpus_shape() { return nullable(Schema::any_of({whole_shape(0, kMostDevices), gpu_part_shape()})); }
Schema quantity_or_null_shape() { return nullable(quantity_shape()); }
Schema name_or_null_shape() { return nullable(number_text_shape()); }
Schema words_shape() { return list_of(number_text_shape()); }
Schema topology_shape() { return list_of(record("an item of 'topology'", kTopologyFields)); }

constexpr auto kResourceFields = std::to_array<ResourceField>({
    {"cpu", read_cpu, Need::kOptional, devices_shape, "Processors, a whole number."},
    {"gpu", read_gpu, Need::kOptional, gpus_shape,
     "GPUs, a whole number, or a part of one such as `0.5`. The task finds them in CUDA_VISIBLE_DEVICES."},
    {"gpu_memory", read_gpu_memory, Need::kOptional, quantity_or_null_shape,
     "Memory of each of the GPUs, or without `gpu` of one: `20Gi`. The task shares them with others."},
    {"memory", read_memory, Need::kOptional, quantity_or_null_shape,
     "Memory: `512Mi`, `4Gi`. A plain number is bytes; G is Gi."},
    {"storage", read_storage, Need::kOptional, quantity_or_null_shape, "Room on the disk: `10Gi`."},
    {"platform", read_platform, Need::kOptional, name_or_null_shape, "A platform of the pool: a kind of machine."},
    {"nodesExcluded", read_nodes_excluded, Need::kOptional, words_shape, "Machines on which the task must not run."},
    {"topology", read_topology, Need::kOptional, topology_shape,
     "Which tasks have to lie near each other. All resources of a workflow name the same keys."},
});

}  // namespace

void check_resource_fields(Reporter& reporter, const Node& node) {
  static const PoolConfig kAnyPool;
  Resources resources(kAnyPool, {}, reporter);
  ResourceEntry entry;
  read_fields(resources, reporter, node, "a resource", kResourceFields, entry);
  settle_gpus(reporter, entry);
}

Schema resource_shape() { return record("a resource", kResourceFields); }
Schema resources_shape() { return map_of(resource_shape()); }

void Resources::read(const Node& node) {
  if (!expect_map(reporter_, node, "'resources'")) return;
  entries_.clear();
  with_topology_ = nullptr;
  topology_reported_ = false;
  for (const Node& value : Children(node)) {
    if (!value.key->is_text()) {
      report_wrong_type(reporter_, *value.key, "the name of a resource", "text",
                        fmt::format("quotes around it: \"{}\"", value.key->text));
      continue;
    }
    ResourceEntry& entry = entries_[std::string(value.key->text)];
    entry.at = value.key->at;
    entry.fields = notes_of(reporter_, value);
    entry.request.platform = pool_.default_platform;
    read_fields(*this, reporter_, value, fmt::format("the resource '{}'", value.key->text), kResourceFields, entry);
    settle_gpus(reporter_, entry);
  }
}

const ResourceEntry* Resources::find(std::string_view name) const {
  const auto found = entries_.find(name);
  return found == entries_.end() ? nullptr : &found->second;
}

void Resources::report_unknown(std::string_view name, Span at) {
  Nearest nearest(name);
  std::vector<std::string_view> names;
  for (const auto& [entry, request] : entries_) {
    nearest.consider(entry);
    if (names.size() < 20) names.push_back(entry);
  }
  const std::string expected =
      names.empty() ? "'resources' is empty" : fmt::format("one of {}", fmt::join(names, ", "));
  if (name == "default") {
    reporter_.error(
        Code::kUnknownResource, at, "'resources' has no entry 'default', which a task without 'resource' takes",
        {.expected = fmt::format("an entry 'default', or 'resource: ...' in the task; there is {}", expected),
         .suggestion = {}});
    return;
  }
  reporter_.error(Code::kUnknownResource, at, fmt::format("there is no resource '{}'", name),
                  {.expected = expected, .suggestion = nearest.result()});
}

void Resources::check_mount(std::string_view mount, Span at, const PlatformConfig& platform, std::string_view name) {
  const std::size_t colon = mount.find(':');
  const std::string_view source = mount.substr(0, colon);
  const bool second = colon != std::string_view::npos;
  if (source.empty() ||
      (second && (colon + 1 == mount.size() || mount.find(':', colon + 1) != std::string_view::npos))) {
    reporter_.error(Code::kBadMount, at, fmt::format("'{}' is not a mount", mount),
                    {.expected = "source or source:destination", .suggestion = {}});
    return;
  }
  if (!platform.allowed_mounts) return;
  if (std::ranges::find(*platform.allowed_mounts, source) != platform.allowed_mounts->end()) return;
  if (std::ranges::find(platform.default_mounts, source) != platform.default_mounts.end()) {
    reporter_.error(Code::kBadMount, at, fmt::format("the platform '{}' mounts '{}' by itself", name, source),
                    {.expected = "this entry to be removed", .suggestion = {}});
    return;
  }
  reporter_.error(Code::kBadMount, at, fmt::format("the platform '{}' does not allow to mount '{}'", name, source),
                  {.expected = platform.allowed_mounts->empty()
                                   ? std::string("no mounts")
                                   : fmt::format("one of {}", fmt::join(*platform.allowed_mounts, ", ")),
                   .suggestion = {}});
}

void Resources::check_platform(const ResourceEntry& entry) {
  const std::string& platform = entry.request.platform;
  if (pool_.platforms.empty() || pool_.platforms.contains(platform)) return;
  if (!unknown_platforms_.insert(platform).second) return;
  Nearest nearest(platform);
  std::vector<std::string_view> names;
  for (const auto& [name, config] : pool_.platforms) {
    nearest.consider(name);
    names.push_back(name);
  }
  reporter_.error(Code::kUnknownPlatform, entry.platform_at, fmt::format("the pool has no platform '{}'", platform),
                  {.expected = fmt::format("one of {}", fmt::join(names, ", ")), .suggestion = nearest.result()});
}

void Resources::check_task(const TaskDraft& draft, const ResourceEntry& entry) {
  check_platform(entry);
  const TaskBody& body = draft.body;
  if (!body.privileged && !body.host_network && body.volume_mounts.empty()) return;
  static const PlatformConfig kAnything;
  const auto found = pool_.platforms.find(entry.request.platform);
  const PlatformConfig& platform = found == pool_.platforms.end() ? kAnything : found->second;
  const std::string& name = entry.request.platform;
  if (body.privileged && !platform.privileged_allowed) {
    reporter_.error(Code::kNotAllowed, draft.privileged_at,
                    fmt::format("the platform '{}' does not allow privileged tasks", name));
  }
  if (body.host_network && !platform.host_network_allowed) {
    reporter_.error(Code::kNotAllowed, draft.host_network_at,
                    fmt::format("the platform '{}' does not allow tasks on the host's network", name));
  }
  for (std::size_t i = 0; i < body.volume_mounts.size() && i < draft.mount_at.size(); ++i) {
    check_mount(body.volume_mounts[i], draft.mount_at[i], platform, name);
  }
}

std::vector<std::string> Resources::mounts_of_platform(const ResourceEntry& entry) const {
  const auto platform = pool_.platforms.find(entry.request.platform);
  return platform == pool_.platforms.end() ? std::vector<std::string>() : platform->second.default_mounts;
}

void Resources::check_topology(const ResourceEntry& entry) {
  if (entry.topology.empty() || topology_reported_) return;
  if (with_topology_ == nullptr) with_topology_ = &entry;
  if (with_topology_->topology == entry.topology) return;
  topology_reported_ = true;
  reporter_.error(Code::kBadTopology, entry.at,
                  fmt::format("tasks of one workflow must name the same topology keys: {} here, {} elsewhere",
                              fmt::join(entry.topology, ", "), fmt::join(with_topology_->topology, ", ")));
}

}  // namespace sennit::spec
