#include "core/room.h"

#include <algorithm>

namespace sennit::core {
namespace {

// Devices for every task of the shape.
bool choose_all_gpus(const Room& room, const Shape& shape, std::vector<Seat>& seats) {
  seats.assign(shape.size(), Seat{});
  std::vector<GpuSet> chosen;
  if (!choose_gpus(room.gpus, shape, chosen)) return false;
  for (std::size_t i = 0; i < shape.size(); ++i) seats[i].gpus = chosen[i];
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

std::uint64_t storage_of(const Shape& shape) {
  std::uint64_t sum = 0;
  for (const TaskNeeds& needs : shape) sum += needs.admitted ? 0 : needs.storage;
  return sum;
}

// A request beyond the host's capacity is cut to it: it runs when the host is otherwise free.
bool enough_cpus(const Room& room, std::uint64_t cpus) {
  if (cpus == 0) return true;
  return std::min(as_signed(cpus), room.all_cpus) <= room.cpus;
}

bool enough_memory(const Room& room, std::uint64_t memory) {
  if (memory == 0) return true;
  return std::min(as_signed(memory), room.all_memory) <= room.memory;
}

// Where nobody knows how much there is, nobody waits for it.
bool enough_storage(const Room& room, std::uint64_t storage) {
  if (storage == 0 || room.capacity().storage == Bytes()) return true;
  return as_signed(std::min(storage, room.capacity().storage.count())) <= room.storage;
}

bool fits_on(const Room& room, const Shape& shape, std::vector<Seat>& seats) {
  return enough_cpus(room, cpus_of(shape)) && enough_memory(room, memory_of(shape)) &&
         enough_storage(room, storage_of(shape)) && choose_all_gpus(room, shape, seats);
}

void take(Room& room, const TaskNeeds& needs, GpuSet gpus) {
  room.cpus -= needs.cpus;
  room.memory -= as_signed(needs.memory);
  room.storage -= as_signed(needs.storage);
  take_gpus(room.gpus, needs, gpus);
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
  room.storage -= as_signed(host.storage_used);
  room.gpus.whole = room.gpus.whole.without(host.gpus_used);
  room.gpus.loads = host.loads;
  for (const auto& [device, use] : host.gpu_use) {
    const bool offered = host.capacity.gpus.contains(device);
    if (offered) room.gpus.used.push_back({device, use});
  }
  return room;
}

Room empty_room(HostId host, const HostCapacity& capacity) {
  Room room;
  room.host = host;
  room.cpus = capacity.cpus;
  room.memory = as_signed(capacity.memory.count());
  room.storage = as_signed(capacity.storage.count());
  room.all_cpus = room.cpus;
  room.all_memory = room.memory;
  room.gpus.capacity = &capacity;
  room.gpus.offered = capacity.gpus;
  room.gpus.whole = capacity.gpus;
  return room;
}

bool find_seats(const std::vector<Room>& rooms, const Shape& shape, std::vector<Seat>& seats) {
  for (std::size_t i = 0; i < rooms.size(); ++i) {
    if (!fits_on(rooms[i], shape, seats)) continue;
    for (Seat& seat : seats) seat.room = i;
    return true;
  }
  return shape.size() > 1 && rooms.size() > 1 && spread(rooms, shape, seats);
}

std::map<std::size_t, Shape> parts_of(const Shape& shape, const std::vector<Seat>& seats) {
  std::map<std::size_t, Shape> parts;
  for (std::size_t i = 0; i < seats.size(); ++i) parts[seats[i].room].push_back(shape[i]);
  return parts;
}

void take_seats(std::vector<Room>& rooms, const Shape& shape, const std::vector<Seat>& seats) {
  for (std::size_t i = 0; i < shape.size(); ++i) take(rooms[seats[i].room], shape[i], seats[i].gpus);
}

void return_seat(Room& room, const TaskNeeds& needs, GpuSet gpus) {
  room.cpus += needs.cpus;
  room.memory += as_signed(needs.memory);
  room.storage += as_signed(needs.storage);
  return_gpus(room.gpus, needs, gpus);
}

bool has_some_of(const Room& room, const Goods& goods) {
  return (!goods.cpus || enough_cpus(room, 1)) && (!goods.memory || enough_memory(room, 1)) &&
         (!goods.storage || enough_storage(room, 1)) && (!goods.gpus || has_some_gpu(room.gpus));
}

Goods shortage_of(const Room& room, const Shape& shape) {
  std::vector<Seat> seats;
  return {.cpus = !enough_cpus(room, cpus_of(shape)),
          .memory = !enough_memory(room, memory_of(shape)),
          .storage = !enough_storage(room, storage_of(shape)),
          .gpus = !choose_all_gpus(room, shape, seats)};
}

void reserve(Room& room, const Shape& shape, const Goods& goods) {
  const Goods lacks = shortage_of(room, shape);
  const auto keep = [](std::int64_t& free, bool too_few, std::int64_t wanted) {
    free = too_few ? std::min<std::int64_t>(free, 0) : free - wanted;
  };
  if (goods.cpus) keep(room.cpus, lacks.cpus, std::min(as_signed(cpus_of(shape)), room.all_cpus));
  if (goods.memory) keep(room.memory, lacks.memory, std::min(as_signed(memory_of(shape)), room.all_memory));
  if (goods.storage) keep(room.storage, lacks.storage, as_signed(storage_of(shape)));
  if (!goods.gpus) return;
  for (const TaskNeeds& needs : shape) keep_gpus(room.gpus, needs);
}

}  // namespace sennit::core
