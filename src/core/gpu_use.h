// What is taken of one GPU that several tasks may share.
//
// A share is counted in thousandths of the device, memory in bytes. Who names only a share gets that part of the memory
// with it, who names only memory that part of the device, who names both gets both: so the shares of a device never sum
// up to more than the device, nor its memory to more than it has, in whatever way each was asked for. A task that has
// the device for itself holds all thousandths.
//
// How much memory a device has is not known while its host is away, and the parts are held nevertheless: the sums are
// kept as they were asked for, and compared exactly when the device is known.
#pragma once

#include <algorithm>
#include <compare>
#include <cstdint>

#include "base/bytes.h"
#include "model/resources.h"

namespace sennit::core {

// More than any device or host has, and so little that no sum or product here comes near 2^64.
inline constexpr std::uint64_t kMostMemory = std::uint64_t{1} << 43;

// As asked for: what is not named is 0.
struct GpuPart {
  std::uint32_t share = 0;
  std::uint64_t memory = 0;

  friend auto operator<=>(const GpuPart&, const GpuPart&) = default;
};

struct GpuUse {
  std::uint32_t tasks = 0;
  std::uint64_t share = 0;         // of all that name a share
  std::uint64_t memory = 0;        // of all that name memory
  std::uint64_t share_alone = 0;   // of those that name a share and no memory
  std::uint64_t memory_alone = 0;  // of those that name memory and no share

  void add(GpuPart part);
  void remove(GpuPart part);
  // Whether there is room for `part` beside these, on a device with so much memory (0: not known, so none of it can be
  // given by the byte).
  bool has_room_for(GpuPart part, Bytes device) const;
  bool is_within(Bytes device) const;

  // Thousandths and bytes, rounded up and never more than there is.
  std::uint32_t share_used(Bytes device) const;
  std::uint64_t memory_used(Bytes device) const;

  friend bool operator==(const GpuUse&, const GpuUse&) = default;
};

inline void GpuUse::add(GpuPart part) {
  ++tasks;
  share += part.share;
  memory += part.memory;
  if (part.memory == 0) share_alone += part.share;
  if (part.share == 0) memory_alone += part.memory;
}

inline void GpuUse::remove(GpuPart part) {
  --tasks;
  share -= part.share;
  memory -= part.memory;
  if (part.memory == 0) share_alone -= part.share;
  if (part.share == 0) memory_alone -= part.memory;
}

inline bool GpuUse::is_within(Bytes device) const {
  const std::uint64_t all = std::min(device.count(), kMostMemory);
  if (all == 0) return memory == 0 && share <= kWholeGpu;
  return share * all + kWholeGpu * memory_alone <= kWholeGpu * all &&
         kWholeGpu * memory + share_alone * all <= kWholeGpu * all;
}

inline bool GpuUse::has_room_for(GpuPart part, Bytes device) const {
  GpuUse next = *this;
  next.add(part);
  return next.is_within(device);
}

inline std::uint32_t GpuUse::share_used(Bytes device) const {
  const std::uint64_t all = std::min(device.count(), kMostMemory);
  const std::uint64_t of_memory = all == 0 ? 0 : (kWholeGpu * memory_alone + all - 1) / all;
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(share + of_memory, kWholeGpu));
}

inline std::uint64_t GpuUse::memory_used(Bytes device) const {
  const std::uint64_t all = std::min(device.count(), kMostMemory);
  return std::min(memory + (share_alone * all + kWholeGpu - 1) / kWholeGpu, all);
}

}  // namespace sennit::core
