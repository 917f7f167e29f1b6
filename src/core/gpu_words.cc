#include "core/gpu_words.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/bookkeeping.h"
#include "core/explain_words.h"

namespace sennit::core {
namespace {

// "0.5", "20 GiB", "0.5 and 20 GiB"
std::string part_text(std::uint32_t share, std::uint64_t memory) {
  if (memory == 0) return share_text(share);
  return share == 0 ? memory_text(memory) : share_text(share) + " and " + memory_text(memory);
}

std::string gpus_text(const TaskNeeds& needs) {
  const std::uint32_t count = needs.gpus_wanted();
  if (count == 0) return "";
  const bool named = needs.gpu_devices != 0;
  const std::string devices = "GPU " + to_string(needs.devices());
  if (!needs.shares_gpus()) return named ? devices : plural(count, "GPU");
  const std::string part = part_text(needs.gpu_share, needs.gpu_memory);
  if (named) return fmt::format("{} of {}{}", part, count > 1 ? "each of " : "", devices);
  return count == 1 ? part + " of a GPU" : fmt::format("{} of each of {} GPUs", part, count);
}

}  // namespace

std::string memory_text(std::uint64_t bytes) {
  constexpr std::uint64_t kMebibyte = std::uint64_t{1} << 20;
  constexpr std::uint64_t kGibibyte = std::uint64_t{1} << 30;
  if (bytes < kGibibyte) return fmt::format("{} MiB", bytes / kMebibyte);
  const double gibibytes = static_cast<double>(bytes) / static_cast<double>(kGibibyte);
  return bytes % kGibibyte == 0 ? fmt::format("{} GiB", bytes / kGibibyte) : fmt::format("{:.1f} GiB", gibibytes);
}

bool shares_gpus(const Shape& shape) {
  return std::ranges::any_of(shape, [](const TaskNeeds& needs) { return needs.shares_gpus(); });
}

std::string gpus_text(const Shape& shape) {
  if (shape.size() == 1) return gpus_text(shape.front());
  std::uint32_t whole = 0;
  GpuSet devices;
  NameList texts;
  for (const TaskNeeds& needs : shape) {
    if (needs.gpus_wanted() == 0) continue;
    if (needs.shares_gpus()) {
      texts.add(gpus_text(needs));
    } else if (needs.gpu_devices != 0) {
      devices = devices.with(needs.devices());
    } else {
      whole += needs.gpu_count;
    }
  }
  NameList all;
  if (!devices.empty()) all.add("GPU " + to_string(devices));
  if (whole > 0) all.add(plural(whole, "GPU"));
  if (texts.count() > 0) all.add(texts.text());
  return all.text();
}

std::string models_text(const HostCapacity& host) {
  std::vector<std::pair<GpuDevice, GpuSet>> models;
  for (unsigned device = 0; device < host.devices.size(); ++device) {
    if (!host.gpus.contains(device)) continue;
    auto model = std::ranges::find(models, host.devices[device], &std::pair<GpuDevice, GpuSet>::first);
    if (model == models.end()) model = models.insert(model, {host.devices[device], {}});
    model->second.add(device);
  }
  std::string text;
  for (const auto& [model, gpus] : models) {
    if (model.name.empty() && model.memory == Bytes()) continue;
    if (!text.empty()) text += "; ";
    if (models.size() > 1) text += to_string(gpus) + ": ";
    text += model.name;
    if (model.memory != Bytes()) text += (model.name.empty() ? "" : " with ") + memory_text(model.memory.count());
  }
  return text;
}

GpuSet relevant_gpus(const HostState& host, const Shape& shape) {
  GpuSet named;
  GpuSet usable;
  for (const TaskNeeds& needs : shape) {
    named = named.with(needs.devices());
    if (needs.gpus_wanted() > 0) usable = usable.with(needs.usable(host.capacity.gpus));
  }
  return named.empty() ? usable : named.common(host.capacity.gpus);
}

GpuSet roomy_gpus(const HostState& host, const Room& room, const Shape& shape) {
  const GpuSet relevant = relevant_gpus(host, shape);
  GpuSet roomy;
  for (const TaskNeeds& needs : shape) {
    if (needs.gpus_wanted() == 0) continue;
    TaskNeeds one = needs;
    one.gpu_count = 0;
    for (unsigned device = 0; device < GpuSet::kMaxDevices; ++device) {
      one.gpu_devices = std::uint64_t{1} << device;
      if (relevant.contains(device) && choose_gpus(room.gpus, one)) roomy.add(device);
    }
  }
  return roomy;
}

std::string part_text(const State& state, const Holder& holder) {
  const WorkflowState* other = state.find(holder.workflow);
  if (other == nullptr || holder.task.value() >= other->tasks.size()) return "";
  const TaskNeeds& needs = needs_held(*other, holder.task);
  return needs.shares_gpus() ? fmt::format(" ({})", part_text(needs.gpu_share, needs.gpu_memory)) : "";
}

std::string rest_text(const HostState& host, unsigned device) {
  const auto use = host.gpu_use.find(device);
  if (use == host.gpu_use.end()) return "";
  const Bytes memory = host.capacity.gpu_memory(device);
  const std::uint32_t left = kWholeGpu - use->second.share_used(memory);
  if (left == 0) return "";
  std::string text = fmt::format("; {} of it is free", share_text(left));
  if (memory != Bytes()) text += ", " + memory_text(memory.count() - use->second.memory_used(memory));
  return text;
}

}  // namespace sennit::core
