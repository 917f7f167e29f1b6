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
  Siblings siblings = Siblings::kEach;  // as asked for; inside of groups, too
  std::vector<OutlineGroup> groups;
  std::vector<layout::Edge> edges;  // between them
  std::size_t implied = 0;          // edges left out because others imply them
};

// Fails: kInvalid if the edges have a cycle.
Result<Outline> outline_of(const Flow& flow, Siblings siblings, Implied implied);

// The same with equal siblings in one box, of an outline in which each has its own: finding out which edges others
// imply is the dear part, and need not be done again.
Result<Outline> with_shared_boxes(const Flow& flow, const Outline& each, Siblings siblings);

// The tasks of a box's groups, as positions.
std::vector<std::uint32_t> tasks_of(const Flow& flow, const OutlineGroup& box);

// The tasks of a box's groups that share a box inside it, as positions; each with itself where nothing is shared. The
// lead of a group that has a box of its own stands alone.
std::vector<std::vector<std::uint32_t>> crowds_of(const Flow& flow, const OutlineGroup& box, Siblings siblings);

// The name with each of its numbers as one sign: equal for "train-1" and "train-20".
std::string stem_of(std::string_view name);

}  // namespace sennit::drawing
