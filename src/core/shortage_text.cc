#include "core/shortage_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "core/bookkeeping.h"
#include "core/exit_rules.h"
#include "core/explain_pool.h"
#include "core/explain_words.h"
#include "core/gpu_words.h"
#include "core/pools.h"
#include "core/room.h"
#include "core/space.h"
#include "core/succession.h"

namespace sennit::core {
namespace {

// Tasks looked at for those that hold CPUs or memory. Past it, how many run is said instead of which.
constexpr std::size_t kMostLookedAt = 10'000;

using Amount = std::function<std::uint64_t(const TaskNeeds&)>;

// A connected host as the workflow's pool sees it: what is free, and what there is when nothing runs.
struct HostView {
  const HostState* host = nullptr;
  Room room;
  Room idle;
};

// `shape` with some of its goods only.
Shape part_of(Shape shape, const Goods& goods) {
  for (TaskNeeds& needs : shape) {
    if (!goods.cpus) needs.cpus = 0;
    if (!goods.memory) needs.memory = 0;
    if (!goods.storage) needs.storage = 0;
    if (!goods.gpus) needs.gpu_count = 0;
    if (!goods.gpus) needs.gpu_devices = 0;
  }
  return shape;
}

std::uint64_t left(std::int64_t amount) { return static_cast<std::uint64_t>(std::max<std::int64_t>(0, amount)); }

// Behind numbers that would seem to be enough.
constexpr std::string_view kNotTogether = ", but not as its tasks need them together";

class Analysis {
 public:
  Analysis(const State& state, const WorkflowState& workflow, TaskIndex task, Instant now)
      : state_(state),
        workflow_(workflow),
        now_(now),
        shape_(workflow.lanes[lane_of(workflow, task)].shape()),
        space_(state),
        idle_(Space::when_idle(state)) {}

  Shortfall run() &&;

 private:
  // One good, in the units in which it is told.
  struct Good {
    Lacking lacking;
    std::string wanted = {};
    Amount amount;
    std::uint64_t (*free_of)(const HostView&) = nullptr;
    std::uint64_t (*total_of)(const HostView&) = nullptr;
    std::uint64_t limit = std::numeric_limits<std::uint64_t>::max();  // of the pool, over all hosts ...
    std::uint64_t used = 0;                                           // ... and what it uses of that
    std::string (*text)(std::uint64_t) = nullptr;                     // "2 CPUs", "2 GiB"
    std::string (*number)(std::uint64_t) = nullptr;                   // "2", "2 GiB"
  };

  std::uint64_t sum(const Amount& amount) const;
  bool is_at_cap() const;
  void look_at_hosts();
  Lacking first_lacking(const Space& space) const;
  Lacking shortage() const;
  void lacks_place();
  void lacks_hosts();
  void lacks_gpus();
  Good cpus() const;
  Good memory() const;
  Good storage() const;
  void tell(Lacking lacking);
  bool is_being_measured() const;
  std::string held_for(const Holder& holder) const;
  void lacks(const Good& good);
  std::string holders_of(const Good& good);

  const State& state_;
  const WorkflowState& workflow_;
  Instant now_;
  const Shape& shape_;
  Space space_;
  Space idle_;
  std::vector<HostView> all_;    // every connected host
  std::vector<HostView> hosts_;  // of those, the one that could take the shape if nothing ran there, or all together
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

// Also when nothing runs.
void Analysis::lacks_hosts() {
  const Lacking lacking = first_lacking(idle_);
  const bool gpus = lacking != Lacking::kCpus && lacking != Lacking::kMemory && lacking != Lacking::kStorage;
  const Good good = lacking == Lacking::kCpus ? cpus() : lacking == Lacking::kMemory ? memory() : storage();
  found_.lacking = Lacking::kLargerHost;
  found_.wanted = gpus ? gpus_text(shape_) : good.wanted;
  NameList there;
  for (const HostView& view : all_) {
    const std::string& host = view.host->name;
    const std::string has = gpus ? plural(view.idle.gpus.offered.count(), "GPU") : good.text(good.total_of(view));
    there.add(fmt::format("{} has {}", host, has));
    if (there.count() <= kMaxNames) found_.details.push_back(fmt::format("{} has {}", host, has));
  }
  const std::string_view beside = gpus ? "" : " beside what else its tasks need";
  found_.clause = fmt::format("asks for {}, which no host has{}", found_.wanted, beside);
  found_.account = fmt::format("for {}, which no host has{}: {}", found_.wanted, beside, there.text());
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
  for (const HostView& view : hosts_) {
    const HostState* host = view.host;
    const GpuSet relevant = relevant_gpus(*host, shape_).common(view.idle.gpus.offered);
    total += relevant.count();
    free += roomy_gpus(*host, view.room, shape_).common(relevant).count();
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
  const std::uint64_t wanted = sum([](const TaskNeeds& needs) { return std::uint64_t{needs.gpus_wanted()}; });
  const std::string_view but = free >= wanted ? kNotTogether : "";
  found_.clause = fmt::format("waits for {}: {} of {} free{}", found_.wanted, free, total, but);
  found_.account = fmt::format("for {}; {} free{}", found_.wanted, free, but);
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
      const bool here = std::ranges::any_of(hosts_, [host](const HostView& view) { return view.host->id == host; });
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
  std::uint64_t free = 0;
  std::uint64_t total = 0;
  std::uint32_t active = 0;
  for (const HostView& view : hosts_) {
    free += good.free_of(view);
    total += good.total_of(view);
    active += view.host->active;
  }
  total = std::min(total, good.limit);
  free = std::min(free, good.limit - std::min(good.limit, good.used));
  if (hosts_.size() == 1) {
    found_.details.push_back(fmt::format("{} running on {}", plural(active, "task"), hosts_.front().host->name));
  }
  std::string holders = holders_of(good);
  if (holders.empty()) holders = plural(active, "running task");
  const std::string_view but = free >= std::min(sum(good.amount), total) ? kNotTogether : "";
  found_.clause = fmt::format("waits for {}: {} of {} free{}", good.wanted, good.number(free), good.number(total), but);
  found_.account = fmt::format("for {}; {} free{}, {} of {} held by {}", good.wanted, good.number(free), but,
                               good.number(total - free), good.number(total), holders);
}

// The first good that makes it too much for `space`. Over several hosts a good can be too few beside the others only:
// there are CPUs enough, but not where the GPUs are.
Lacking Analysis::first_lacking(const Space& space) const {
  const Entitlement entitlement = entitlement_of(workflow_.submission.priority);
  std::vector<Seat> seats;
  Goods goods;
  const auto fits = [&](bool& added) {
    added = true;
    const Shape part = part_of(shape_, goods);
    return space.find({workflow_.pool, entitlement, part}, seats) == Space::Fit::kYes;
  };
  if (!fits(goods.gpus)) return Lacking::kGpus;
  if (!fits(goods.cpus)) return Lacking::kCpus;
  if (!fits(goods.memory)) return Lacking::kMemory;
  return fits(goods.storage) ? Lacking::kNothing : Lacking::kStorage;
}

// Which good is too few.
Lacking Analysis::shortage() const {
  if (hosts_.size() > 1) return first_lacking(space_);
  const Goods few = shortage_of(hosts_.front().room, shape_);
  if (few.gpus) return Lacking::kGpus;
  if (few.cpus) return Lacking::kCpus;
  if (few.memory) return Lacking::kMemory;
  return few.storage ? Lacking::kStorage : Lacking::kNothing;
}

Analysis::Good Analysis::cpus() const {
  const PoolState& pool = pool_of(state_, workflow_);
  Good good{.lacking = Lacking::kCpus,
            .amount = [](const TaskNeeds& needs) { return std::uint64_t{needs.cpus}; },
            .free_of = [](const HostView& view) { return left(view.room.cpus); },
            .total_of = [](const HostView& view) { return left(view.idle.all_cpus); },
            .text = [](std::uint64_t count) { return plural(count, "CPU"); },
            .number = [](std::uint64_t count) { return std::to_string(count); }};
  good.wanted = plural(sum(good.amount), "CPU");
  if (pool.settings.cpus) good.limit = *pool.settings.cpus;
  good.used = pool.cpus_used;
  return good;
}

Analysis::Good Analysis::memory() const {
  const PoolState& pool = pool_of(state_, workflow_);
  Good good{.lacking = Lacking::kMemory,
            .amount = [](const TaskNeeds& needs) { return needs.memory; },
            .free_of = [](const HostView& view) { return left(view.room.memory); },
            .total_of = [](const HostView& view) { return left(view.idle.all_memory); },
            .text = memory_text,
            .number = memory_text};
  good.wanted = memory_text(sum(good.amount)) + " of memory";
  if (pool.settings.memory) good.limit = pool.settings.memory->count();
  good.used = pool.memory_used;
  return good;
}

Analysis::Good Analysis::storage() const {
  Good good{.lacking = Lacking::kStorage,
            .amount = [](const TaskNeeds& needs) { return needs.storage; },
            .free_of = [](const HostView& view) { return left(view.room.storage); },
            .total_of = [](const HostView& view) { return view.host->capacity.storage.count(); },
            .text = memory_text,
            .number = memory_text};
  good.wanted = memory_text(sum(good.amount)) + " of disk";
  return good;
}

// Its hosts were asked how busy their devices are, and it has a choice.
bool Analysis::is_being_measured() const {
  return std::ranges::any_of(shape_, &TaskNeeds::balanced) &&
         std::ranges::any_of(hosts_, [](const HostView& view) { return view.host->measuring; });
}

bool Analysis::is_at_cap() const {
  const std::uint32_t cap = workflow_.spec->max_parallel;
  return cap > 0 && !shape_.front().admitted && workflow_.active + std::min<std::size_t>(shape_.size(), cap) > cap;
}

// The first host that could take the shape if nothing ran there, or all of them for a group that needs several.
void Analysis::look_at_hosts() {
  const std::vector<Room> rooms = space_.rooms_of(workflow_.pool);
  const std::vector<Room> empty = idle_.rooms_of(workflow_.pool);
  std::vector<Seat> seats;
  for (std::size_t i = 0; i < rooms.size(); ++i) {
    all_.push_back({&state_.hosts.at(rooms[i].host), rooms[i], empty[i]});
    if (hosts_.empty() && find_seats({empty[i]}, shape_, seats)) hosts_.push_back(all_.back());
  }
  if (hosts_.empty() && find_seats(empty, shape_, seats)) hosts_ = all_;
}

void Analysis::tell(Lacking lacking) {
  switch (lacking) {
    case Lacking::kGpus: return lacks_gpus();
    case Lacking::kCpus: return lacks(cpus());
    case Lacking::kMemory: return lacks(memory());
    case Lacking::kStorage: return lacks(storage());
    case Lacking::kNothing:
    case Lacking::kPlacing:
    case Lacking::kAnyHost:
    case Lacking::kParallel:
    case Lacking::kQuota:
    case Lacking::kMaximum:
    case Lacking::kMeasurement:
    case Lacking::kLargerHost: break;
  }
  if (is_being_measured()) {
    found_.lacking = Lacking::kMeasurement;
    found_.wanted = "a measurement";
    found_.clause = "waits until it is known which GPU is busy least";
    found_.account = "for the GPUs to tell how busy they are";
    return;
  }
  found_.wanted = "its turn";
  found_.clause = "is next: it starts as soon as those before it have been served";
  found_.account = "for its turn";
}

Shortfall Analysis::run() && {
  if (state_.placing == Placing::kPaused) {
    return {Lacking::kPlacing, "the server", "waits because the server is paused", "while the server was paused", {}};
  }
  if (!space_.has_hosts()) {
    return {Lacking::kAnyHost, "a host", "waits for a host: none is connected", "for a host; none is connected", {}};
  }
  if (is_at_cap()) {
    lacks_place();
    return std::move(found_);
  }
  if (std::optional<Shortfall> quota = quota_shortfall(state_, workflow_, shape_, space_)) return std::move(*quota);
  look_at_hosts();
  if (hosts_.empty()) {
    lacks_hosts();
  } else {
    tell(shortage());
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
