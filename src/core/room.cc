#include "core/room.h"

#include <algorithm>
#include <limits>

namespace sennit::core {
namespace {

std::int64_t as_signed(std::uint64_t value) {
  return static_cast<std::int64_t>(std::min<std::uint64_t>(value, std::numeric_limits<std::int64_t>::max()));
}

// Devices for one task out of `free`; nothing if there are too few.
std::optional<GpuSet> choose_gpus(const TaskNeeds& needs, GpuSet free) {
  const GpuSet usable = needs.usable(free);
  if (needs.gpu_devices != 0) return usable.contains(needs.devices()) ? std::optional(needs.devices()) : std::nullopt;
  if (usable.count() < needs.gpu_count) return std::nullopt;
  return usable.lowest(needs.gpu_count);
}

// Devices for every task: those that name theirs first, so that the others do not take them away.
bool choose_all_gpus(const Shape& shape, GpuSet free, std::vector<Seat>& seats) {
  seats.assign(shape.size(), Seat{});
  for (const bool named : {true, false}) {
    for (std::size_t i = 0; i < shape.size(); ++i) {
      if ((shape[i].gpu_devices != 0) != named || shape[i].gpus_wanted() == 0) continue;
      const std::optional<GpuSet> chosen = choose_gpus(shape[i], free);
      if (!chosen) return false;
      seats[i].gpus = *chosen;
      free = free.without(*chosen);
    }
  }
  return true;
}

std::uint64_t cpus_of(const Shape& shape) {
  std::uint64_t sum = 0;
  for (const TaskNeeds& needs : shape) sum += needs.admitted ? 0 : needs.cpus;
  return sum;
}

std::uint64_t memory_of(const Shape& shape) {
  std::uint64_t sum = 0;
  for (const TaskNeeds& needs : shape) sum += needs.admitted ? 0 : needs.memory;
  return sum;
}

// A request beyond the host's capacity is cut to it: it runs when the host is otherwise free.
bool enough_cpus(const Room& room, std::uint64_t cpus) {
  if (cpus == 0) return true;
  return as_signed(std::min<std::uint64_t>(cpus, room.capacity.cpus)) <= room.cpus;
}

bool enough_memory(const Room& room, std::uint64_t memory) {
  if (memory == 0) return true;
  return as_signed(std::min(memory, room.capacity.memory.count())) <= room.memory;
}

bool fits_on(const Room& room, const Shape& shape, std::vector<Seat>& seats) {
  return enough_cpus(room, cpus_of(shape)) && enough_memory(room, memory_of(shape)) &&
         choose_all_gpus(shape, room.gpus, seats);
}

void take(Room& room, const TaskNeeds& needs, GpuSet gpus) {
  room.cpus -= needs.cpus;
  room.memory -= as_signed(needs.memory);
  room.gpus = room.gpus.without(gpus);
}

// A group over several hosts: each task on the first host that has room for it.
bool spread(std::vector<Room> rooms, const Shape& shape, std::vector<Seat>& seats) {
  seats.assign(shape.size(), Seat{});
  std::vector<Seat> one;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const Shape alone = {shape[i]};
    const auto room = std::find_if(rooms.begin(), rooms.end(), [&](const Room& r) { return fits_on(r, alone, one); });
    if (room == rooms.end()) return false;
    seats[i] = {static_cast<std::size_t>(room - rooms.begin()), one.front().gpus};
    take(*room, shape[i], one.front().gpus);
  }
  return true;
}

}  // namespace

Room room_of(const HostState& host) {
  Room room = empty_room(host.id, host.capacity);
  room.cpus -= as_signed(host.cpus_used);
  room.memory -= as_signed(host.memory_used);
  room.gpus = room.gpus.without(host.gpus_used);
  return room;
}

Room empty_room(HostId host, const HostCapacity& capacity) {
  return {host, capacity, capacity.cpus, as_signed(capacity.memory.count()), capacity.gpus};
}

bool find_seats(const std::vector<Room>& rooms, const Shape& shape, std::vector<Seat>& seats) {
  for (std::size_t i = 0; i < rooms.size(); ++i) {
    if (!fits_on(rooms[i], shape, seats)) continue;
    for (Seat& seat : seats) seat.room = i;
    return true;
  }
  return shape.size() > 1 && rooms.size() > 1 && spread(rooms, shape, seats);
}

void take_seats(std::vector<Room>& rooms, const Shape& shape, const std::vector<Seat>& seats) {
  for (std::size_t i = 0; i < shape.size(); ++i) take(rooms[seats[i].room], shape[i], seats[i].gpus);
}

Shortage shortage_of(const Room& room, const Shape& shape) {
  std::vector<Seat> seats;
  return {!enough_cpus(room, cpus_of(shape)), !enough_memory(room, memory_of(shape)),
          !choose_all_gpus(shape, room.gpus, seats)};
}

void reserve(Room& room, const Shape& shape) {
  const Shortage shortage = shortage_of(room, shape);
  if (shortage.cpus) room.cpus = std::min<std::int64_t>(room.cpus, 0);
  if (shortage.memory) room.memory = std::min<std::int64_t>(room.memory, 0);
  if (!shortage.gpus) return;
  for (const TaskNeeds& needs : shape) {
    const GpuSet usable = needs.usable(room.gpus);
    const GpuSet kept = needs.gpu_devices != 0 ? usable.common(needs.devices()) : usable.lowest(needs.gpu_count);
    room.gpus = room.gpus.without(kept);
  }
}

}  // namespace sennit::core
