#include "core/shortage_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <set>
#include <utility>

#include "core/bookkeeping.h"
#include "core/exit_rules.h"
#include "core/explain_pool.h"
#include "core/explain_words.h"
#include "core/gpu_words.h"
#include "core/room.h"
#include "core/succession.h"

namespace sennit::core {
namespace {

// Tasks looked at for those that hold CPUs or memory. Past it, how many run is said instead of which.
constexpr std::size_t kMostLookedAt = 10'000;

using Amount = std::function<std::uint64_t(const TaskNeeds&)>;

// The connected hosts that could take the shape if nothing ran there: one, or several together for a large group.
std::vector<const HostState*> hosts_for(const State& state, const WorkflowState& workflow, const Shape& shape) {
  std::vector<Seat> seats;
  std::vector<const HostState*> all;
  std::vector<Room> empty;
  for (const auto& [id, host] : state.hosts) {
    if (!host.joined) continue;
    all.push_back(&host);
    empty.push_back(idle_room_in_pool(state, workflow, host));
    if (find_seats({empty.back()}, shape, seats)) return {&host};
  }
  if (find_seats(empty, shape, seats)) return all;
  return {};
}

class Analysis {
 public:
  Analysis(const State& state, const WorkflowState& workflow, TaskIndex task, Instant now)
      : state_(state), workflow_(workflow), now_(now), shape_(workflow.lanes[lane_of(workflow, task)].shape()) {}

  Shortfall run() &&;

 private:
  // One good, in the units in which it is told.
  struct Good {
    Lacking lacking;
    std::string wanted;
    std::uint64_t free = 0;
    std::uint64_t total = 0;
    Amount amount;
    std::string (*text)(std::uint64_t) = nullptr;    // "2 CPUs", "2 GiB"
    std::string (*number)(std::uint64_t) = nullptr;  // "2", "2 GiB"
  };

  std::uint64_t sum(const Amount& amount) const;
  bool is_at_cap() const;
  Shortage shortage() const;
  void lacks_place();
  void lacks_hosts();
  void lacks_gpus();
  void lacks_cpus();
  void lacks_memory();
  void lacks_storage();
  bool is_being_measured() const;
  std::string held_for(const Holder& holder) const;
  void lacks(const Good& good);
  std::string holders_of(const Good& good);

  const State& state_;
  const WorkflowState& workflow_;
  Instant now_;
  const Shape& shape_;
  std::vector<const HostState*> hosts_;
  Shortfall found_;
};

std::uint64_t Analysis::sum(const Amount& amount) const {
  std::uint64_t all = 0;
  for (const TaskNeeds& needs : shape_) all += amount(needs);
  return all;
}

void Analysis::lacks_place() {
  const std::uint32_t cap = workflow_.spec->max_parallel;
  found_.lacking = Lacking::kParallel;
  found_.wanted = "a place under max_parallel";
  found_.clause = fmt::format("waits because max_parallel is reached: {} of {} running", workflow_.active, cap);
  NameList names;
  std::size_t looked_at = 0;
  for (std::uint32_t t = 0; t < workflow_.tasks.size() && ++looked_at <= kMostLookedAt; ++t) {
    if (is_seated(workflow_, TaskIndex(t))) names.add(std::string(workflow_.spec->name_of(TaskIndex(t))));
  }
  found_.account = fmt::format("for {}; {} of {} are taken", found_.wanted, workflow_.active, cap);
  if (names.count() == workflow_.active) found_.account += " by " + names.text();
}

void Analysis::lacks_hosts() {
  found_.lacking = Lacking::kLargerHost;
  found_.wanted = gpus_text(shape_);
  found_.clause = fmt::format("asks for {}, which no host has", found_.wanted);
  NameList there;
  for (const auto& [id, host] : state_.hosts) {
    if (!host.joined) continue;
    there.add(fmt::format("{} has {}", host.name, plural(host.capacity.gpus.count(), "GPU")));
    if (there.count() <= kMaxNames) {
      found_.details.push_back(fmt::format("{} has {}", host.name, plural(host.capacity.gpus.count(), "GPU")));
    }
  }
  found_.account = fmt::format("for {}, which no host has: {}", found_.wanted, there.text());
}

// " (for 12m)"
std::string Analysis::held_for(const Holder& holder) const {
  const WorkflowState* other = state_.find(holder.workflow);
  if (other == nullptr || holder.task.value() >= other->tasks.size()) return {};
  const Instant since = other->task(holder.task).placed_at;
  return since.is_set() && since < now_ ? fmt::format(" (for {})", readable(now_ - since)) : std::string();
}

void Analysis::lacks_gpus() {
  std::uint32_t total = 0;
  std::uint32_t free = 0;
  NameList names;
  std::set<Holder> holders;
  for (const HostState* host : hosts_) {
    const GpuSet offered = idle_room_in_pool(state_, workflow_, *host).gpus.offered;
    const GpuSet relevant = relevant_gpus(*host, shape_).common(offered);
    total += relevant.count();
    free += roomy_gpus(*host, room_of(*host), shape_).count();
    for (const auto& [device, use] : host->gpu_use) {
      if (!relevant.contains(device)) continue;
      NameList of_device;
      for (auto it = host->holders.lower_bound({device, Holder()}); it != host->holders.end() && it->first == device;
           ++it) {
        const Holder& holder = it->second;
        of_device.add(holder_name(state_, holder) + part_text(state_, holder) + held_for(holder));
        if (holders.insert(holder).second) names.add(holder_name(state_, holder));
      }
      found_.details.push_back(
          fmt::format("GPU {} is held by {}{}", device, of_device.text(), rest_text(*host, device)));
    }
  }
  found_.lacking = Lacking::kGpus;
  found_.wanted = gpus_text(shape_);
  if (shares_gpus(shape_)) {
    found_.clause = fmt::format("waits for {}: {} of {} with room for it", found_.wanted, free, plural(total, "GPU"));
    found_.account = fmt::format("for {}; {} of {} with room for it, held by {}", found_.wanted, free,
                                 plural(total, "GPU"), names.text());
    return;
  }
  found_.clause = fmt::format("waits for {}: {} of {} free", found_.wanted, free, total);
  found_.account = fmt::format("for {}; {} free", found_.wanted, free);
  if (free < total) found_.account += fmt::format(", {} of {} held by {}", total - free, total, names.text());
}

// Who holds most of it comes first. "": too many to look at.
std::string Analysis::holders_of(const Good& good) {
  std::vector<std::pair<std::uint64_t, std::string>> holders;
  std::size_t looked_at = 0;
  for (const auto& [key, other] : state_.workflows) {
    if (other.active == 0) continue;
    for (std::uint32_t t = 0; t < other.tasks.size(); ++t) {
      if (++looked_at > kMostLookedAt) return "";
      const TaskIndex task(t);
      if (!is_seated(other, task)) continue;
      const std::uint64_t held = good.amount(needs_held(other, task));
      const HostId host = other.task(task).host;
      const bool here = std::any_of(hosts_.begin(), hosts_.end(), [host](const HostState* h) { return h->id == host; });
      if (held > 0 && here) holders.emplace_back(held, holder_name(state_, {key, task}));
    }
  }
  std::stable_sort(holders.begin(), holders.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  NameList names;
  for (auto& [held, name] : holders) {
    if (names.count() < kMaxNames) found_.details.push_back(fmt::format("{} held by {}", good.text(held), name));
    names.add(std::move(name));
  }
  return names.text();
}

void Analysis::lacks(const Good& good) {
  found_.lacking = good.lacking;
  found_.wanted = good.wanted;
  std::uint32_t active = 0;
  for (const HostState* host : hosts_) active += host->active;
  if (hosts_.size() == 1)
    found_.details.push_back(fmt::format("{} running on {}", plural(active, "task"), hosts_.front()->name));
  std::string holders = holders_of(good);
  if (holders.empty()) holders = plural(active, "running task");
  found_.clause =
      fmt::format("waits for {}: {} of {} free", good.wanted, good.number(good.free), good.number(good.total));
  found_.account = fmt::format("for {}; {} free, {} of {} held by {}", good.wanted, good.number(good.free),
                               good.number(good.total - good.free), good.number(good.total), holders);
}

// Which of the goods are too few. Over several hosts it is more than one sentence can say which of them lacks what.
Shortage Analysis::shortage() const {
  if (hosts_.size() == 1) return shortage_of(room_in_pool(state_, workflow_, *hosts_.front()), shape_);
  std::vector<Room> rooms;
  rooms.reserve(hosts_.size());
  for (const HostState* host : hosts_) rooms.push_back(room_in_pool(state_, workflow_, *host));
  std::vector<Seat> seats;
  if (find_seats(rooms, shape_, seats)) return {};
  const bool devices = sum([](const TaskNeeds& needs) { return std::uint64_t{needs.gpus_wanted()}; }) > 0;
  return {.cpus = !devices, .memory = false, .gpus = devices};
}

void Analysis::lacks_cpus() {
  Good good{.lacking = Lacking::kCpus,
            .amount = [](const TaskNeeds& needs) { return std::uint64_t{needs.cpus}; },
            .text = [](std::uint64_t count) { return plural(count, "CPU"); },
            .number = [](std::uint64_t count) { return std::to_string(count); }};
  good.wanted = plural(sum(good.amount), "CPU");
  for (const HostState* host : hosts_) {
    good.free += static_cast<std::uint64_t>(std::max<std::int64_t>(0, room_in_pool(state_, workflow_, *host).cpus));
    good.total += static_cast<std::uint64_t>(idle_room_in_pool(state_, workflow_, *host).all_cpus);
  }
  lacks(good);
}

void Analysis::lacks_memory() {
  Good good{.lacking = Lacking::kMemory,
            .amount = [](const TaskNeeds& needs) { return needs.memory; },
            .text = memory_text,
            .number = memory_text};
  good.wanted = memory_text(sum(good.amount)) + " of memory";
  for (const HostState* host : hosts_) {
    good.free += static_cast<std::uint64_t>(std::max<std::int64_t>(0, room_in_pool(state_, workflow_, *host).memory));
    good.total += static_cast<std::uint64_t>(idle_room_in_pool(state_, workflow_, *host).all_memory);
  }
  lacks(good);
}

void Analysis::lacks_storage() {
  Good good{.lacking = Lacking::kStorage,
            .amount = [](const TaskNeeds& needs) { return needs.storage; },
            .text = memory_text,
            .number = memory_text};
  good.wanted = memory_text(sum(good.amount)) + " of disk";
  for (const HostState* host : hosts_) {
    good.free += static_cast<std::uint64_t>(std::max<std::int64_t>(0, room_of(*host).storage));
    good.total += host->capacity.storage.count();
  }
  lacks(good);
}

// Its hosts were asked how busy their devices are, and it has a choice.
bool Analysis::is_being_measured() const {
  return std::ranges::any_of(shape_, &TaskNeeds::balanced) &&
         std::ranges::any_of(hosts_, [](const HostState* host) { return host->measuring; });
}

bool Analysis::is_at_cap() const {
  const std::uint32_t cap = workflow_.spec->max_parallel;
  return cap > 0 && !shape_.front().admitted && workflow_.active + std::min<std::size_t>(shape_.size(), cap) > cap;
}

Shortfall Analysis::run() && {
  const bool connected =
      std::any_of(state_.hosts.begin(), state_.hosts.end(), [](const auto& entry) { return entry.second.joined; });
  if (state_.placing == Placing::kPaused) {
    return {Lacking::kPlacing, "the server", "waits because the server is paused", "while the server was paused", {}};
  }
  if (!connected) {
    return {Lacking::kAnyHost, "a host", "waits for a host: none is connected", "for a host; none is connected", {}};
  }
  if (!is_at_cap()) {
    if (std::optional<Shortfall> quota = quota_shortfall(state_, workflow_, shape_)) return std::move(*quota);
  }
  if (!is_at_cap()) hosts_ = hosts_for(state_, workflow_, shape_);
  const Shortage few = hosts_.empty() ? Shortage{} : shortage();
  if (is_at_cap()) {
    lacks_place();
  } else if (hosts_.empty()) {
    lacks_hosts();
  } else if (few.gpus) {
    lacks_gpus();
  } else if (few.cpus) {
    lacks_cpus();
  } else if (few.memory) {
    lacks_memory();
  } else if (few.storage) {
    lacks_storage();
  } else if (is_being_measured()) {
    found_.lacking = Lacking::kMeasurement;
    found_.wanted = "a measurement";
    found_.clause = "waits until it is known which GPU is busy least";
    found_.account = "for the GPUs to tell how busy they are";
  } else {
    found_.wanted = "its turn";
    found_.clause = "is next: it starts as soon as those before it have been served";
    found_.account = "for its turn";
  }
  return std::move(found_);
}

}  // namespace

Shortfall shortfall_of(const State& state, const WorkflowState& workflow, TaskIndex task, Instant now) {
  return Analysis(state, workflow, task, now).run();
}

std::string holder_name(const State& state, const Holder& holder) {
  const WorkflowState* other = state.find(holder.workflow);
  if (other == nullptr || holder.task.value() >= other->tasks.size()) return "another workflow";
  return fmt::format("{}/{}", other->submission.id, other->spec->name_of(holder.task));
}

}  // namespace sennit::core
