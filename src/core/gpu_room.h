// The GPUs of one host that can still be given, and the choice among them.
//
//   whole devices   go to those who do not share, lowest number first;
//   shares          go to the fullest device that still has room (best fit), so that whole devices stay whole;
//   load balanced   either goes to the device that is busy least, as measured and by what Sennit itself has on it.
//
// Pure; a room refers to its host's capacity and measurements, which must outlive it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/gpu_use.h"
#include "core/shape.h"
#include "model/resources.h"

namespace sennit::core {

// A device that somebody has something of.
struct UsedGpu {
  unsigned device = 0;
  GpuUse use;
};

struct GpuRoom {
  const HostCapacity* capacity = nullptr;
  GpuSet offered;                  // by the host, or by a pool as its part of it
  GpuSet whole;                    // of those, nobody has anything of them
  std::vector<UsedGpu> used;       // by number
  GpuSet closed;                   // of those in use: nothing more is given, they are to become empty
  std::span<const GpuLoad> loads;  // what was measured, if anything was

  Bytes memory_of(unsigned device) const { return capacity->gpu_memory(device); }
};

// Whether a part of some device can be given, however small.
bool has_some_gpu(const GpuRoom& room);
// Devices for one task; nothing if there are too few.
std::optional<GpuSet> choose_gpus(const GpuRoom& room, const TaskNeeds& needs);
// Devices for every task of a shape, by its order; false if there are too few. Each in turn gets those that suit it
// best; where somebody finds none left then, other choices are tried. After some hundreds of them it counts as not
// fitting: only for large groups of mixed parts can that be wrong.
bool choose_gpus(const GpuRoom& room, const Shape& shape, std::vector<GpuSet>& chosen);
void take_gpus(GpuRoom& room, const TaskNeeds& needs, GpuSet chosen);
// The opposite. A device that becomes empty is free, whoever waited for that.
void return_gpus(GpuRoom& room, const TaskNeeds& needs, GpuSet chosen);

// Whether measuring could change which devices the task gets.
bool is_choice_of_load(const GpuRoom& room, const TaskNeeds& needs);

// Leaves only `offered` devices.
void fence(GpuRoom& room, GpuSet offered);
// What was kept in a part of `room`, which is `part` now, is kept in `room` as well.
void keep_as_in(GpuRoom& room, const GpuRoom& part);

// Keeps for `needs`, which does not fit now, what it waits for: what is free of it, then the devices that will be free
// first, as far as one can tell. Nobody who comes later gets a share of those, or a device would never be empty.
void keep_gpus(GpuRoom& room, const TaskNeeds& needs);

}  // namespace sennit::core
