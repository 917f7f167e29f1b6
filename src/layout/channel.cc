#include "layout/channel.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <queue>
#include <set>
#include <unordered_map>

namespace sennit::layout {
namespace {

constexpr std::size_t kSmall = 64;  // buses: one word of bits for each

struct Reach {
  int first = 0;
  int last = 0;
};

bool is_straight(const Crossbar& bus) {
  return bus.tops.size() == 1 && bus.bottoms.size() == 1 && bus.tops[0] == bus.bottoms[0];
}

Reach reach_of(const Crossbar& bus, const std::vector<char>& steps) {
  const auto [top_first, top_last] = std::minmax_element(bus.tops.begin(), bus.tops.end());
  Reach reach{*top_first, *top_last};
  for (std::size_t i = 0; i < bus.bottoms.size(); ++i) {
    const int column = bus.bottoms[i] + steps[i];
    reach.first = std::min(reach.first, column);
    reach.last = std::max(reach.last, column);
  }
  return reach;
}

bool too_close(const Reach& a, const Reach& b) { return a.first <= b.last + 1 && b.first <= a.last + 1; }

std::int64_t count_within(const std::vector<int>& columns, const Reach& reach) {
  return std::count_if(columns.begin(), columns.end(),
                       [&](int column) { return column > reach.first && column < reach.last; });
}

// How many crossings there are between two buses if `upper` turns above `lower`.
std::int64_t crossings(const Crossbar& upper, const Reach& upper_reach, const Crossbar& lower,
                       const Reach& lower_reach) {
  return count_within(upper.bottoms, lower_reach) + count_within(lower.tops, upper_reach);
}

// A small gap: who turns above whom, without a cycle, as bits.
class SmallGap {
 public:
  SmallGap(const std::vector<Crossbar>& buses, Channel& channel) : buses_(buses), channel_(channel) {}

  void arrange() {
    force_order();
    for (std::size_t i = 0; i < buses_.size(); ++i) reach_.push_back(reach_of(buses_[i], channel_.steps[i]));
    prefer_order();
    assign_tracks();
  }

 private:
  // `upper` turns above `lower`, if that agrees with what was decided before.
  bool put_above(std::size_t upper, std::size_t lower) {
    if ((below_[lower] >> upper & 1) != 0) return false;
    for (std::size_t i = 0; i < buses_.size(); ++i) {
      if (i == upper || (below_[i] >> upper & 1) != 0) below_[i] |= below_[lower] | std::uint64_t{1} << lower;
    }
    directly_below_[upper] |= std::uint64_t{1} << lower;
    return true;
  }

  void force_order() {
    std::unordered_map<int, std::size_t> top_at;
    for (std::size_t i = 0; i < buses_.size(); ++i) {
      for (const int column : buses_[i].tops) top_at[column] = i;
    }
    for (std::size_t lower = 0; lower < buses_.size(); ++lower) {
      for (std::size_t at = 0; at < buses_[lower].bottoms.size(); ++at) {
        const auto upper = top_at.find(buses_[lower].bottoms[at]);
        if (upper == top_at.end() || upper->second == lower || put_above(upper->second, lower)) continue;
        channel_.steps[lower][at] = 1;
        channel_.has_steps = true;
      }
    }
  }

  void prefer_order() {
    struct Wish {
      std::int64_t gain;
      std::size_t upper;
      std::size_t lower;
    };
    std::vector<Wish> wishes;
    for (std::size_t a = 0; a < buses_.size(); ++a) {
      for (std::size_t b = a + 1; b < buses_.size(); ++b) {
        if (channel_.track[a] == kStraight || channel_.track[b] == kStraight || !too_close(reach_[a], reach_[b]))
          continue;
        const std::int64_t gain = crossings(buses_[b], reach_[b], buses_[a], reach_[a]) -
                                  crossings(buses_[a], reach_[a], buses_[b], reach_[b]);
        if (gain > 0) wishes.push_back({gain, a, b});
        if (gain < 0) wishes.push_back({-gain, b, a});
      }
    }
    std::stable_sort(wishes.begin(), wishes.end(), [](const Wish& a, const Wish& b) { return a.gain > b.gain; });
    for (const Wish& wish : wishes) put_above(wish.upper, wish.lower);
  }

  bool fits(std::size_t bus, int track) const {
    for (std::size_t other = 0; other < buses_.size(); ++other) {
      if (placed_[other] && channel_.track[other] == track && too_close(reach_[bus], reach_[other])) return false;
    }
    return true;
  }

  void assign_tracks() {
    std::uint64_t waiting = 0;
    for (std::size_t i = 0; i < buses_.size(); ++i) {
      if (channel_.track[i] != kStraight) waiting |= std::uint64_t{1} << i;
    }
    while (waiting != 0) {
      for (std::size_t bus = 0; bus < buses_.size(); ++bus) {
        if ((waiting >> bus & 1) == 0 || is_held_back(bus, waiting)) continue;
        int track = least_[bus];
        while (!fits(bus, track)) ++track;
        channel_.track[bus] = track;
        channel_.tracks = std::max(channel_.tracks, track + 1);
        placed_[bus] = true;
        waiting &= ~(std::uint64_t{1} << bus);
        for (std::size_t lower = 0; lower < buses_.size(); ++lower) {
          if ((directly_below_[bus] >> lower & 1) != 0) least_[lower] = std::max(least_[lower], track + 1);
        }
      }
    }
  }

  bool is_held_back(std::size_t bus, std::uint64_t waiting) const {
    for (std::size_t upper = 0; upper < buses_.size(); ++upper) {
      if ((waiting >> upper & 1) != 0 && (directly_below_[upper] >> bus & 1) != 0) return true;
    }
    return false;
  }

  const std::vector<Crossbar>& buses_;
  Channel& channel_;
  std::vector<Reach> reach_;
  std::array<std::uint64_t, kSmall> below_{};  // whatever turns below, over any number of steps
  std::array<std::uint64_t, kSmall> directly_below_{};
  std::array<int, kSmall> least_{};
  std::array<bool, kSmall> placed_{};
};

// A large gap: every line that could be in another's way steps aside, and tracks are filled from the left.
void arrange_large(const std::vector<Crossbar>& buses, Channel& channel) {
  std::unordered_map<int, std::size_t> top_at;
  for (std::size_t i = 0; i < buses.size(); ++i) {
    for (const int column : buses[i].tops) top_at[column] = i;
  }
  std::vector<std::pair<Reach, std::size_t>> reaches;
  for (std::size_t i = 0; i < buses.size(); ++i) {
    if (channel.track[i] == kStraight) continue;
    for (std::size_t at = 0; at < buses[i].bottoms.size(); ++at) {
      const auto top = top_at.find(buses[i].bottoms[at]);
      if (top == top_at.end() || top->second == i) continue;
      channel.steps[i][at] = 1;
      channel.has_steps = true;
    }
    reaches.emplace_back(reach_of(buses[i], channel.steps[i]), i);
  }
  std::sort(reaches.begin(), reaches.end(), [](const auto& a, const auto& b) {
    return std::pair(a.first.first, a.second) < std::pair(b.first.first, b.second);
  });
  using End = std::pair<int, int>;  // column, track
  std::priority_queue<End, std::vector<End>, std::greater<>> busy;
  std::set<int> free;
  for (const auto& [reach, bus] : reaches) {
    while (!busy.empty() && busy.top().first + 1 < reach.first) {
      free.insert(busy.top().second);
      busy.pop();
    }
    const int track = free.empty() ? channel.tracks++ : *free.begin();
    free.erase(track);
    channel.track[bus] = track;
    busy.emplace(reach.last, track);
  }
}

}  // namespace

Channel route_channel(const std::vector<Crossbar>& buses) {
  Channel channel;
  for (const Crossbar& bus : buses) {
    channel.track.push_back(is_straight(bus) ? kStraight : 0);
    channel.steps.emplace_back(bus.bottoms.size(), 0);
  }
  if (buses.size() <= kSmall) {
    SmallGap(buses, channel).arrange();
  } else {
    arrange_large(buses, channel);
  }
  return channel;
}

}  // namespace sennit::layout
