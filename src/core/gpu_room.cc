#include "core/gpu_room.h"

#include <algorithm>
#include <tuple>

namespace sennit::core {
namespace {

constexpr GpuUse kUnused;

const GpuUse* use_of(const GpuRoom& room, unsigned device) {
  if (room.whole.contains(device)) return &kUnused;
  if (room.closed.contains(device)) return nullptr;
  const auto found = std::ranges::find(room.used, device, &UsedGpu::device);
  return found == room.used.end() ? nullptr : &found->use;
}

GpuSet only(unsigned device) { return GpuSet::from_bits(std::uint64_t{1} << device); }

UsedGpu& entry_of(GpuRoom& room, unsigned device) {
  const auto at = std::ranges::lower_bound(room.used, device, {}, &UsedGpu::device);
  if (at != room.used.end() && at->device == device) return *at;
  return *room.used.insert(at, {device, {}});
}

// The devices that have room for one part of the task, in ascending order.
std::vector<UsedGpu> candidates_for(const GpuRoom& room, const TaskNeeds& needs) {
  std::vector<UsedGpu> candidates;
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
auto business_of(const GpuRoom& room, const UsedGpu& gpu) {
  const auto found = std::ranges::find(room.loads, gpu.device, &GpuLoad::device);
  const GpuLoad load = found == room.loads.end() ? GpuLoad() : *found;
  const Bytes memory = room.memory_of(gpu.device);
  const bool foreign = load.processes > 0 && gpu.use.tasks == 0;
  const std::uint64_t memory_used =
      std::max(std::min(load.memory_used.count(), kMostMemory), gpu.use.memory_used(memory));
  const std::uint64_t full = memory == Bytes() ? 0 : kWholeGpu * memory_used / memory.count();
  return std::tuple(foreign ? kWholeGpu : std::max(load.busy, gpu.use.share_used(memory)), load.busy, full, gpu.device);
}

void sort_by_preference(const GpuRoom& room, const TaskNeeds& needs, std::vector<UsedGpu>& candidates) {
  if (needs.balanced) {
    std::ranges::sort(candidates, {}, [&room](const UsedGpu& gpu) { return business_of(room, gpu); });
  } else if (needs.shares_gpus()) {
    std::ranges::stable_sort(candidates, std::greater(), [&room](const UsedGpu& gpu) {
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
  room.whole = room.whole.without(only(device));
  room.closed.add(device);
}

}  // namespace

bool has_some_gpu(const GpuRoom& room) {
  if (!room.whole.empty()) return true;
  return std::ranges::any_of(room.used, [&room](const UsedGpu& gpu) {
    const Bytes memory = room.memory_of(gpu.device);
    const bool open = !room.closed.contains(gpu.device);
    return open && (gpu.use.has_room_for({1, 0}, memory) || gpu.use.has_room_for({0, 1}, memory));
  });
}

std::optional<GpuSet> choose_gpus(const GpuRoom& room, const TaskNeeds& needs) {
  if (!needs.shares_gpus() && !needs.balanced) {  // the usual, without a list
    const GpuSet usable = needs.usable(room.whole);
    if (needs.gpu_devices != 0) return usable.contains(needs.devices()) ? std::optional(needs.devices()) : std::nullopt;
    return usable.count() < needs.gpu_count ? std::nullopt : std::optional(usable.lowest(needs.gpu_count));
  }
  std::vector<UsedGpu> candidates = candidates_for(room, needs);
  GpuSet chosen;
  if (needs.gpu_devices != 0) {
    for (const UsedGpu& gpu : candidates) chosen.add(gpu.device);
    return chosen.contains(needs.devices()) ? std::optional(needs.devices()) : std::nullopt;
  }
  if (candidates.size() < needs.gpu_count) return std::nullopt;
  sort_by_preference(room, needs, candidates);
  for (std::uint32_t i = 0; i < needs.gpu_count; ++i) chosen.add(candidates[i].device);
  return chosen;
}

namespace {

// Whether there is a point in other choices: somebody has one, each finds something alone, and the sums allow it. Says
// no to most of what does not fit, without a search.
bool may_fit_otherwise(const GpuRoom& room, const Shape& shape) {
  if (shape.size() < 2 || std::ranges::none_of(shape, &TaskNeeds::shares_gpus)) return false;
  std::uint64_t share = 0;
  std::uint64_t memory = 0;
  for (const TaskNeeds& needs : shape) {
    if (!choose_gpus(room, needs)) return false;
    share += std::uint64_t{needs.gpus_wanted()} * needs.gpu_part().share;
    memory += std::uint64_t{needs.gpus_wanted()} * needs.gpu_part().memory;
  }
  std::uint64_t free_share = 0;
  std::uint64_t free_memory = 0;
  for (unsigned device = 0; device < GpuSet::kMaxDevices; ++device) {
    const GpuUse* use = room.offered.contains(device) ? use_of(room, device) : nullptr;
    if (use == nullptr) continue;
    const Bytes all = room.memory_of(device);
    free_share += kWholeGpu - use->share_used(all);
    free_memory += std::min(all.count(), kMostMemory) - use->memory_used(all);
  }
  return share <= free_share && memory <= free_memory;
}

// Devices for a group by trial: in turn, each takes the choice that suits it best of those with which all find some.
class Seating {
 public:
  Seating(const GpuRoom& room, const Shape& shape, const std::vector<std::size_t>& turns, std::vector<GpuSet>& chosen)
      : rest_(room), shape_(shape), turns_(turns), chosen_(chosen) {}

  bool search() { return seat(0); }

 private:
  bool seat(std::size_t turn) {
    if (turn == turns_.size()) return true;
    const TaskNeeds& needs = shape_[turns_[turn]];
    std::vector<UsedGpu> candidates = candidates_for(rest_, needs);
    std::erase_if(candidates,
                  [&](const UsedGpu& gpu) { return needs.gpu_devices != 0 && !needs.devices().contains(gpu.device); });
    sort_by_preference(rest_, needs, candidates);
    return choose(turn, candidates, 0, GpuSet());
  }

  // The rest of this one's devices, from the candidate at `from` on.
  bool choose(std::size_t turn, const std::vector<UsedGpu>& candidates, std::size_t from, GpuSet gpus) {
    const TaskNeeds& needs = shape_[turns_[turn]];
    if (gpus.count() == needs.gpus_wanted()) {
      chosen_[turns_[turn]] = gpus;
      const GpuRoom before = rest_;
      take_gpus(rest_, needs, gpus);
      if (seat(turn + 1)) return true;
      rest_ = before;
      return false;
    }
    const std::size_t missing = needs.gpus_wanted() - gpus.count();
    for (std::size_t i = from; i + missing <= candidates.size() && tries_ < kMostTries; ++i) {
      const bool like_before = std::any_of(candidates.begin() + static_cast<std::ptrdiff_t>(from),
                                           candidates.begin() + static_cast<std::ptrdiff_t>(i),
                                           [&](const UsedGpu& gpu) { return is_alike(gpu, candidates[i]); });
      if (like_before) continue;
      ++tries_;
      if (choose(turn, candidates, i + 1, gpus.with(only(candidates[i].device)))) return true;
    }
    return false;
  }

  // Then it makes no difference which of them is taken. Named devices have been given away by now.
  bool is_alike(const UsedGpu& a, const UsedGpu& b) const {
    return a.use == b.use && rest_.memory_of(a.device) == rest_.memory_of(b.device);
  }

  static constexpr std::uint32_t kMostTries = 500;

  GpuRoom rest_;
  const Shape& shape_;
  const std::vector<std::size_t>& turns_;
  std::vector<GpuSet>& chosen_;
  std::uint32_t tries_ = 0;
};

}  // namespace

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
    if (!gpus) return may_fit_otherwise(room, shape) && Seating(room, shape, turns, chosen).search();
    chosen[i] = *gpus;
    take_gpus(rest, shape[i], *gpus);
  }
  return true;
}

void take_gpus(GpuRoom& room, const TaskNeeds& needs, GpuSet chosen) {
  room.whole = room.whole.without(chosen);
  for (unsigned device = 0; device < GpuSet::kMaxDevices; ++device) {
    if (chosen.contains(device)) entry_of(room, device).use.add(needs.gpu_part());
  }
}

void return_gpus(GpuRoom& room, const TaskNeeds& needs, GpuSet chosen) {
  for (unsigned device = 0; device < GpuSet::kMaxDevices; ++device) {
    if (!chosen.contains(device)) continue;
    const auto found = std::ranges::find(room.used, device, &UsedGpu::device);
    if (found == room.used.end()) continue;  // the host offers it no more
    found->use.remove(needs.gpu_part());
    if (found->use.tasks > 0) continue;
    room.used.erase(found);
    room.closed = room.closed.without(only(device));
    room.whole.add(device);
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
  std::vector<UsedGpu> candidates = candidates_for(room, needs);
  sort_by_preference(room, needs, candidates);
  candidates.resize(std::min<std::size_t>(candidates.size(), needs.gpu_count));
  std::uint32_t missing = needs.gpu_count - static_cast<std::uint32_t>(candidates.size());
  for (const UsedGpu& gpu : candidates) {
    take_gpus(room, needs, only(gpu.device));
  }
  // The emptiest of those that are in use. Once nothing is added to it, it only gets emptier, so the choice stays.
  std::vector<UsedGpu> in_use;
  for (const UsedGpu& gpu : room.used) {
    const bool kept = std::ranges::find(candidates, gpu.device, &UsedGpu::device) != candidates.end();
    const bool large_enough = kUnused.has_room_for(needs.gpu_part(), room.memory_of(gpu.device));
    if (!kept && !room.closed.contains(gpu.device) && large_enough && !needs.usable(only(gpu.device)).empty()) {
      in_use.push_back(gpu);
    }
  }
  std::ranges::stable_sort(in_use, {}, [&room](const UsedGpu& gpu) {
    const Bytes memory = room.memory_of(gpu.device);
    return std::pair(gpu.use.share_used(memory), gpu.use.memory_used(memory));
  });
  for (const UsedGpu& gpu : in_use) {
    if (missing-- == 0) return;
    close(room, gpu.device);
  }
}

void fence(GpuRoom& room, GpuSet offered) {
  room.offered = room.offered.common(offered);
  room.whole = room.whole.common(offered);
  std::erase_if(room.used, [&](const UsedGpu& gpu) { return !offered.contains(gpu.device); });
}

void keep_as_in(GpuRoom& room, const GpuRoom& part) {
  room.whole = room.whole.without(part.offered).with(part.whole);
  room.closed = room.closed.with(part.closed);
  for (const UsedGpu& gpu : part.used) entry_of(room, gpu.device).use = gpu.use;
}

}  // namespace sennit::core
