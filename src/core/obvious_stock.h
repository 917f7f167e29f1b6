// For the test of the scheduler: what is free on hosts and in pools, and where somebody fits, slow and obvious. It
// knows the rules of core/space.h and core/gpu_room.h as sentences, and shares no code with them. What it does not
// know: GPUs by the byte, disk, allocation by load.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "core/state.h"

namespace sennit::core::obvious {

struct Need {
  std::int64_t cpus = 0;
  std::int64_t memory = 0;
  std::uint32_t count = 0;   // any that many devices, or
  std::uint64_t named = 0;   // exactly these
  std::uint64_t usable = 0;  // of its workflow
  std::int64_t part = 1000;  // of each device

  std::uint32_t devices() const { return named != 0 ? GpuSet::from_bits(named).count() : count; }
  std::int64_t quota() const { return devices() * part; }
  friend auto operator<=>(const Need&, const Need&) = default;
};

struct Waiter {
  const WorkflowState* workflow = nullptr;
  std::vector<TaskIndex> tasks;  // of a group that waits as one; or a retry
  std::vector<Need> needs;
  bool admitted = false;
  bool waits = false;  // one of its tasks does

  bool is_guaranteed() const { return workflow->submission.priority != Priority::kLow; }
  std::int64_t quota() const {
    std::int64_t sum = 0;
    for (const Need& need : needs) sum += need.quota();
    return sum;
  }
  // Those who can, or cannot, be placed together.
  auto kind() const { return std::tuple(workflow->pool, is_guaranteed(), admitted, needs); }
};

struct Device {
  std::int64_t taken = 0;
  bool closed = false;  // it is to become empty for somebody

  bool has(std::int64_t part) const { return !closed && taken + part <= 1000; }
};

struct Machine {
  HostId id;
  std::int64_t cpus = 0;
  std::int64_t memory = 0;
  std::int64_t all_cpus = 0;
  std::int64_t all_memory = 0;
  std::map<unsigned, Device> devices;

  // With room for a part; the fullest first, then by number.
  std::vector<unsigned> candidates(const Need& need) const {
    std::vector<unsigned> found;
    for (const auto& [number, device] : devices) {
      if (GpuSet::from_bits(need.usable).contains(number) && device.has(need.part)) found.push_back(number);
    }
    std::ranges::stable_sort(found, std::greater(), [this](unsigned number) { return devices.at(number).taken; });
    return found;
  }
  std::optional<GpuSet> choose(const Need& need) const {
    GpuSet chosen;
    for (const unsigned number : candidates(need)) {
      const bool wanted =
          need.named != 0 ? GpuSet::from_bits(need.named).contains(number) : chosen.count() < need.count;
      if (wanted) chosen.add(number);
    }
    return chosen.count() == need.devices() ? std::optional(chosen) : std::nullopt;
  }
  void take_gpus(const Need& need, GpuSet gpus) {
    for (auto& [number, device] : devices) device.taken += gpus.contains(number) ? need.part : 0;
  }
};

struct Seat {
  std::size_t machine = 0;
  GpuSet gpus;
};

struct Account {
  const PoolSettings* settings = nullptr;
  std::int64_t gpus = 0;      // used, in thousandths
  std::int64_t entitled = 0;  // of those, by NORMAL and HIGH
  std::int64_t cpus = 0;      // left, if there is a limit
  std::int64_t memory = 0;
};

inline std::int64_t signed_bytes(Bytes bytes) { return static_cast<std::int64_t>(bytes.count()); }

// What is free on hosts and in pools.
class Stock {
 public:
  explicit Stock(const State& state) {
    for (const auto& [id, host] : state.hosts) {
      if (!host.joined) continue;
      const HostCapacity& has = host.capacity;
      Machine machine{id, has.cpus, signed_bytes(has.memory), has.cpus, signed_bytes(has.memory), {}};
      for (unsigned i = 0; i < 64; ++i) {
        if (has.gpus.contains(i)) machine.devices[i];
      }
      machines.push_back(machine);
    }
    for (const PoolState& pool : state.pools) {
      accounts.push_back(
          {&pool.settings, 0, 0, pool.settings.cpus.value_or(0), signed_bytes(pool.settings.memory.value_or(Bytes()))});
    }
  }

  std::vector<Machine> machines;
  std::vector<Account> accounts;

  // As the pool sees it: its part.
  Machine part_of(const Account& account, Machine machine) const {
    const PoolSettings& limits = *account.settings;
    if (limits.gpus)
      std::erase_if(machine.devices, [&](const auto& entry) { return !limits.gpus->contains(entry.first); });
    if (limits.cpus) {
      machine.cpus = std::min(machine.cpus, account.cpus);
      machine.all_cpus = std::min<std::int64_t>(machine.all_cpus, *limits.cpus);
    }
    if (limits.memory) {
      machine.memory = std::min(machine.memory, account.memory);
      machine.all_memory = std::min(machine.all_memory, signed_bytes(*limits.memory));
    }
    return machine;
  }

  // The devices of those whose turn it is from `turn` on.
  static bool choose_from(const Machine& machine, const std::vector<Need>& needs, const std::vector<std::size_t>& turns,
                          std::size_t turn, std::vector<GpuSet>& chosen) {
    if (turn == turns.size()) return true;
    const Need& need = needs[turns[turn]];
    std::vector<unsigned> numbers = machine.candidates(need);
    std::erase_if(numbers,
                  [&](unsigned number) { return need.named != 0 && !GpuSet::from_bits(need.named).contains(number); });
    if (numbers.size() < need.devices()) return false;
    std::vector<bool> picked(numbers.size(), false);
    std::fill(picked.begin(), picked.begin() + need.devices(), true);
    do {
      GpuSet gpus;
      for (std::size_t i = 0; i < numbers.size(); ++i) {
        if (picked[i]) gpus.add(numbers[i]);
      }
      Machine rest = machine;
      rest.take_gpus(need, gpus);
      chosen[turns[turn]] = gpus;
      if (choose_from(rest, needs, turns, turn + 1, chosen)) return true;
    } while (std::prev_permutation(picked.begin(), picked.end()));
    return false;
  }

  // Which goods are too few on `machine` for all of `needs` together. More than there is at all is cut to that.
  struct Short {
    bool cpus = false;
    bool memory = false;
    bool gpus = false;
    bool any() const { return cpus || memory || gpus; }
  };
  static Short short_of(Machine machine, const std::vector<Need>& needs, bool admitted, std::vector<GpuSet>& chosen) {
    std::int64_t cpus = 0;
    std::int64_t memory = 0;
    for (const Need& need : needs) cpus += admitted ? 0 : need.cpus;
    for (const Need& need : needs) memory += admitted ? 0 : need.memory;
    Short result{cpus > 0 && std::min(cpus, machine.all_cpus) > machine.cpus,
                 memory > 0 && std::min(memory, machine.all_memory) > machine.memory, false};
    // Who has the least choice chooses first: what it likes best of that with which all find something.
    std::vector<std::size_t> turns;
    for (std::size_t i = 0; i < needs.size(); ++i) turns.push_back(i);
    std::ranges::stable_sort(turns, {}, [&](std::size_t i) { return std::pair(needs[i].named == 0, -needs[i].part); });
    chosen.assign(needs.size(), GpuSet());
    result.gpus = !choose_from(machine, needs, turns, 0, chosen);
    return result;
  }

  // On the first host that has room for all; else each on the first host that has room for it.
  std::optional<std::vector<Seat>> fit(const Waiter& waiter) const {
    const Account& account = accounts[waiter.workflow->pool.value()];
    std::vector<Seat> seats;
    std::vector<GpuSet> chosen;
    for (std::size_t m = 0; m < machines.size(); ++m) {
      if (short_of(part_of(account, machines[m]), waiter.needs, waiter.admitted, chosen).any()) continue;
      for (const GpuSet gpus : chosen) seats.push_back({m, gpus});
      return seats;
    }
    if (waiter.needs.size() == 1 || machines.size() == 1 || pool_lacks(account, waiter).any()) {
      return std::nullopt;
    }
    Stock rest = *this;
    for (Machine& machine : rest.machines) machine = part_of(account, machine);
    for (const Need& need : waiter.needs) {
      std::size_t m = 0;
      while (m < machines.size() && short_of(rest.machines[m], {need}, false, chosen).any()) ++m;
      if (m == machines.size()) return std::nullopt;
      seats.push_back({m, chosen.front()});
      rest.take(need, seats.back());
    }
    return seats;
  }
  void take(const Need& need, const Seat& seat) {
    machines[seat.machine].cpus -= need.cpus;
    machines[seat.machine].memory -= need.memory;
    machines[seat.machine].take_gpus(need, seat.gpus);
  }

  // Where it would be if nothing ran, on one host or over several, it keeps for itself what it lacks on any of them:
  // all that is free of that where it is too little, and the emptiest of the other devices are closed; else its part.
  // What is short because of a pool's limit is kept from that pool.
  void keep(const Waiter& waiter, const Stock& idle) {
    const std::optional<std::vector<Seat>> seats = idle.fit(waiter);
    if (!seats) return;
    std::map<std::size_t, std::vector<Need>> parts;
    for (std::size_t i = 0; i < seats->size(); ++i) parts[(*seats)[i].machine].push_back(waiter.needs[i]);
    Account& account = accounts[waiter.workflow->pool.value()];
    std::vector<GpuSet> unused;
    Short lacks;
    if (parts.size() > 1) lacks = pool_lacks(account, waiter);
    for (const auto& [m, needs] : parts) {
      const Short here = short_of(part_of(account, machines[m]), needs, waiter.admitted, unused);
      lacks = {lacks.cpus || here.cpus, lacks.memory || here.memory, lacks.gpus || here.gpus};
    }
    for (const auto& [m, needs] : parts) {
      const Machine part = part_of(account, machines[m]);
      const Short here = short_of(part, needs, waiter.admitted, unused);
      std::int64_t cpus = 0;
      std::int64_t memory = 0;
      for (const Need& need : needs) cpus += need.cpus;
      for (const Need& need : needs) memory += need.memory;
      if (lacks.cpus) keep_some(here.cpus, part.cpus, std::min(cpus, part.all_cpus), account.cpus, machines[m].cpus);
      if (lacks.memory) {
        keep_some(here.memory, part.memory, std::min(memory, part.all_memory), account.memory, machines[m].memory);
      }
      for (const Need& need : needs) {
        if (lacks.gpus) keep_gpus(machines[m], account, need);
      }
    }
  }

 private:
  static void keep_some(bool lacks, std::int64_t free, std::int64_t wanted, std::int64_t& of_pool,
                        std::int64_t& of_machine) {
    if (lacks) {
      std::int64_t& scarce = free < of_machine ? of_pool : of_machine;
      scarce = std::min<std::int64_t>(scarce, 0);
    } else {
      of_pool -= wanted;
      of_machine -= wanted;
    }
  }
  static Short pool_lacks(const Account& account, const Waiter& waiter) {
    std::int64_t cpus = 0;
    std::int64_t memory = 0;
    for (const Need& need : waiter.needs) cpus += need.cpus;
    for (const Need& need : waiter.needs) memory += need.memory;
    const PoolSettings& limits = *account.settings;
    return {limits.cpus && cpus > 0 && std::min<std::int64_t>(cpus, *limits.cpus) > account.cpus,
            limits.memory && memory > 0 && std::min(memory, signed_bytes(*limits.memory)) > account.memory, false};
  }
  void keep_gpus(Machine& machine, const Account& account, const Need& need) const {
    const Machine part = part_of(account, machine);
    std::vector<unsigned> kept = part.candidates(need);
    if (need.named != 0) {
      for (auto& [number, device] : machine.devices) {
        device.closed = device.closed || GpuSet::from_bits(need.named).contains(number);
      }
      return;
    }
    kept.resize(std::min<std::size_t>(kept.size(), need.count));
    std::vector<unsigned> others;
    for (const auto& [number, device] : part.devices) {
      const bool usable = GpuSet::from_bits(need.usable).contains(number) && !device.closed && device.taken > 0;
      if (usable && std::ranges::find(kept, number) == kept.end()) others.push_back(number);
    }
    std::ranges::stable_sort(others, {}, [&](unsigned number) { return part.devices.at(number).taken; });
    others.resize(std::min<std::size_t>(others.size(), need.count - kept.size()));
    for (const unsigned number : kept) machine.devices[number].taken += need.part;
    for (const unsigned number : others) machine.devices[number].closed = true;
  }
};

}  // namespace sennit::core::obvious
