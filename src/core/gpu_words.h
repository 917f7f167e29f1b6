// GPUs in words, for messages: what is asked for, and who has it.
#pragma once

#include <cstdint>
#include <string>

#include "core/room.h"
#include "core/shape.h"
#include "core/state.h"

namespace sennit::core {

// "2 GPUs", "GPU 0,1", "0.5 of a GPU", "20 GiB of a GPU", "20 GiB of each of 2 GPUs": what the tasks of a shape ask for
// together; "" if they ask for none.
std::string gpus_text(const Shape& shape);

// Whether somebody of the shape shares devices.
bool shares_gpus(const Shape& shape);

// "20 GiB", "1.5 GiB", "512 MiB": as people ask for it.
std::string memory_text(std::uint64_t bytes);

// "NVIDIA H100 with 80 GiB", or "0,1: A with 80 GiB; 2: B with 40 GiB"; "" if nothing is known of them.
std::string models_text(const HostCapacity& host);

// The devices of a host that somebody of the shape could have; and of those, which have room for it now.
GpuSet relevant_gpus(const HostState& host, const Shape& shape);
GpuSet roomy_gpus(const HostState& host, const Room& room, const Shape& shape);

// " (0.5)", " (20 GiB)": behind the name of a holder that shares its devices; "" for one that does not.
std::string part_text(const State& state, const Holder& holder);

// "; 0.25 of it is free, 20 GiB"; "" if nothing is.
std::string rest_text(const HostState& host, unsigned device);

}  // namespace sennit::core
