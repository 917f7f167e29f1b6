// What a task asks for and what a host has.
#pragma once

#include <bit>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/instant.h"

namespace sennit {

// A set of GPU devices of one host by index, at most 64.
class GpuSet {
 public:
  static constexpr unsigned kMaxDevices = 64;

  constexpr GpuSet() = default;
  constexpr static GpuSet from_bits(std::uint64_t bits) {
    GpuSet set;
    set.bits_ = bits;
    return set;
  }
  constexpr static GpuSet first(unsigned count) {
    return from_bits(count >= kMaxDevices ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1);
  }
  constexpr std::uint64_t bits() const { return bits_; }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr unsigned count() const { return static_cast<unsigned>(std::popcount(bits_)); }
  constexpr bool contains(unsigned device) const { return (bits_ >> device & 1) != 0; }
  constexpr bool contains(GpuSet other) const { return (bits_ & other.bits_) == other.bits_; }
  constexpr void add(unsigned device) { bits_ |= std::uint64_t{1} << device; }
  constexpr GpuSet without(GpuSet other) const { return from_bits(bits_ & ~other.bits_); }
  constexpr GpuSet with(GpuSet other) const { return from_bits(bits_ | other.bits_); }
  constexpr GpuSet common(GpuSet other) const { return from_bits(bits_ & other.bits_); }
  // The `count` lowest devices of this set; all of it if it has fewer.
  constexpr GpuSet lowest(unsigned wanted) const {
    GpuSet chosen;
    std::uint64_t rest = bits_;
    for (; wanted > 0 && rest != 0; --wanted, rest &= rest - 1) chosen.bits_ |= rest & (~rest + 1);
    return chosen;
  }
  friend constexpr auto operator<=>(GpuSet, GpuSet) = default;

 private:
  std::uint64_t bits_ = 0;
};

// "0,1,3": the value of CUDA_VISIBLE_DEVICES.
std::string to_string(GpuSet gpus);

// A CUDA_VISIBLE_DEVICES as devices, in whatever order and with spaces around the numbers; "" and "-1" are none of
// them. Nothing if it names devices in another way (UUIDs), or one that a GpuSet cannot hold.
std::optional<GpuSet> parse_gpus(std::string_view text);

// A whole GPU, in the thousandths that shares are counted in.
inline constexpr std::uint32_t kWholeGpu = 1000;

// What one task needs to be placed. Equal requests are stored once per workflow.
struct ResourceRequest {
  std::optional<std::uint32_t> cpus;  // not named: counts as one for admission, as on a laptop it should
  std::uint32_t gpu_count = 0;        // any that many devices ...
  GpuSet gpu_devices;                 // ... or exactly these; at most one of the two is set
  Bytes memory;                       // 0: not named
  Bytes storage;                      // 0: not named
  std::string platform;               // "": the pool's default
  // A request that names one of these shares its devices with others; one that names neither has them for itself.
  std::uint32_t gpu_share = 0;  // of each device, in thousandths; 0: not named
  Bytes gpu_memory = {};        // of each device; 0: not named

  bool shares_gpus() const { return gpu_share != 0 || gpu_memory != Bytes(); }

  friend auto operator<=>(const ResourceRequest&, const ResourceRequest&) = default;
};

// "0.5": a share as files write it.
std::string share_text(std::uint32_t thousandths);

struct GpuDevice {
  std::string name;  // "NVIDIA H100 80GB HBM3"; "": not known
  Bytes memory;      // 0: not known
  friend bool operator==(const GpuDevice&, const GpuDevice&) = default;
};

// What a host offers to tasks.
struct HostCapacity {
  std::uint32_t cpus = 1;
  Bytes memory;
  GpuSet gpus;
  bool pretended_gpus = false;          // SENNIT_GPUS: devices for trying things out
  bool measures_gpus = false;           // it can be asked how busy its devices are
  Bytes storage = {};                   // free on the disk of tasks' outputs when the host was looked at; 0: not known
  std::vector<GpuDevice> devices = {};  // by number; may be shorter than the largest of `gpus`

  Bytes gpu_memory(unsigned device) const { return device < devices.size() ? devices[device].memory : Bytes(); }

  friend bool operator==(const HostCapacity&, const HostCapacity&) = default;
};

// What the kernel is to hold an attempt to. 0: no limit.
struct ResourceLimits {
  Bytes memory;
  std::uint32_t cpus = 0;
  std::uint32_t processes = 0;  // at one time, threads counted

  bool any() const { return memory.count() > 0 || cpus > 0 || processes > 0; }
  friend bool operator==(const ResourceLimits&, const ResourceLimits&) = default;
};

// Why a host cannot hold attempts to such limits; "": it can.
struct LimitProblems {
  std::string memory;
  std::string cpus;

  friend bool operator==(const LimitProblems&, const LimitProblems&) = default;
};

// What an attempt used, all of its processes together as far as the host can tell.
struct Usage {
  Bytes max_memory;  // at one time
  Micros cpu{};      // user and system

  bool any() const { return max_memory.count() > 0 || cpu.count() > 0; }
  friend bool operator==(const Usage&, const Usage&) = default;
};

// How busy a device is, whoever keeps it so.
struct GpuLoad {
  unsigned device = 0;
  std::uint32_t busy = 0;       // thousandths of the time
  Bytes memory_used;            // also by programs that Sennit knows nothing of
  std::uint32_t processes = 0;  // that compute on it
  friend bool operator==(const GpuLoad&, const GpuLoad&) = default;
};

}  // namespace sennit
