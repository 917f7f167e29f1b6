#include "sim/workload.h"

#include <fmt/format.h>

#include "base/check.h"
#include "model/workflow_builder.h"

namespace sennit::sim {
namespace {

class RandomWorkflow {
 public:
  RandomWorkflow(Dice& dice, const WorkloadOptions& options) : dice_(dice), options_(options) {}

  std::shared_ptr<const Workflow> make() {
    Workflow& header = builder_.header();
    jobs_ = dice_.percent(50);
    header.name = fmt::format("w{}", dice_.below(1000));
    header.dialect = jobs_ ? Dialect::kJobs : Dialect::kTasks;
    if (dice_.percent(30)) header.max_parallel = dice_.between(1, 4);
    if (dice_.percent(20)) header.gpus = GpuSet::first(dice_.between(1, options_.gpus));
    header.allocation = random_allocation();
    if (options_.timing && dice_.percent(15)) header.timeout = Micros(dice_.between(1, 60) * 100'000);
    usable_gpus_ = header.gpus.empty() ? GpuSet::first(options_.gpus) : header.gpus;
    const std::uint32_t groups = options_.quick ? dice_.between(30, 60) : dice_.between(1, options_.max_groups);
    for (std::uint32_t g = 0; g < groups; ++g) add_group(g);
    Result<Workflow> workflow = std::move(builder_).finish();
    SENNIT_CHECK(workflow.ok());
    return std::make_shared<const Workflow>(std::move(*workflow));
  }

 private:
  void add_group(std::uint32_t g) {
    const bool gang = !jobs_ && dice_.percent(options_.quick ? 3 : options_.gangs_percent);
    const std::uint32_t size = gang ? dice_.between(2, 4) : 1;
    GroupSpec options;
    options.barrier = dice_.percent(70);
    options.ignore_nonlead_status = !options_.timing || dice_.percent(60);
    const GroupIndex group = builder_.begin_group(gang ? fmt::format("g{}", g) : "", options);
    // GPUs that a group of several wants at once must exist.
    std::uint32_t gpus_left = usable_gpus_.count();
    const std::uint32_t lead = dice_.below(size);
    for (std::uint32_t t = 0; t < size; ++t) add_task(g, t, size, lead == t, gpus_left);
    for (std::uint32_t up = 0; up < g; ++up) {
      if (dice_.percent(options_.quick ? 1 : 25)) builder_.add_edge(group, GroupIndex(up));
    }
  }

  void add_task(std::uint32_t g, std::uint32_t t, std::uint32_t group_size, bool lead, std::uint32_t& gpus_left) {
    const ResourceRequest resources = random_resources(group_size, gpus_left);
    TaskBody body;
    body.command = {"true"};
    const char* kind = group_size > 1 ? (lead ? "lead" : "side") : "t";
    builder_.add_task(fmt::format("{}{}-{}", kind, g, t), body, resources, random_policy(group_size), lead);
  }

  ResourceRequest random_resources(std::uint32_t group_size, std::uint32_t& gpus_left) {
    ResourceRequest resources;
    if (options_.quick && dice_.percent(90)) return resources;
    if (dice_.percent(40)) resources.cpus = dice_.between(1, 10);
    if (dice_.percent(30) && gpus_left > 0) {
      resources.gpu_count = dice_.between(1, gpus_left);
      gpus_left -= resources.gpu_count;
    } else if (dice_.percent(15) && group_size == 1) {
      for (unsigned device = 0; device < GpuSet::kMaxDevices; ++device) {
        if (usable_gpus_.contains(device) && resources.gpu_devices.empty()) resources.gpu_devices.add(device);
      }
    }
    if (dice_.percent(20)) resources.memory = gibibytes(dice_.between(1, 40));
    if (dice_.percent(10)) resources.storage = gibibytes(dice_.between(1, 150));
    if (resources.gpu_count > 0 || !resources.gpu_devices.empty()) share_gpus(resources);
    return resources;
  }

  // A part of one, or memory of each of those that it wants.
  void share_gpus(ResourceRequest& resources) {
    if (dice_.percent(50)) return;
    const bool one = resources.gpu_count == 1;
    if (one && dice_.percent(60)) resources.gpu_share = dice_.between(1, 999);
    if (!one || resources.gpu_share == 0 || dice_.percent(20)) resources.gpu_memory = gibibytes(dice_.between(1, 40));
  }

  Allocation random_allocation() {
    const std::uint32_t roll = dice_.below(100);
    if (roll < 20) return Allocation::kFixed;
    if (roll < 40) return Allocation::kLoadBalanced;
    return roll < 50 ? Allocation::kHybrid : Allocation::kDynamic;
  }

  TaskPolicy random_policy(std::uint32_t group_size) {
    TaskPolicy policy;
    if (jobs_ && dice_.percent(40)) {
      policy.max_retries = dice_.between(1, 3);
      if (dice_.percent(50)) policy.retry_delay = Micros(dice_.between(1, 30) * 1'000'000);
    }
    const std::uint32_t again_percent = options_.unlucky ? 80 : 30;
    if (!jobs_ && dice_.percent(again_percent)) policy.exit_actions.push_back({ExitActionKind::kReschedule, 3, 4});
    if (!jobs_ && dice_.percent(20)) policy.exit_actions.push_back({ExitActionKind::kComplete, 1, 2});
    if (!jobs_ && dice_.percent(again_percent)) policy.exit_actions.push_back({ExitActionKind::kRestart, 5, 9});
    if (!jobs_ && dice_.percent(20)) policy.reschedule_limit = dice_.below(5);
    // A lead that fails takes those with it that happen to be unfinished.
    const bool may_fail = group_size == 1 || options_.timing;
    if (!jobs_ && may_fail && dice_.percent(10)) policy.exit_actions.push_back({ExitActionKind::kFail, 0, 0});
    if (options_.timing && dice_.percent(20)) policy.exec_timeout = Micros(dice_.between(1, 20) * 100'000);
    if (options_.timing && !jobs_ && dice_.percent(20)) policy.queue_timeout = Micros(dice_.between(1, 20) * 100'000);
    return policy;
  }

  Dice& dice_;
  WorkloadOptions options_;
  WorkflowBuilder builder_;
  bool jobs_ = false;
  GpuSet usable_gpus_;
};

constexpr Micros kHangs = std::chrono::hours(1);

// In its group.
bool is_alone(std::string_view task) { return !task.starts_with("lead") && !task.starts_with("side"); }

AttemptExit random_exit(Dice& dice, std::uint32_t lucky_percent) {
  AttemptExit exit;
  if (dice.percent(lucky_percent)) return exit;
  const std::uint32_t kind = dice.below(10);
  if (kind == 0) {
    exit.how = AttemptExit::How::kSignaled;
    exit.code = 9;
  } else if (kind == 1) {
    exit.how = AttemptExit::How::kNotStarted;
    exit.code = 2031;
    exit.message = "no such program";
  } else {
    exit.code = static_cast<std::int32_t>(dice.between(1, 5));
  }
  return exit;
}

void add_usage(Dice& dice, AttemptExit& exit) {
  exit.usage = {.max_memory = Bytes(dice.below(1U << 30)), .cpu = Micros(dice.below(1'000'000))};
  if (exit.how == AttemptExit::How::kSignaled && dice.percent(50)) exit.out_of_memory = OutOfMemory::kLimit;
}

}  // namespace

std::shared_ptr<const Workflow> random_workflow(Dice& dice, const WorkloadOptions& options) {
  return RandomWorkflow(dice, options).make();
}

Screenplay random_screenplay(std::uint64_t seed, const WorkloadOptions& options) {
  return [seed, options](const StartOrder& order, std::uint32_t turn) {
    const std::string who = fmt::format("{}/{}", order.attempt.workflow.value(), order.task);
    Dice dice(fate_of(seed, who, turn + 1'000 * order.incarnation));
    Script script;
    script.start_delay = Micros(dice.between(10, 2'000));
    if (options.timing && dice.percent(3)) script.start_delay = kHangs;
    const std::uint32_t longest = options.quick && dice.percent(95) ? 10'000 : 2'000'000;
    script.duration = Micros(dice.percent(20) ? 0 : dice.between(1, longest));
    if (is_alone(order.task) || options.timing) script.exit = random_exit(dice, options.unlucky ? 40 : 75);
    add_usage(dice, script.exit);
    return script;
  };
}

}  // namespace sennit::sim
