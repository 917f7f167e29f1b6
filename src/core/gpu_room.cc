#include "core/gpu_room.h"

#include <algorithm>
#include <tuple>

namespace sennit::core {
namespace {

constexpr GpuUse kUnused;

const GpuUse* use_of(const GpuRoom& room, unsigned device) {
  if (room.whole.contains(device)) return &kUnused;
  const auto found = std::ranges::find(room.shared, device, &SharedGpu::device);
  return found == room.shared.end() ? nullptr : &found->use;
}

// The devices that have room for one part of the task, in ascending order.
std::vector<SharedGpu> candidates_for(const GpuRoom& room, const TaskNeeds& needs) {
  std::vector<SharedGpu> candidates;
  const GpuSet usable = needs.usable(room.offered);
  for (unsigned device = 0; device < GpuSet::kMaxDevices; ++device) {
    if (!usable.contains(device)) continue;
    const GpuUse* use = use_of(room, device);
    if (use != nullptr && use->has_room_for(needs.gpu_part(), room.memory_of(device))) {
      candidates.push_back({device, *use});
    }
  }
  return candidates;
}

// How busy a device is: by what was measured, or by what we have on it, which may not have begun to use it. Somebody
// else's program makes it busy even while it computes nothing.
auto business_of(const GpuRoom& room, const SharedGpu& gpu) {
  const auto found = std::ranges::find(room.loads, gpu.device, &GpuLoad::device);
  const GpuLoad load = found == room.loads.end() ? GpuLoad() : *found;
  const Bytes memory = room.memory_of(gpu.device);
  const bool foreign = load.processes > 0 && gpu.use.tasks == 0;
  const std::uint64_t memory_used =
      std::max(std::min(load.memory_used.count(), kMostMemory), gpu.use.memory_used(memory));
  const std::uint64_t full = memory == Bytes() ? 0 : kWholeGpu * memory_used / memory.count();
  return std::tuple(foreign ? kWholeGpu : std::max(load.busy, gpu.use.share_used(memory)), load.busy, full, gpu.device);
}

void sort_by_preference(const GpuRoom& room, const TaskNeeds& needs, std::vector<SharedGpu>& candidates) {
  if (needs.balanced) {
    std::ranges::sort(candidates, {}, [&room](const SharedGpu& gpu) { return business_of(room, gpu); });
  } else if (needs.shares_gpus()) {
    std::ranges::stable_sort(candidates, std::greater(), [&room](const SharedGpu& gpu) {
      const Bytes memory = room.memory_of(gpu.device);
      return std::pair(gpu.use.share_used(memory), gpu.use.memory_used(memory));
    });
  }
}

// Those that name their devices come first, then those that want whole ones, then large shares before small ones: so
// that what has little choice is not taken away by what has more.
auto turn_of(const TaskNeeds& needs) {
  return std::tuple(needs.gpu_devices == 0, needs.shares_gpus(), kWholeGpu - std::min(needs.gpu_share, kWholeGpu),
                    kMostMemory - std::min(needs.gpu_memory, kMostMemory));
}

void close(GpuRoom& room, unsigned device) {
  room.whole = room.whole.without(GpuSet::from_bits(std::uint64_t{1} << device));
  std::erase_if(room.shared, [device](const SharedGpu& gpu) { return gpu.device == device; });
}

}  // namespace

std::optional<GpuSet> choose_gpus(const GpuRoom& room, const TaskNeeds& needs) {
  if (!needs.shares_gpus() && !needs.balanced) {  // the usual, without a list
    const GpuSet usable = needs.usable(room.whole);
    if (needs.gpu_devices != 0) return usable.contains(needs.devices()) ? std::optional(needs.devices()) : std::nullopt;
    return usable.count() < needs.gpu_count ? std::nullopt : std::optional(usable.lowest(needs.gpu_count));
  }
  std::vector<SharedGpu> candidates = candidates_for(room, needs);
  GpuSet chosen;
  if (needs.gpu_devices != 0) {
    for (const SharedGpu& gpu : candidates) chosen.add(gpu.device);
    return chosen.contains(needs.devices()) ? std::optional(needs.devices()) : std::nullopt;
  }
  if (candidates.size() < needs.gpu_count) return std::nullopt;
  sort_by_preference(room, needs, candidates);
  for (std::uint32_t i = 0; i < needs.gpu_count; ++i) chosen.add(candidates[i].device);
  return chosen;
}

bool choose_gpus(const GpuRoom& room, const Shape& shape, std::vector<GpuSet>& chosen) {
  chosen.assign(shape.size(), GpuSet());
  std::vector<std::size_t> turns;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (shape[i].gpus_wanted() > 0) turns.push_back(i);
  }
  if (turns.empty()) return true;
  std::ranges::stable_sort(turns, {}, [&shape](std::size_t i) { return turn_of(shape[i]); });
  GpuRoom rest = room;
  for (const std::size_t i : turns) {
    const std::optional<GpuSet> gpus = choose_gpus(rest, shape[i]);
    if (!gpus) return false;
    chosen[i] = *gpus;
    take_gpus(rest, shape[i], *gpus);
  }
  return true;
}

void take_gpus(GpuRoom& room, const TaskNeeds& needs, GpuSet chosen) {
  if (!needs.shares_gpus()) {
    room.whole = room.whole.without(chosen);
    return;
  }
  for (unsigned device = 0; device < GpuSet::kMaxDevices; ++device) {
    if (!chosen.contains(device)) continue;
    if (room.whole.contains(device)) {
      const auto behind = std::ranges::upper_bound(room.shared, device, {}, &SharedGpu::device);
      room.shared.insert(behind, {device, {}})->use.add(needs.gpu_part());
      room.whole = room.whole.without(GpuSet::from_bits(std::uint64_t{1} << device));
      continue;
    }
    const auto found = std::ranges::find(room.shared, device, &SharedGpu::device);
    if (found != room.shared.end()) found->use.add(needs.gpu_part());
  }
}

bool is_choice_of_load(const GpuRoom& room, const TaskNeeds& needs) {
  return needs.balanced && candidates_for(room, needs).size() > needs.gpu_count;
}

void keep_gpus(GpuRoom& room, const TaskNeeds& needs) {
  if (needs.gpus_wanted() == 0) return;
  if (needs.gpu_devices != 0) {
    for (unsigned device = 0; device < GpuSet::kMaxDevices; ++device) {
      if (needs.devices().contains(device)) close(room, device);
    }
    return;
  }
  std::vector<SharedGpu> candidates = candidates_for(room, needs);
  sort_by_preference(room, needs, candidates);
  candidates.resize(std::min<std::size_t>(candidates.size(), needs.gpu_count));
  std::uint32_t missing = needs.gpu_count - static_cast<std::uint32_t>(candidates.size());
  for (const SharedGpu& gpu : candidates) {
    GpuSet one;
    one.add(gpu.device);
    take_gpus(room, needs, one);
  }
  // The emptiest of those that are in use. Once nothing is added to it, it only gets emptier, so the choice stays.
  std::vector<SharedGpu> in_use;
  for (const SharedGpu& gpu : room.shared) {
    const bool kept = std::ranges::find(candidates, gpu.device, &SharedGpu::device) != candidates.end();
    const bool large_enough = kUnused.has_room_for(needs.gpu_part(), room.memory_of(gpu.device));
    if (!kept && large_enough && !needs.usable(GpuSet::from_bits(std::uint64_t{1} << gpu.device)).empty()) {
      in_use.push_back(gpu);
    }
  }
  std::ranges::stable_sort(in_use, {}, [&room](const SharedGpu& gpu) {
    const Bytes memory = room.memory_of(gpu.device);
    return std::pair(gpu.use.share_used(memory), gpu.use.memory_used(memory));
  });
  for (const SharedGpu& gpu : in_use) {
    if (missing-- == 0) return;
    close(room, gpu.device);
  }
}

void fence(GpuRoom& room, GpuSet offered) {
  room.offered = room.offered.common(offered);
  room.whole = room.whole.common(offered);
  std::erase_if(room.shared, [&](const SharedGpu& gpu) { return !offered.contains(gpu.device); });
}

void keep_as_in(GpuRoom& room, const GpuRoom& before, const GpuRoom& after) {
  room.whole = room.whole.without(before.whole.without(after.whole));
  std::erase_if(room.shared, [&](const SharedGpu& gpu) {
    const auto is_same = [&gpu](const SharedGpu& other) { return other.device == gpu.device; };
    return std::ranges::any_of(before.shared, is_same) && std::ranges::none_of(after.shared, is_same);
  });
}

}  // namespace sennit::core
