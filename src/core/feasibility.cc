#include "core/feasibility.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "core/gpu_words.h"
#include "core/room.h"

namespace sennit::core {
namespace {

std::vector<Room> rooms_of(std::span<const HostCapacity> hosts) {
  std::vector<Room> rooms;
  for (const HostCapacity& host : hosts) rooms.push_back(empty_room(HostId(), host));
  return rooms;
}

Shape shape_of(const Workflow& workflow, const GroupSpec& group, const std::vector<GpuSet>& fixed) {
  Shape shape;
  for (const TaskIndex task : TaskRange(group)) {
    TaskNeeds needs = needs_of(workflow, task);
    if (!fixed.empty() && !fixed[task.value()].empty()) {
      needs.gpu_devices = fixed[task.value()].bits();
      needs.gpu_count = 0;
    }
    shape.push_back(needs);
  }
  return shape;
}

const Room& largest(const std::vector<Room>& rooms) {
  return *std::ranges::max_element(rooms, {}, [](const Room& room) { return room.capacity().gpus.count(); });
}

std::string has(GpuSet gpus, std::string_view whose) {
  if (gpus.empty()) return fmt::format("{} has no GPU", whose);
  return fmt::format("{} has {} ({})", whose, gpus.count(), to_string(gpus));
}

Bytes largest_memory(const std::vector<Room>& rooms) {
  Bytes largest;
  for (const Room& room : rooms) {
    for (const GpuDevice& device : room.capacity().devices) largest = std::max(largest, device.memory);
  }
  return largest;
}

// What the GPUs have, if one of the tasks wants more of a device than any of them has.
std::string too_little_memory(const Shape& shape, const std::vector<Room>& rooms) {
  const Bytes most = largest_memory(rooms);
  for (const TaskNeeds& needs : shape) {
    if (needs.gpus_wanted() == 0 || needs.gpu_memory <= most.count()) continue;
    const std::string text = gpus_text(Shape{needs});
    if (most == Bytes()) return fmt::format("asks for {}; how much memory the GPUs here have is not known", text);
    return fmt::format("asks for {}; {} {}", text,
                       rooms.size() == 1 ? "the GPUs of this host have" : "no GPU has more than",
                       memory_text(most.count()));
  }
  return "";
}

std::string infeasible_message(const Shape& shape, const std::vector<Room>& rooms) {
  GpuSet devices;
  for (const TaskNeeds& needs : shape) devices = devices.with(needs.devices());
  const Room& room = largest(rooms);
  const GpuSet there = room.capacity().gpus;
  const GpuSet usable = shape.front().usable(there);
  const std::string whose = rooms.size() == 1 ? "this host" : "the largest host";
  const std::string who = shape.size() == 1 ? "" : fmt::format("{} tasks that start together: ", shape.size());
  const std::string limit = shape.front().allowed_gpus == 0 || usable == there
                                ? has(there, whose)
                                : fmt::format("{}, of which the workflow may use {}", has(there, whose),
                                              usable.empty() ? "none" : to_string(usable));
  if (!devices.empty() && !usable.contains(devices)) {
    return fmt::format("{}asks for GPU {}; {}", who, to_string(devices), limit);
  }
  const std::string memory = there.empty() ? "" : too_little_memory(shape, rooms);
  if (!memory.empty()) return who + memory;
  return fmt::format("{}asks for {}; {}", who, gpus_text(shape), limit);
}

// Equal shapes are reported once, with the number of tasks that have them.
class Complaints {
 public:
  void add(const Shape& shape, TaskIndex task, std::string message) {
    const auto count = static_cast<std::uint32_t>(shape.size());
    const auto [it, added] = by_shape_.try_emplace(shape, list_.size());
    if (added) {
      list_.push_back({task, count, std::move(message)});
    } else {
      list_[it->second].tasks += count;
    }
  }
  std::vector<ResourceComplaint> take() { return std::move(list_); }

 private:
  std::map<Shape, std::size_t> by_shape_;
  std::vector<ResourceComplaint> list_;
};

// The most that any host has of each.
HostCapacity largest_of(std::span<const HostCapacity> hosts) {
  HostCapacity most;
  for (const HostCapacity& host : hosts) {
    most.cpus = std::max(most.cpus, host.cpus);
    most.memory = std::max(most.memory, host.memory);
    most.storage = std::max(most.storage, host.storage);
  }
  return most;
}

// "asks for 64 CPUs", "3 tasks that start together ask for 64 CPUs"
std::string clamped_text(const Shape& shape, std::string_view what, std::string_view most, std::string_view rest) {
  const std::string who = shape.size() == 1
                              ? "asks for"
                              : fmt::format("and its group, {} tasks that start together, ask for", shape.size());
  return fmt::format("{} {}; the largest host has {}, {}", who, what, most, rest);
}

std::optional<std::string> clamped_message(const Shape& shape, const HostCapacity& most) {
  std::uint64_t cpus = 0;
  std::uint64_t memory = 0;
  std::uint64_t storage = 0;
  for (const TaskNeeds& needs : shape) {
    cpus += needs.cpus;
    memory += needs.memory;
    storage += needs.storage;
  }
  const std::string alone = shape.size() == 1 ? "so it runs there alone" : "so they run there alone";
  if (cpus > most.cpus) {
    return clamped_text(shape, fmt::format("{} CPUs", cpus), fmt::format("{}", most.cpus), alone);
  }
  if (memory > most.memory.count()) {
    return clamped_text(shape, memory_text(memory) + " of memory", memory_text(most.memory.count()), alone);
  }
  if (most.storage != Bytes() && storage > most.storage.count()) {
    return clamped_text(shape, memory_text(storage) + " of disk", memory_text(most.storage.count()) + " free",
                        alone + ", and the disk may become full");
  }
  return std::nullopt;
}

}  // namespace

std::vector<ResourceComplaint> find_infeasible(const Workflow& workflow, std::span<const HostCapacity> hosts) {
  if (hosts.empty()) return {};
  const std::vector<Room> rooms = rooms_of(hosts);
  const std::vector<GpuSet> fixed = fixed_devices(workflow);
  Complaints complaints;
  std::map<Shape, bool> fits;
  std::vector<Seat> seats;
  for (const GroupSpec& group : workflow.groups) {
    const Shape shape = shape_of(workflow, group, fixed);
    const auto [it, added] = fits.try_emplace(shape, true);
    if (added) it->second = find_seats(rooms, shape, seats);
    if (!it->second) complaints.add(shape, group.first_task, infeasible_message(shape, rooms));
  }
  return complaints.take();
}

// A group that starts together is looked at as a whole where it must be on one host, else task by task.
std::vector<ResourceComplaint> find_clamped(const Workflow& workflow, std::span<const HostCapacity> hosts) {
  if (hosts.empty()) return {};
  const HostCapacity most = largest_of(hosts);
  Complaints complaints;
  for (const GroupSpec& group : workflow.groups) {
    const Shape shape = shape_of(workflow, group, {});
    if (hosts.size() == 1) {
      if (const auto message = clamped_message(shape, most)) complaints.add(shape, group.first_task, *message);
      continue;
    }
    for (std::uint32_t i = 0; i < shape.size(); ++i) {
      const auto message = clamped_message({shape[i]}, most);
      if (message) complaints.add({shape[i]}, TaskIndex(group.first_task.value() + i), *message);
    }
  }
  return complaints.take();
}

}  // namespace sennit::core
