// The order of carriers within their levels, with few crossings.
#pragma once

#include <cstdint>

#include "layout/levels.h"

namespace sennit::layout {

// Reorders `levels.carriers`: sweeps down and up, each level sorted by the mean place of its neighbours, until several
// sweeps in a row have found nothing better. Buses take part as points between two levels, which keeps a sweep linear.
void reduce_crossings(Levels& levels);

// How many pairs of lines cross, with buses as such points.
std::uint64_t count_crossings(const Levels& levels);

}  // namespace sennit::layout
