// Where a shape fits: arithmetic on what hosts have free. Pure; used by the placement, by `why` and at submission.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/gpu_room.h"
#include "core/shape.h"
#include "core/state.h"
#include "model/resources.h"

namespace sennit::core {

// Amounts are compared signed, since what is left may be below zero.
inline std::int64_t as_signed(std::uint64_t value) {
  return static_cast<std::int64_t>(std::min<std::uint64_t>(value, std::numeric_limits<std::int64_t>::max()));
}

// What is free on one host, less what is kept for those who wait. The host's capacity must outlive it.
struct Room {
  HostId host;
  std::int64_t cpus = 0;  // negative after a group larger than the host
  std::int64_t memory = 0;
  std::int64_t storage = 0;
  std::int64_t all_cpus = 0;  // what there is at all: of the host, or of a pool's part of it
  std::int64_t all_memory = 0;
  GpuRoom gpus;

  const HostCapacity& capacity() const { return *gpus.capacity; }
};

Room room_of(const HostState& host);
// A host as it is when nothing runs there.
Room empty_room(HostId host, const HostCapacity& capacity);

// Where each task of a shape goes.
struct Seat {
  std::size_t room = 0;  // position in the list of rooms
  GpuSet gpus;
};

// Seats for every task of `shape`, on one host if possible, else over several; false if it does not fit now.
bool find_seats(const std::vector<Room>& rooms, const Shape& shape, std::vector<Seat>& seats);
// What of the shape goes to each room.
std::map<std::size_t, Shape> parts_of(const Shape& shape, const std::vector<Seat>& seats);
void take_seats(std::vector<Room>& rooms, const Shape& shape, const std::vector<Seat>& seats);
// One task of those ends: what it had on its host is free again.
void return_seat(Room& room, const TaskNeeds& needs, GpuSet gpus);

// Some of a room's goods.
struct Goods {
  bool cpus = false;
  bool memory = false;
  bool storage = false;
  bool gpus = false;

  bool any() const { return cpus || memory || storage || gpus; }
  void add(const Goods& more) {
    cpus = cpus || more.cpus;
    memory = memory || more.memory;
    storage = storage || more.storage;
    gpus = gpus || more.gpus;
  }
};
// Whether there is room for the least that anybody could ask for of each of them.
bool has_some_of(const Room& room, const Goods& goods);
// Those that are too few for a shape.
Goods shortage_of(const Room& room, const Shape& shape);

// Keeps for `shape` what is free of those goods in `room`, as far as it wants them, from those who come after it: its
// part where there is enough, else all that there is.
void reserve(Room& room, const Shape& shape, const Goods& goods);

}  // namespace sennit::core
