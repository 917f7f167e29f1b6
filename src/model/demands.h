// What a task asks for that a plain process cannot have: noted while a workflow is built, told when it is submitted,
// and refused in the same words by whoever would start the task.
#pragma once

#include <bitset>
#include <cstdint>
#include <string>

#include "model/task_body.h"

namespace sennit {

enum class Demand : std::uint8_t {
  kFiles = 0,
  kVolumeMounts = 1,
  kCredentials = 2,  // as files; variables any process can have
  kOutputs = 3,
  kCheckpoints = 4,
  kUrlInputs = 5,
  kDatasetInputs = 6,
  kInputRegex = 7,
};
inline constexpr unsigned kDemandCount = 8;
using DemandSet = std::bitset<kDemandCount>;

DemandSet demands_of(const TaskBody& body);

// Why a process cannot have it, naming the first thing of that kind in `body`, which must have one.
std::string refusal_of(Demand demand, const TaskBody& body);

}  // namespace sennit
