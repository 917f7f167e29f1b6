// What of a workflow a picture shows: everything, or what a person needs to see.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/result.h"
#include "drawing/flow.h"

namespace sennit::drawing {

enum class Siblings : std::uint8_t {
  kEach,          // every task has its box
  kByName,        // equal ones share a box if their names differ in numbers only
  kByPlaceAlone,  // equal ones share a box whatever their names are
};
enum class Implied : std::uint8_t { kKept, kDropped };

// So many equal ones at least share a box.
inline constexpr std::uint32_t kFewestSiblings = 3;

struct OutlineGroup {
  std::vector<std::uint32_t> groups;  // of the flow, ascending; several: equal siblings
};

struct Outline {
  std::vector<OutlineGroup> groups;
  std::vector<layout::Edge> edges;  // between them
  std::size_t implied = 0;          // edges left out because others imply them
  std::size_t merged = 0;           // groups that share a box with others
};

// Fails: kInvalid if the edges have a cycle.
Result<Outline> outline_of(const Flow& flow, Siblings siblings, Implied implied);

// Members of a group that share a box inside it, as positions of tasks; each with itself where nothing is shared.
std::vector<std::vector<std::uint32_t>> crowds_of(const Flow& flow, const FlowGroup& group, Siblings siblings);

// The name with each of its numbers as one sign: equal for "train-1" and "train-20".
std::string stem_of(std::string_view name);

}  // namespace sennit::drawing
