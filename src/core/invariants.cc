#include "core/invariants.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/apply.h"
#include "core/bookkeeping.h"
#include "core/pause.h"
#include "core/pools.h"
#include "core/succession.h"
#include "core/timing.h"

namespace sennit::core {
namespace {

class Checker {
 public:
  explicit Checker(const State& state) : state_(state) {}

  std::vector<std::string> check() {
    for (const auto& [key, workflow] : state_.workflows) {
      check_workflow(workflow);
      expect(state_.lines.contains(key) == !workflow.behind.empty(), "workflow {}: its line is listed wrongly",
             key.value());
    }
    check_hosts();
    check_pools();
    check_ready();
    check_deadlines();
    return std::move(broken_);
  }

 private:
  template <class... Args>
  void expect(bool holds, fmt::format_string<Args...> text, Args&&... args) {
    if (!holds) broken_.push_back(fmt::format(text, std::forward<Args>(args)...));
  }

  void check_workflow(const WorkflowState& workflow) {
    WorkflowState again = workflow;
    derive(again);
    const std::uint64_t key = workflow.key.value();
    expect(again.task_counts == workflow.task_counts, "workflow {}: task counts are wrong", key);
    expect(again.group_counts == workflow.group_counts, "workflow {}: group counts are wrong", key);
    expect(again.gpu_time == workflow.gpu_time, "workflow {}: the GPU time of its attempts does not add up", key);
    expect(again.active == workflow.active, "workflow {}: {} active, not {}", key, again.active, workflow.active);
    check_gangs(workflow, again);
    check_groups(workflow, again);
    check_lanes(workflow, again);
    const std::uint32_t cap = workflow.spec->max_parallel;
    if (cap > 0 && workflow.gangs.empty()) {
      expect(workflow.active <= cap, "workflow {}: {} active with max_parallel {}", key, workflow.active, cap);
    }
    check_line(workflow, again);
    check_pauses(workflow);
    for (std::uint32_t t = 0; t < workflow.tasks.size(); ++t) check_task(workflow, TaskIndex(t));
    check_past(workflow);
  }

  // Numbers go on, and no attempt is forgotten.
  void check_past(const WorkflowState& workflow) {
    std::vector<std::uint32_t> next(workflow.tasks.size(), 0);
    for (const PastAttempt& past : workflow.past) {
      expect(past.number == next[past.task.value()]++ && is_finished(past.status),
             "workflow {} task {}: attempt {} is out of order or has not ended", workflow.key.value(),
             past.task.value(), past.number);
    }
    for (std::uint32_t t = 0; t < workflow.tasks.size(); ++t) {
      expect(workflow.tasks[t].number == next[t], "workflow {} task {}: attempt {} follows {} others",
             workflow.key.value(), t, workflow.tasks[t].number, next[t]);
    }
  }

  void check_pauses(const WorkflowState& workflow) {
    const std::uint64_t key = workflow.key.value();
    const bool ends = is_finished(workflow.status) || workflow.canceled;
    expect(!ends || !workflow.pause.is_on(), "workflow {}: is paused although it ends", key);
    for (const auto& [task, log] : workflow.task_pauses) {
      const TaskState& row = workflow.task(task);
      const bool ended = is_group_finished(row.status) || is_final_stop(row.stopping);
      expect(!ended || !log.is_on(), "workflow {} task {}: is paused although it ends", key, task.value());
    }
    for (const auto& [task, note] : workflow.stop_notes) {
      expect(is_final_stop(workflow.task(task).stopping),
             "workflow {} task {}: has a note of a stop and is not stopping", key, task.value());
    }
  }

  void check_line(const WorkflowState& workflow, const WorkflowState& again) {
    expect(workflow.next_up == again.next_up && workflow.next_up.size() == workflow.behind.size(),
           "workflow {}: two wait behind one attempt", workflow.key.value());
    for (const auto& [task, ahead] : workflow.behind) {
      const bool good = is_active(workflow.task(task).status) && is_seated(workflow, ahead) &&
                        workflow.task(task).host == workflow.task(ahead).host &&
                        needs_held(workflow, task) == needs_held(workflow, ahead);
      expect(good, "workflow {} task {}: waits behind {}, whose place it cannot take", workflow.key.value(),
             task.value(), ahead.value());
    }
  }

  void check_gangs(const WorkflowState& workflow, const WorkflowState& again) {
    for (std::size_t i = 0; i < workflow.gangs.size(); ++i) {
      const GangState& is = workflow.gangs[i];
      const GangState& should = again.gangs[i];
      expect(is.counts == should.counts && is.parked == should.parked && is.passed == should.passed &&
                 is.stopping == should.stopping && is.lead == should.lead,
             "workflow {} group {}: counters are wrong", workflow.key.value(), is.group.value());
    }
  }

  void check_groups(const WorkflowState& workflow, const WorkflowState& again) {
    for (std::uint32_t g = 0; g < workflow.groups.size(); ++g) {
      const GroupState& is = workflow.groups[g];
      const std::uint64_t key = workflow.key.value();
      expect(is.upstream_left == again.groups[g].upstream_left, "workflow {} group {}: {} upstream left, not {}", key,
             g, is.upstream_left, again.groups[g].upstream_left);
      const bool listed =
          std::find(workflow.unsettled.begin(), workflow.unsettled.end(), GroupIndex(g)) != workflow.unsettled.end();
      if (is.unsettled != listed) expect(false, "workflow {} group {}: unsettled is wrong", key, g);
    }
    const bool has_work = !workflow.unsettled.empty() || !workflow.doomed.empty();
    expect(!has_work || workflow.listed_unsettled, "workflow {}: work that nobody will find", workflow.key.value());
  }

  void check_lanes(const WorkflowState& workflow, const WorkflowState& again) {
    expect(workflow.lanes.size() == again.lanes.size(), "workflow {}: lanes differ", workflow.key.value());
    for (std::uint32_t t = 0; t < workflow.tasks.size(); ++t) {
      const TaskIndex task(t);
      if (workflow.task(task).status != Status::kScheduling || is_held_back(workflow, task)) continue;
      const GroupIndex group = workflow.spec->tasks[t].group;
      const bool as_one = workflow.group(group).status == Status::kScheduling || workflow.group(group).preempted;
      if (as_one && !is_entry_of_group(workflow, task)) continue;
      expect(workflow.lanes[lane_of(workflow, task)].contains(entry_of(workflow, task)),
             "workflow {} task {}: waits in no lane", workflow.key.value(), t);
    }
  }

  // Whether it is the one that stands for its group, which waits as one. None does while others of it are stopped.
  static bool is_entry_of_group(const WorkflowState& workflow, TaskIndex task) {
    const GroupIndex group = workflow.spec->tasks[task.value()].group;
    const auto preemption = workflow.preemptions.find(group);
    if (preemption != workflow.preemptions.end() && preemption->second.phase == Preemption::Phase::kStopping)
      return false;
    for (const TaskIndex other : TaskRange(workflow.spec->group(group))) {
      if (workflow.task(other).status == Status::kScheduling) return other == task;
    }
    return false;
  }

  void check_task(const WorkflowState& workflow, TaskIndex task) {
    const TaskState& row = workflow.task(task);
    const GroupState& group = workflow.group(workflow.spec->tasks[task.value()].group);
    const std::uint64_t key = workflow.key.value();
    if (is_behind(workflow, task)) {
      expect(group.upstream_left == 0, "workflow {} task {}: was sent before its inputs are complete", key,
             task.value());
    } else if (is_active(row.status)) {
      HostState& host = hosts_[row.host];
      const TaskNeeds& needs = needs_held(workflow, task);
      host.cpus_used += needs.cpus;
      host.memory_used += needs.memory;
      host.storage_used += needs.storage;
      hold(host, row.gpus, needs.gpu_part(), {workflow.key, task});
      expect(row.gpus.count() == needs.gpus_wanted(), "workflow {} task {}: {} GPUs leased, {} wanted", key,
             task.value(), row.gpus.count(), needs.gpus_wanted());
      ++host.active;
      PoolState& pool = pools_[workflow.pool];
      pool.cpus_used += needs.cpus;
      pool.memory_used += needs.memory;
      if (workflow.submission.priority == Priority::kLow) {
        ++borrowers_[{workflow.key, workflow.spec->tasks[task.value()].group}];
      }
      expect(group.upstream_left == 0, "workflow {} task {}: runs before its inputs are complete", key, task.value());
    }
    check_restarts(workflow, task);
    if (is_charged(workflow, task)) {
      pools_[workflow.pool].gpus_used[static_cast<std::size_t>(workflow.submission.priority)] +=
          quota_of(needs_held(workflow, task));
    }
    expect(!is_group_finished(group.status) || is_group_finished(row.status),
           "workflow {} task {}: unfinished in a finished group", key, task.value());
    expect(!is_finished(workflow.status) || is_group_finished(row.status),
           "workflow {} task {}: unfinished in a finished workflow", key, task.value());
  }

  // Who was told to start again is on a host, holds its place there, and was told to once at least.
  void check_restarts(const WorkflowState& workflow, TaskIndex task) {
    const auto restarts = workflow.restarts.find(task);
    if (restarts == workflow.restarts.end()) return;
    const bool good = !restarts->second.starting || (is_seated(workflow, task) && restarts->second.incarnation > 0);
    expect(good, "workflow {} task {}: starts again without a place", workflow.key.value(), task.value());
  }

  static void hold(HostState& host, GpuSet gpus, GpuPart part, Holder holder) {
    for (unsigned device = 0; device < GpuSet::kMaxDevices; ++device) {
      if (!gpus.contains(device)) continue;
      host.gpu_use[device].add(part);
      host.holders.emplace(device, holder);
      host.gpus_used.add(device);
    }
  }

  void check_devices(const HostState& host) {
    for (const auto& [device, use] : host.gpu_use) {
      const Bytes memory = host.joined ? host.capacity.gpu_memory(device) : Bytes();
      expect(use.share <= kWholeGpu && (!host.joined || use.is_within(memory)),
             "host {}: more than all of GPU {} is given: {} thousandths and {} bytes of {}", host.id.value(), device,
             use.share, use.memory, memory.count());
    }
  }

  void check_hosts() {
    for (const auto& [id, host] : state_.hosts) {
      const HostState& should = hosts_[id];
      expect(host.cpus_used == should.cpus_used && host.memory_used == should.memory_used &&
                 host.storage_used == should.storage_used && host.active == should.active,
             "host {}: what is used does not add up", id.value());
      expect(host.gpus_used == should.gpus_used && host.gpu_use == should.gpu_use && host.holders == should.holders,
             "host {}: who holds its GPUs does not add up", id.value());
      check_devices(host);
    }
    expect(hosts_.size() == state_.hosts.size(), "attempts are on a host that is not in the state");
  }

  void check_pools() {
    for (std::uint32_t i = 0; i < state_.pools.size(); ++i) {
      const PoolState& is = state_.pools[i];
      const PoolState& should = pools_[PoolId(i)];
      expect(
          is.gpus_used == should.gpus_used && is.cpus_used == should.cpus_used && is.memory_used == should.memory_used,
          "pool {}: what is used does not add up", is.settings.name);
    }
    expect(borrowers_ == state_.borrowers, "the LOW groups that hold resources are listed wrongly");
  }

  void check_ready() {
    std::size_t listed = 0;
    std::size_t queues = 0;
    for (const auto& [id, keys] : state_.ready.queues()) {
      listed += keys.size();
      queues += keys.empty() ? 0 : 1;
      for (const QueueKey& key : keys) {
        const WorkflowState* workflow = state_.find(key.workflow);
        const bool right = workflow != nullptr && key.lane < workflow->lanes.size() &&
                           workflow->lanes[key.lane].listed && workflow->lanes[key.lane].shape() == id.shape &&
                           workflow->pool == id.pool && key == queue_key(state_, *workflow, key.lane);
        expect(right, "workflow {}: a lane is listed wrongly", key.workflow.value());
      }
    }
    std::size_t lanes = 0;
    for (const auto& [key, workflow] : state_.workflows) {
      for (const Lane& lane : workflow.lanes) {
        if (lane.listed) ++lanes;
        expect(!lane.listed || lane.front() == lane.listed, "workflow {}: a lane is listed where it was", key.value());
        expect(!is_offered(workflow, lane) || lane.listed, "workflow {}: a lane waits unlisted", key.value());
      }
    }
    expect(lanes == listed, "{} lanes are listed, {} entries exist", lanes, listed);
    std::size_t in_bins = 0;
    for (const auto& [id, bin] : state_.ready.bins()) {
      in_bins += bin.size();
      const auto is_first = [](const auto& entry) { return entry.first == *entry.second->second.begin(); };
      expect(!bin.empty() && std::all_of(bin.begin(), bin.end(), is_first), "a queue is not where its front is");
    }
    expect(queues == in_bins, "{} queues have something to offer, {} are in bins", queues, in_bins);
  }

  // Whatever has a deadline will be woken by it.
  void check_deadlines() {
    std::vector<Deadline> queued = state_.deadlines.entries();
    queued.insert(queued.end(), state_.postponed.begin(), state_.postponed.end());
    std::sort(queued.begin(), queued.end());
    const auto expect_queued = [&](const std::optional<Deadline>& deadline) {
      if (!deadline || std::binary_search(queued.begin(), queued.end(), *deadline)) return;
      expect(false, "workflow {} task {}: a deadline of kind {} that nobody waits for", deadline->workflow.value(),
             deadline->task.value(), static_cast<int>(deadline->kind));
    };
    for (const auto& [key, workflow] : state_.workflows) {
      if (is_finished(workflow.status)) continue;
      expect_queued(deadline_of(workflow));
      for (std::uint32_t g = 0; g < workflow.groups.size(); ++g) expect_queued(deadline_of(workflow, GroupIndex(g)));
      for (std::uint32_t t = 0; t < workflow.tasks.size(); ++t) {
        expect_queued(deadline_of(state_, workflow, TaskIndex(t)));
      }
    }
  }

  const State& state_;
  std::map<HostId, HostState> hosts_;
  std::map<PoolId, PoolState> pools_;
  std::map<GroupKey, std::uint32_t> borrowers_;
  std::vector<std::string> broken_;
};

}  // namespace

std::vector<std::string> check_invariants(const State& state) { return Checker(state).check(); }

}  // namespace sennit::core
