#include "core/feasibility.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

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
  return *std::max_element(rooms.begin(), rooms.end(), [](const Room& a, const Room& b) {
    return a.capacity.gpus.count() < b.capacity.gpus.count();
  });
}

std::string has(GpuSet gpus, std::string_view whose) {
  if (gpus.empty()) return fmt::format("{} has no GPU", whose);
  return fmt::format("{} has {} ({})", whose, gpus.count(), to_string(gpus));
}

std::string gpus_text(std::uint32_t count) { return fmt::format("{} GPU{}", count, count == 1 ? "" : "s"); }

std::string infeasible_message(const Shape& shape, const std::vector<Room>& rooms) {
  std::uint32_t wanted = 0;
  GpuSet devices;
  for (const TaskNeeds& needs : shape) {
    wanted += needs.gpus_wanted();
    devices = devices.with(needs.devices());
  }
  const Room& room = largest(rooms);
  const GpuSet usable = shape.front().usable(room.capacity.gpus);
  const std::string whose = rooms.size() == 1 ? "this host" : "the largest host";
  const std::string who = shape.size() == 1 ? "" : fmt::format("{} tasks that start together: ", shape.size());
  const std::string limit = shape.front().allowed_gpus == 0 || usable == room.capacity.gpus
                                ? has(usable, whose)
                                : fmt::format("{}, of which the workflow may use {}", has(room.capacity.gpus, whose),
                                              usable.empty() ? "none" : to_string(usable));
  if (!devices.empty() && !usable.contains(devices)) {
    return fmt::format("{}asks for GPU {}; {}", who, to_string(devices), limit);
  }
  return fmt::format("{}asks for {}; {}", who, gpus_text(wanted), limit);
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

std::optional<std::string> clamped_message(const TaskNeeds& needs, std::span<const HostCapacity> hosts) {
  std::uint32_t cpus = 0;
  Bytes memory;
  for (const HostCapacity& host : hosts) {
    cpus = std::max(cpus, host.cpus);
    memory = std::max(memory, host.memory);
  }
  if (needs.cpus > cpus) {
    return fmt::format("asks for {} CPUs; the largest host has {}, so it runs there alone", needs.cpus, cpus);
  }
  if (needs.memory > memory.count()) {
    return fmt::format("asks for {} MiB of memory; the largest host has {}, so it runs there alone", needs.memory >> 20,
                       memory.count() >> 20);
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

std::vector<ResourceComplaint> find_clamped(const Workflow& workflow, std::span<const HostCapacity> hosts) {
  if (hosts.empty()) return {};
  Complaints complaints;
  for (std::uint32_t t = 0; t < workflow.tasks.size(); ++t) {
    const TaskNeeds needs = needs_of(workflow, TaskIndex(t));
    if (const auto message = clamped_message(needs, hosts)) complaints.add({needs}, TaskIndex(t), *message);
  }
  return complaints.take();
}

}  // namespace sennit::core
