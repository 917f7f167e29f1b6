// What a task asks for that not every place can give: noted while a workflow is built, told when it is submitted, and
// refused in the same words by whoever would start the task.
#pragma once

#include <bitset>
#include <cstdint>
#include <string>

#include "model/runtime.h"
#include "model/task_body.h"

namespace sennit {

enum class Demand : std::uint8_t {
  kFiles = 0,
  kVolumeMounts = 1,
  kCredentials = 2,  // as files; variables any process can have
  kOutputs = 3,      // that are datasets
  kCheckpoints = 4,  // refused nowhere, as are the next but one and its next
  kUrlInputs = 5,
  kDatasetInputs = 6,
  kInputRegex = 7,
  kPaths = 8,  // /osmo/data by its name, not by a token
  kImage = 9,  // refused nowhere: without a container it is not used
};
inline constexpr unsigned kDemandCount = 10;
using DemandSet = std::bitset<kDemandCount>;

DemandSet demands_of(const TaskBody& body);

// Whether it wants paths or files of its own, which a plain process cannot have.
bool needs_isolation(const DemandSet& demands);

// Whether a container engine answers where the task is to run.
enum class Containers : std::uint8_t { kNone, kThere };

// Whether a task with or without an image runs in a container; the one part of place_of() that a decoded body is not
// needed for.
bool is_contained(Runtime wish, bool has_image, Containers containers);

// Where a task with such demands runs.
Place place_of(Runtime wish, const DemandSet& demands, Containers containers = Containers::kNone);

// Why `place` cannot give it, naming the first thing of that kind in `body`, which must have one; "": it can.
std::string refusal_of(Demand demand, Place place, const TaskBody& body);

}  // namespace sennit
