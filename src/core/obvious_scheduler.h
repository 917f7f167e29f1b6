// For the test of the scheduler: a slow and obvious one. It knows the rules of core/place.h as sentences, counts what
// is held from the rows, and looks at everybody again for each placement. It knows who was promised a place once all
// that gave way are gone. What it does not know: who gives way, attempts that wait behind others.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "core/obvious_stock.h"
#include "core/state.h"

namespace sennit::core::obvious {

inline bool is_over(Status status) { return status == Status::kCompleted || status >= Status::kFailed; }

class Scheduler {
 public:
  explicit Scheduler(const State& state) : state_(state), stock_(state), idle_(state) {
    for (const auto& [key, workflow] : state.workflows) look_at(workflow);
  }

  enum class Verdict : std::uint8_t { kFits, kNoRoom, kNoQuota, kNoMaximum };
  struct Wait {
    std::size_t after = 0;    // so many placements
    bool guaranteed = false;  // NORMAL or HIGH: LOW groups may be stopped for it
    Verdict verdict = Verdict::kFits;
  };
  std::vector<std::string> placed;
  std::vector<Wait> waits;

  static std::string line(WorkflowKey workflow, TaskIndex task, HostId host, GpuSet gpus) {
    return fmt::format("flow {} task {}: host {} GPUs [{}]", workflow.value(), task.value(), host.value(),
                       to_string(gpus));
  }

  void run() {
    while (!waiting_.empty()) {
      const auto next = std::ranges::min_element(waiting_, {}, [this](const Waiter& one) { return order(one); });
      const Waiter waiter = *next;
      if (!waiter.admitted && !std::exchange(retries_served_, true)) {
        // What is kept for a retry is kept from all but the other retries.
        for (const Waiter& retry : std::exchange(retries_, {})) stock_.keep(retry, idle_);
        for (const Claim& claim : state_.claims) serve_promised(claim);
        continue;
      }
      waiting_.erase(next);
      if (!waiter.admitted && capped_.contains(waiter.workflow->key)) continue;
      if (std::ranges::find(stuck_, waiter.kind(), &Waiter::kind) != stuck_.end()) continue;
      serve(waiter);
    }
  }

  // Somebody could be placed if nothing were kept for anybody, and max_parallel were no matter.
  bool has_room_for_any() const {
    std::vector<Seat> seats;
    return std::ranges::any_of(waiting_, [&](const Waiter& one) { return verdict(one, seats) == Verdict::kFits; });
  }
  // Whoever has to wait now waits for quota alone.
  bool keeps_nothing() const {
    const bool kept = std::ranges::any_of(waits, [](const Wait& wait) { return wait.verdict == Verdict::kNoRoom; });
    return !kept && capped_.empty();
  }

  // What is held against the rules, whoever came to it and how.
  std::string complaint() const {
    for (const Account& account : stock_.accounts) {
      const GpuQuota& quota = account.settings->quota;
      if (quota.guarantee >= 0 && account.entitled > quota.guarantee * 1000)
        return account.settings->name + " guarantee";
      if (quota.maximum >= 0 && account.gpus > quota.maximum * 1000) return account.settings->name + " maximum";
    }
    for (const auto& [key, workflow] : state_.workflows) {
      for (const GroupSpec& group : workflow.spec->groups) {
        std::size_t never_placed = 0;
        for (const TaskIndex task : TaskRange(group)) {
          const TaskState& row = workflow.task(task);
          never_placed += row.number == 0 && row.status == Status::kScheduling ? 1 : 0;
        }
        if (never_placed % group.task_count != 0) return "part of a group";
      }
    }
    return "";
  }

 private:
  static Need need_of(const Workflow& spec, TaskIndex task) {
    const ResourceRequest& asked = spec.resources_of(task);
    Need need{0, signed_bytes(asked.memory), asked.gpu_count, asked.gpu_devices.bits(), 0, 1000};
    need.usable = need.devices() == 0 || spec.gpus.empty() ? ~std::uint64_t{0} : spec.gpus.bits();
    if (asked.gpu_share > 0) need.part = asked.gpu_share;
    need.cpus = asked.cpus.value_or(need.devices() > 0 ? 0 : 1);
    return need;
  }

  void look_at(const WorkflowState& workflow) {
    for (const GroupSpec& group : workflow.spec->groups) {
      const GroupState& state = workflow.group(workflow.spec->tasks[group.first_task.value()].group);
      const Status status = state.status;
      const bool was_let_in = group.task_count > 1 && status > Status::kScheduling && !state.preempted;
      Waiter as_one{.workflow = &workflow, .tasks = {}, .needs = {}};
      for (const TaskIndex task : TaskRange(group)) {
        const TaskState& row = workflow.task(task);
        const Need need = need_of(*workflow.spec, task);
        count(workflow, row, need, was_let_in ? !is_over(row.status) : is_active(row.status));
        const bool is_waiting = row.status == Status::kScheduling && !workflow.pause.is_on();
        if (is_waiting && was_let_in) waiting_.push_back({&workflow, {task}, {need}, true});
        // A group that gave way comes back with room for all of it, though some may have ended.
        as_one.waits = as_one.waits || (is_waiting && !was_let_in);
        as_one.tasks.push_back(task);
        as_one.needs.push_back(need);
      }
      if (as_one.waits) waiting_.push_back(as_one);
    }
  }

  void count(const WorkflowState& workflow, const TaskState& row, const Need& need, bool counts) {
    Account& account = stock_.accounts[workflow.pool.value()];
    if (counts) account.gpus += need.quota();
    if (counts && workflow.submission.priority != Priority::kLow) account.entitled += need.quota();
    if (!is_active(row.status)) return;
    ++active_[workflow.key];
    account.cpus -= need.cpus;
    account.memory -= need.memory;
    for (std::size_t m = 0; m < stock_.machines.size(); ++m) {
      if (stock_.machines[m].id == row.host) stock_.take(need, {m, row.gpus});
    }
  }

  // Retries that were let in; what is guaranteed; what is borrowed, by how much for the pool's weight. Then the turn:
  // a workflow counts as submitted so much later for each step of priority below HIGH.
  std::tuple<int, double, int, std::int64_t, WorkflowKey, TaskIndex> order(const Waiter& waiter) const {
    const Account& account = stock_.accounts[waiter.workflow->pool.value()];
    const GpuQuota& quota = account.settings->quota;
    const std::int64_t beyond = account.gpus + waiter.quota() - quota.guarantee * 1000;
    const bool borrows = !waiter.is_guaranteed() && waiter.quota() > 0 && quota.guarantee >= 0 && beyond > 0;
    const int claim = waiter.admitted ? 0 : borrows ? 2 : 1;
    const Submission& submission = waiter.workflow->submission;
    const int steps = static_cast<int>(Priority::kHigh) - static_cast<int>(submission.priority);
    const std::int64_t aging = state_.scheduler.aging.count();
    return {claim,
            claim == 2 ? static_cast<double>(beyond) / quota.weight : 0,
            aging == 0 ? steps : 0,
            submission.submitted_at.unix_us() + steps * aging,
            waiter.workflow->key,
            waiter.tasks.front()};
  }

  bool is_over_cap(const Waiter& waiter) const {
    const std::size_t cap = waiter.workflow->spec->max_parallel;
    if (cap == 0 || waiter.admitted) return false;
    const auto active = active_.find(waiter.workflow->key);
    return (active == active_.end() ? 0 : active->second) + std::min(waiter.tasks.size(), cap) > cap;
  }

  Verdict verdict(const Waiter& waiter, std::vector<Seat>& seats) const {
    const Account& account = stock_.accounts[waiter.workflow->pool.value()];
    const GpuQuota& quota = account.settings->quota;
    if (!waiter.admitted && waiter.quota() > 0) {
      const bool guaranteed = waiter.is_guaranteed() && quota.guarantee >= 0;
      if (guaranteed && account.entitled + waiter.quota() > quota.guarantee * 1000) return Verdict::kNoQuota;
      if (quota.maximum >= 0 && account.gpus + waiter.quota() > quota.maximum * 1000) return Verdict::kNoMaximum;
    }
    std::optional<std::vector<Seat>> found = stock_.fit(waiter);
    if (!found) return Verdict::kNoRoom;
    seats = std::move(*found);
    return Verdict::kFits;
  }

  // A group that others gave way to comes before everybody else if it fits now, after all that are before it in its
  // workflow and fit too. Where one of those must wait because of max_parallel, only its equals go on.
  void serve_promised(const Claim& claim) {
    std::vector<Waiter> line;
    for (const Waiter& one : waiting_) {
      const bool up_to_it = one.workflow->key == claim.workflow && one.tasks.front() <= claim.task;
      if (up_to_it && !one.admitted) line.push_back(one);
    }
    std::ranges::sort(line, {}, [](const Waiter& one) { return one.tasks.front(); });
    std::vector<Seat> seats;
    if (line.empty() || line.back().tasks.front() != claim.task) return;
    if (is_over_cap(line.back()) || verdict(line.back(), seats) != Verdict::kFits) return;
    bool is_held_up = false;
    for (const Waiter& one : line) {
      is_held_up = is_held_up || is_over_cap(one);
      if (is_over_cap(one) || (is_held_up && one.kind() != line.back().kind())) continue;
      if (verdict(one, seats) != Verdict::kFits) continue;
      place(one, seats);
      std::erase_if(waiting_, [&](const Waiter& other) {
        return other.workflow == one.workflow && other.tasks.front() == one.tasks.front();
      });
    }
  }

  void serve(const Waiter& waiter) {
    if (is_over_cap(waiter)) {
      capped_.insert(waiter.workflow->key);
      return;
    }
    std::vector<Seat> seats;
    const Verdict answer = verdict(waiter, seats);
    if (answer == Verdict::kFits) return place(waiter, seats);
    stuck_.push_back(waiter);
    waits.push_back({placed.size(), waiter.is_guaranteed(), answer});
    if (answer != Verdict::kNoRoom) return;
    if (waiter.admitted) {
      retries_.push_back(waiter);
    } else {
      stock_.keep(waiter, idle_);
    }
  }

  void place(const Waiter& waiter, const std::vector<Seat>& seats) {
    Account& account = stock_.accounts[waiter.workflow->pool.value()];
    for (std::size_t i = 0; i < seats.size(); ++i) {
      stock_.take(waiter.needs[i], seats[i]);
      account.cpus -= waiter.needs[i].cpus;
      account.memory -= waiter.needs[i].memory;
      if (waiter.workflow->task(waiter.tasks[i]).status != Status::kScheduling) continue;
      ++active_[waiter.workflow->key];
      placed.push_back(
          line(waiter.workflow->key, waiter.tasks[i], stock_.machines[seats[i].machine].id, seats[i].gpus));
    }
    if (waiter.admitted) return;  // its group has been counted
    account.gpus += waiter.quota();
    if (waiter.is_guaranteed()) account.entitled += waiter.quota();
  }

  const State& state_;
  Stock stock_;
  const Stock idle_;
  std::vector<Waiter> waiting_;
  std::vector<Waiter> stuck_;
  std::vector<Waiter> retries_;  // that found no room
  bool retries_served_ = false;
  std::map<WorkflowKey, std::size_t> active_;
  std::set<WorkflowKey> capped_;
};

}  // namespace sennit::core::obvious
