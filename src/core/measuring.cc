#include "core/measuring.h"

#include <utility>

namespace sennit::core {
namespace {

bool is_fresh(const HostState& host, Instant now) {
  if (!host.capacity.measures_gpus) return true;
  return host.measured_at.is_set() && host.measured_at <= now && now - host.measured_at <= kFresh;
}

}  // namespace

bool must_measure(State& state, const std::vector<Room>& rooms, const Shape& shape, const std::vector<Seat>& seats,
                  Instant now, EventSink& sink) {
  bool waits = false;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (!shape[i].balanced) continue;
    const Room& room = rooms[seats[i].room];
    HostState& host = state.hosts.at(room.host);
    if (is_fresh(host, now) || !is_choice_of_load(room.gpus, shape[i])) continue;
    waits = true;
    if (std::exchange(host.measuring, true)) continue;
    sink.answer(effect::Measure{host.id});
  }
  return waits;
}

}  // namespace sennit::core
