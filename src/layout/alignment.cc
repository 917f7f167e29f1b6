#include "layout/alignment.h"

#include <algorithm>

namespace sennit::layout {
namespace {

// The two in the middle of a list that is sorted by place.
std::array<Carrier, 2> middle_of(std::span<const Carrier> sorted) {
  if (sorted.empty()) return {kNone, kNone};
  return {sorted[(sorted.size() - 1) / 2], sorted[sorted.size() / 2]};
}

Carrier pass_among(const Levels& levels, const std::vector<Carrier>& carriers) {
  const auto found =
      std::find_if(carriers.begin(), carriers.end(), [&](Carrier carrier) { return levels.is_pass(carrier); });
  return found == carriers.end() ? kNone : *found;
}

}  // namespace

Neighbours::Neighbours(const Levels& levels) : place_(levels.size()), up_(levels.size()), down_(levels.size()) {
  for (const std::vector<Carrier>& level : levels.carriers) {
    for (std::uint32_t i = 0; i < level.size(); ++i) place_[level[i]] = i;
  }
  note_middles(levels);
  note_bounds(levels);
}

void Neighbours::note_middles(const Levels& levels) {
  const auto by_place = [&](Carrier a, Carrier b) { return place_[a] < place_[b]; };
  struct Ends {
    std::array<Carrier, 2> sources;
    Carrier source_pass;
  };
  std::vector<Ends> ends(levels.buses.size());
  for (BusIndex at = 0; at < levels.buses.size(); ++at) {
    Bus bus = levels.buses[at];
    std::sort(bus.sources.begin(), bus.sources.end(), by_place);
    std::sort(bus.targets.begin(), bus.targets.end(), by_place);
    ends[at] = {middle_of(bus.sources), pass_among(levels, bus.sources)};
    const Carrier target_pass = pass_among(levels, bus.targets);
    for (const Carrier source : bus.sources) {
      const bool along = levels.is_pass(source) && target_pass != kNone;
      down_[source].carriers = along ? std::array{target_pass, target_pass} : middle_of(bus.targets);
      down_[source].is_pass = along;
    }
  }
  std::vector<Carrier> found;
  for (Carrier carrier = 0; carrier < levels.size(); ++carrier) {
    const auto above = levels.above.of(carrier);
    found.clear();
    if (levels.is_pass(carrier)) {
      for (const BusIndex bus : above) {
        if (ends[bus].source_pass != kNone) found.push_back(ends[bus].source_pass);
      }
    }
    up_[carrier].is_pass = !found.empty();
    if (found.empty()) {
      for (const BusIndex bus : above) found.push_back(ends[bus].sources[0]);
    }
    std::sort(found.begin(), found.end(), by_place);
    up_[carrier].carriers = middle_of(found);
    if (above.size() == 1 && !up_[carrier].is_pass) up_[carrier].carriers = ends[above.front()].sources;
    if (up_[carrier].is_pass) up_[carrier].carriers[1] = up_[carrier].carriers[0];
  }
  // One that several passes join goes on straight below one of them.
  for (Carrier carrier = 0; carrier < levels.size(); ++carrier) {
    Middle& down = down_[carrier];
    if (down.is_pass && up_[down.carriers[0]].carriers[0] != carrier) down = Middle{};
  }
}

void Neighbours::note_bounds(const Levels& levels) {
  for (std::size_t level = 1; level < levels.carriers.size(); ++level) {
    const std::vector<Carrier>& upper = levels.carriers[level - 1];
    const std::vector<Carrier>& lower = levels.carriers[level];
    std::uint32_t bound = 0;
    for (const Carrier carrier : lower) {
      up_[carrier].first = bound;
      if (up_[carrier].is_pass) bound = std::max(bound, place_[up_[carrier].carriers[0]] + 1);
    }
    bound = static_cast<std::uint32_t>(upper.size());
    for (auto carrier = lower.rbegin(); carrier != lower.rend(); ++carrier) {
      up_[*carrier].last = bound;
      if (up_[*carrier].is_pass) bound = std::min(bound, place_[up_[*carrier].carriers[0]]);
    }
    bound = 0;
    for (const Carrier carrier : upper) {
      down_[carrier].first = bound;
      if (down_[carrier].is_pass) bound = std::max(bound, place_[down_[carrier].carriers[0]] + 1);
    }
    bound = static_cast<std::uint32_t>(lower.size());
    for (auto carrier = upper.rbegin(); carrier != upper.rend(); ++carrier) {
      down_[*carrier].last = bound;
      if (down_[*carrier].is_pass) bound = std::min(bound, place_[down_[*carrier].carriers[0]]);
    }
  }
}

std::vector<Carrier> align(const Levels& levels, const Neighbours& neighbours, Towards towards, Side side) {
  std::vector<Carrier> root(levels.size());
  for (Carrier carrier = 0; carrier < root.size(); ++carrier) root[carrier] = carrier;
  const std::size_t count = levels.carriers.size();
  for (std::size_t step = 0; step < count; ++step) {
    const std::vector<Carrier>& level = levels.carriers[towards == Towards::kUp ? step : count - 1 - step];
    // Counted from the preferred side, so that the rule is the same for both: from a place on, all are still free.
    std::int64_t free_from = -1;
    for (std::size_t i = 0; i < level.size(); ++i) {
      const Carrier carrier = level[side == Side::kLeft ? i : level.size() - 1 - i];
      const Neighbours::Middle& middle = neighbours.of(carrier, towards);
      for (std::size_t choice = 0; choice < 2; ++choice) {
        const Carrier other = middle.carriers[side == Side::kLeft ? choice : 1 - choice];
        if (other == kNone) break;
        const std::uint32_t place = neighbours.place_of(other);
        const std::int64_t counted =
            side == Side::kLeft ? std::int64_t{place} : std::int64_t{kNone} - std::int64_t{place};
        const bool allowed = middle.is_pass || (place >= middle.first && place < middle.last);
        if (!allowed || counted <= free_from) continue;
        root[carrier] = root[other];
        free_from = counted;
        break;
      }
    }
  }
  return root;
}

}  // namespace sennit::layout
