#include "core/space.h"

#include <algorithm>
#include <map>

#include "core/bookkeeping.h"
#include "core/pools.h"

namespace sennit::core {
namespace {

std::int64_t in_thousandths(std::int32_t gpus) {
  return gpus < 0 ? -1 : std::int64_t{gpus} * static_cast<std::int64_t>(kWholeGpu);
}

std::int64_t signed_quota(const Shape& shape) { return as_signed(quota_of(shape)); }

}  // namespace

Space::Space(const State& state) : Space(state, Now::kInUse) {}

Space Space::when_idle(const State& state) { return {state, Now::kIdle}; }

Space::Space(const State& state, Now now) {
  const bool in_use = now == Now::kInUse;
  for (const auto& [id, host] : state.hosts) {
    if (host.joined) rooms_.push_back(in_use ? room_of(host) : empty_room(id, host.capacity));
  }
  pools_.reserve(state.pools.size());
  for (const PoolState& pool : state.pools) {
    Account& account = pools_.emplace_back();
    account.settings = &pool.settings;
    account.guarantee = in_thousandths(pool.settings.quota.guarantee);
    account.maximum = in_thousandths(pool.settings.quota.maximum);
    account.cpus_left = pool.settings.cpus.value_or(0);
    account.memory_left = as_signed(pool.settings.memory.value_or(Bytes()).count());
    if (!in_use) continue;
    account.gpus_used = as_signed(pool.all_gpus_used());
    account.quota_used = as_signed(pool.quota_used());
    account.cpus_left -= as_signed(pool.cpus_used);
    account.memory_left -= as_signed(pool.memory_used);
  }
}

Room Space::inside(const Account& account, Room room) {
  const PoolSettings& settings = *account.settings;
  if (settings.gpus) fence(room.gpus, *settings.gpus);
  if (settings.cpus) {
    room.cpus = std::min(room.cpus, account.cpus_left);
    room.all_cpus = std::min(room.all_cpus, std::int64_t{*settings.cpus});
  }
  if (settings.memory) {
    room.memory = std::min(room.memory, account.memory_left);
    room.all_memory = std::min(room.all_memory, as_signed(settings.memory->count()));
  }
  return room;
}

std::vector<Room> Space::rooms_of(PoolId pool) const {
  std::vector<Room> rooms;
  rooms.reserve(rooms_.size());
  for (const Room& room : rooms_) rooms.push_back(inside(pools_[pool.value()], room));
  return rooms;
}

Space::Fit Space::check_quota(const QueueRef& queue) const {
  if (queue.shape.front().admitted) return Fit::kYes;
  return check_quota(queue.pool, queue.entitlement, signed_quota(queue.shape));
}

Space::Fit Space::check_quota(const BinId& bin) const {
  return bin.admitted ? Fit::kYes : check_quota(bin.pool, bin.entitlement, as_signed(bin.quota));
}

Space::Fit Space::check_quota(PoolId pool, Entitlement entitlement, std::int64_t wanted) const {
  if (wanted == 0) return Fit::kYes;
  const Account& account = pools_[pool.value()];
  const bool guaranteed = entitlement == Entitlement::kGuaranteed;
  if (guaranteed && account.guarantee >= 0 && account.quota_used + wanted > account.guarantee) return Fit::kOverQuota;
  if (account.maximum >= 0 && account.gpus_used + wanted > account.maximum) return Fit::kOverMaximum;
  return Fit::kYes;
}

bool Space::may_fit(const BinId& bin) const {
  if (check_quota(bin) != Fit::kYes) return false;
  const auto has_some = [&](const Room& room) {
    return has_some_of(room, {.cpus = bin.wants_cpus && !bin.admitted,
                              .memory = bin.wants_memory && !bin.admitted,
                              .storage = bin.wants_storage && !bin.admitted,
                              .gpus = bin.wants_gpus});
  };
  const Account& account = pools_[bin.pool.value()];
  if (!account.is_fence()) return std::ranges::any_of(rooms_, has_some);
  return std::ranges::any_of(rooms_, [&](const Room& room) { return has_some(inside(account, room)); });
}

bool Space::has_cpus() const {
  return std::ranges::any_of(rooms_, [](const Room& room) { return has_some_of(room, {.cpus = true}); });
}

Space::Fit Space::find(const QueueRef& queue, std::vector<Seat>& seats) const {
  if (const Fit fit = check_quota(queue); fit != Fit::kYes) return fit;
  return has_room(queue, seats) ? Fit::kYes : Fit::kNoRoom;
}

bool Space::has_room(const QueueRef& queue, std::vector<Seat>& seats) const {
  const bool fenced = pools_[queue.pool.value()].is_fence();
  const bool found =
      fenced ? find_seats(rooms_of(queue.pool), queue.shape, seats) : find_seats(rooms_, queue.shape, seats);
  return found && is_within_limits(queue, seats);
}

// The pool's limits are of its tasks together, so for a group over several hosts it is not enough that each has room.
bool Space::is_within_limits(const QueueRef& queue, const std::vector<Seat>& seats) const {
  const bool spread = std::ranges::any_of(seats, [&](const Seat& seat) { return seat.room != seats.front().room; });
  return !spread || !over_limits(queue).any();
}

Goods Space::over_limits(const QueueRef& queue) const {
  const Account& account = pools_[queue.pool.value()];
  std::int64_t cpus = 0;
  std::int64_t memory = 0;
  for (const TaskNeeds& needs : queue.shape) {
    cpus += needs.cpus;
    memory += as_signed(needs.memory);
  }
  const PoolSettings& limits = *account.settings;
  Goods over;
  over.cpus = limits.cpus && cpus > 0 && std::min(cpus, std::int64_t{*limits.cpus}) > account.cpus_left;
  over.memory =
      limits.memory && memory > 0 && std::min(memory, as_signed(limits.memory->count())) > account.memory_left;
  return over;
}

void Space::take(const QueueRef& queue, const std::vector<Seat>& seats) {
  take_seats(rooms_, queue.shape, seats);
  Account& account = pools_[queue.pool.value()];
  for (const TaskNeeds& needs : queue.shape) {
    account.cpus_left -= needs.cpus;
    account.memory_left -= as_signed(needs.memory);
  }
  if (queue.shape.front().admitted) return;  // its group has been counted
  const std::int64_t quota = signed_quota(queue.shape);
  account.gpus_used += quota;
  if (queue.entitlement == Entitlement::kGuaranteed) account.quota_used += quota;
}

void Space::keep(const QueueRef& queue, const Space& idle) {
  std::vector<Seat> seats;
  if (!idle.has_room(queue, seats)) return;
  const std::map<std::size_t, Shape> parts = parts_of(queue.shape, seats);
  Account& account = pools_[queue.pool.value()];
  Goods lacks;
  if (parts.size() > 1) lacks = over_limits(queue);
  for (const auto& [room, part] : parts) lacks.add(shortage_of(inside(account, rooms_[room]), part));
  for (const auto& [room, part] : parts) keep_part(account, rooms_[room], part, lacks);
}

void Space::keep_part(Account& account, Room& room, const Shape& part, const Goods& goods) {
  const Room before = inside(account, room);
  Room after = before;
  reserve(after, part, goods);
  keep_as_in(room.gpus, after.gpus);
  room.storage = std::min(room.storage, after.storage);
  const Goods lacks = shortage_of(before, part);
  // Whoever is short of something because of the pool's limit keeps it from his own pool alone.
  const auto keep = [](std::int64_t had, std::int64_t has, bool too_few, std::int64_t& of_pool, std::int64_t& of_room) {
    const bool by_pool = had < of_room;
    if (!too_few || by_pool) of_pool -= had - has;
    if (!too_few || !by_pool) of_room -= had - has;
  };
  keep(before.cpus, after.cpus, lacks.cpus, account.cpus_left, room.cpus);
  keep(before.memory, after.memory, lacks.memory, account.memory_left, room.memory);
}

void Space::give_back(const WorkflowState& workflow, TaskIndex task) {
  const TaskState& row = workflow.task(task);
  const TaskNeeds& needs = needs_held(workflow, task);
  for (Room& room : rooms_) {
    if (room.host == row.host) return_seat(room, needs, row.gpus);
  }
  Account& account = pools_[workflow.pool.value()];
  account.cpus_left += needs.cpus;
  account.memory_left += as_signed(needs.memory);
  if (!is_charged(workflow, task)) return;
  const std::int64_t quota = as_signed(quota_of(needs));
  account.gpus_used -= quota;
  if (entitlement_of(workflow.submission.priority) == Entitlement::kGuaranteed) account.quota_used -= quota;
}

}  // namespace sennit::core
